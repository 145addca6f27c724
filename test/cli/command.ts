/** The built command line as a user runs it: a process of its own, judged by its exit code, what it prints, and that it leaves no process behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { processes, until } from '../run/running-assay';

export const root = join(__dirname, '..', '..');
export const fixtures = join(root, 'test', 'fixtures');

export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout, where all of it is one JSON document; throws what JSON.parse throws otherwise. */
  readonly json: unknown;
};

const entry = join(root, 'dist', 'cli.js');

/** Runs `assay` with `args` in `cwd`. `started` gets the process while it runs. */
export function assay(args: readonly string[], cwd: string = root, started: (child: ChildProcess) => void = () => undefined): Promise<Ran> {
  return result(process.execPath, [entry, ...args], cwd, started);
}

/** Runs `assay` as a shell script has it; in the script it is `"$@"`. */
export function assayInShell(script: string, args: readonly string[], cwd: string = root): Promise<Ran> {
  return result('/bin/bash', ['-o', 'pipefail', '-c', script, 'bash', process.execPath, entry, ...args], cwd, () => undefined);
}

async function result(command: string, args: readonly string[], cwd: string, started: (child: ChildProcess) => void): Promise<Ran> {
  // A process group of its own: whoever of it is left is found by that.
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  started(child);
  const ran = await ended(child);
  await until('the end of every process it started', () => !processes().some(({ group }) => group === child.pid));
  return ran;
}

function ended(child: ChildProcess): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [stdout, stderr]: [string[], string[]] = [[], []];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
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
