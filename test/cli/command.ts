/** The built command line as a user runs it: a process of its own, judged by its exit code and what it prints. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');
export const fixtures = join(root, 'test', 'fixtures');

export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout, where all of it is one JSON document; throws what JSON.parse throws otherwise. */
  readonly json: unknown;
};

/** Runs `assay` with `args` in `cwd`. */
export function assay(args: readonly string[], cwd: string = root): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      const out = stdout.join('');
      resolve({
        code,
        stdout: out,
        stderr: stderr.join(''),
        get json(): unknown {
          return JSON.parse(out);
        },
      });
    });
  });
}
