import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { childEnvironment } from './environment';

/** The oldest Node whose language and library the bundles use. */
export const OLDEST_NODE = 20;

/** What a Node says of itself. `executable`: its binary, where the file that was asked is a version manager's shim. */
export type NodeFacts = { readonly version: string; readonly architecture: string; readonly executable: string };

export type NodeProbe =
  | { readonly kind: 'usable'; readonly facts: NodeFacts }
  | { readonly kind: 'too-old'; readonly version: string }
  | { readonly kind: 'wrong-architecture'; readonly architecture: string; readonly wanted: string }
  /** It does not start, or does not answer a parent over IPC; `detail` in the system's words. */
  | { readonly kind: 'no-answer'; readonly detail: string };

const ANSWER_MS = 10_000;
const MOST_SAID = 300;

/** In words that Nodes of any age parse. */
const ANSWER = 'process.send({ version: process.versions.node, architecture: process.arch, executable: process.execPath }, function () { process.disconnect(); });';

const remembered = new Map<string, Promise<NodeProbe>>();

/** Starts a Node and hears what it says of itself over the channel that evaluations use. Remembered until the file changes. */
export function probeNode(file: string, architecture: string = process.arch): Promise<NodeProbe> {
  const key = `${file}\n${architecture}\n${stampOf(file)}`;
  let probe = remembered.get(key);
  if (probe === undefined) {
    probe = ask(file).then((answer) => (typeof answer === 'string' ? { kind: 'no-answer', detail: answer } : judged(answer, architecture)));
    remembered.set(key, probe);
  }
  return probe;
}

/** Whether a Node of these facts can run evaluations whose engine was built for `wanted`. */
export function judged(facts: NodeFacts, wanted: string): NodeProbe {
  if (!(Number.parseInt(facts.version, 10) >= OLDEST_NODE)) return { kind: 'too-old', version: facts.version };
  if (facts.architecture !== wanted) return { kind: 'wrong-architecture', architecture: facts.architecture, wanted };
  return { kind: 'usable', facts };
}

/** The facts, or why there are none. */
function ask(file: string): Promise<NodeFacts | string> {
  return new Promise((resolve) => {
    const child = spawn(file, ['-e', ANSWER], { env: childEnvironment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'], windowsHide: true });
    let said = '';
    const settle = (answer: NodeFacts | string): void => {
      clearTimeout(timer);
      if (child.connected) child.disconnect();
      child.kill('SIGKILL');
      resolve(answer);
    };
    const timer = setTimeout(() => settle(`no answer within ${ANSWER_MS / 1000} s`), ANSWER_MS);
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, MOST_SAID)));
    child.on('message', (message) => {
      if (isFacts(message)) settle(message);
    });
    child.on('error', (error) => settle(error.message));
    child.once('close', (code, signal) => settle([signal ?? `exit code ${code ?? '?'}`, said.trim().split('\n', 1)[0]].filter(Boolean).join('; ')));
  });
}

function isFacts(message: unknown): message is NodeFacts {
  if (typeof message !== 'object' || message === null) return false;
  const { version, architecture, executable } = message as Partial<Record<keyof NodeFacts, unknown>>;
  return typeof version === 'string' && typeof architecture === 'string' && typeof executable === 'string';
}

/** Which file this is now: another one under the same name has another stamp. */
function stampOf(file: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(file);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
