/** `assay run` as a process group of its own, watched through the events it appends to a file. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunEvent } from '../../src/protocol/events';
import type { EvaluationReport } from '../../src/protocol/results';

export const root = join(__dirname, '../..');
export const modelA = join(root, 'examples/checkpoints/model-a');
export const modelB = join(root, 'examples/checkpoints/model-b');

export type Process = { readonly pid: number; readonly parent: number; readonly group: number; readonly command: string };

/** Processes of this machine that are alive; one that only waits to be collected is not. */
export function processes(): Process[] {
  return readdirSync('/proc').flatMap((name): Process[] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      return [{ pid: Number(name), parent: Number(parent), group: Number(group), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return []; // It ended while it was looked at.
    }
  });
}

export function isRunning(pid: number): boolean {
  return processes().some((each) => each.pid === pid);
}

/** Model processes that `ancestor` started, or a process of its. */
export function modelProcesses(ancestor: number): Process[] {
  const all = processes();
  const isBelow = ({ parent }: Process): boolean => {
    const above = parent === ancestor ? null : all.find(({ pid }) => pid === parent);
    return above === null || (above !== undefined && isBelow(above));
  };
  return all.filter((each) => each.command.includes(join('dist', 'model.js')) && isBelow(each));
}

/** Resolves with what `look` finds; fails after `milliseconds`, long enough that only what never happens fails. */
export async function until<T>(what: string, look: () => T | null | undefined | false, milliseconds = 300_000): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    assert.ok(performance.now() < end, `waited ${milliseconds} ms for ${what}`);
    await delay(5);
  }
}

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly report: EvaluationReport;
  readonly stdout: string;
  readonly stderr: string;
  readonly events: readonly RunEvent[];
};

export class RunningAssay {
  private readonly child: ChildProcess;
  private readonly eventsFile: string;
  private readonly ended: Promise<Omit<Ended, 'report' | 'events'>>;

  /** `name`: of this start, for its events file in `folder`. */
  constructor(folder: string, name: string, args: readonly string[]) {
    this.eventsFile = join(folder, `${name}.events.jsonl`);
    const command = [join(root, 'dist/cli.js'), 'run', ...args, '--events', this.eventsFile, '--json', '--quiet'];
    this.child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, cwd: folder });
    const [stdout, stderr]: [string[], string[]] = [[], []];
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => stdout.push(text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: stdout.join(''), stderr: stderr.join('') })),
    );
  }

  get pid(): number {
    assert.ok(this.child.pid !== undefined);
    return this.child.pid;
  }

  /** Whole lines of the events file so far. */
  get events(): RunEvent[] {
    if (!existsSync(this.eventsFile)) return [];
    const lines = readFileSync(this.eventsFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as RunEvent);
  }

  event<T extends RunEvent['type']>(type: T, such: (event: Extract<RunEvent, { type: T }>) => boolean = () => true): Promise<Extract<RunEvent, { type: T }>> {
    const isIt = (event: RunEvent): event is Extract<RunEvent, { type: T }> => event.type === type && such(event as Extract<RunEvent, { type: T }>);
    return until(`a ${type} event`, () => this.events.find(isIt));
  }

  /** The model computes: scores have come back, and there is more to do. */
  async computing(): Promise<Process> {
    await this.event('progress', ({ tokens, done, total }) => tokens > 0 && done < total);
    const [model] = modelProcesses(this.pid);
    assert.ok(model !== undefined, 'a model process');
    return model;
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** As a terminal does on Ctrl-C: the signal reaches every process of the group. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** Waits for the end by itself, with its report; nothing of it may be left. */
  async end(): Promise<Ended> {
    const ended = await this.ended;
    assert.deepEqual(this.members, [], 'processes left behind');
    return { ...ended, report: JSON.parse(ended.stdout) as EvaluationReport, events: this.events };
  }

  /** Processes of its group that are alive. */
  get members(): Process[] {
    return processes().filter(({ group }) => group === this.pid);
  }

  /** For the end of a failed test. */
  destroy(): void {
    for (const { pid } of this.members) process.kill(pid, 'SIGKILL');
  }
}

const pages = readFileSync(join(root, 'test/fixtures/data/heldout.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { page: string }).page);

/** Writes an eval config for perplexity of the first `count` held-out pages, one document each. */
export function pagesConfig(folder: string, name: string, checkpoints: readonly string[], count = pages.length): string {
  writeFileSync(join(folder, `${name}.jsonl`), pages.slice(0, count).map((text) => `${JSON.stringify({ text })}\n`).join(''));
  return writeConfig(folder, name, checkpoints, `${name}.jsonl`);
}

/** The same for one document of about a megabyte. */
export function longTextConfig(folder: string, name: string, checkpoints: readonly string[]): string {
  writeFileSync(join(folder, `${name}.txt`), pages.join('\n').repeat(4));
  return writeConfig(folder, name, checkpoints, `${name}.txt`);
}

function writeConfig(folder: string, name: string, checkpoints: readonly string[], data: string): string {
  const config = join(folder, `${name}.eval.yaml`);
  writeFileSync(config, `checkpoints: ${JSON.stringify(checkpoints)}\nbootstrap_iters: 0\ntasks:\n  - perplexity: ${data}\n`);
  return config;
}

/** Numbers of a checkpoint's results, by `task key`. */
export function numbersOf(report: EvaluationReport, checkpoint: string): Record<string, number> {
  const run = report.runs.find((each) => each.checkpoint === checkpoint);
  assert.ok(run, `a report of ${checkpoint}`);
  return Object.fromEntries(
    Object.entries(run.results).flatMap(([task, results]) =>
      Object.entries(results).flatMap(([key, value]): [string, number][] => (typeof value === 'number' ? [[`${task} ${key}`, value]] : [])),
    ),
  );
}

/** Every number of `want` to 1e-12 of its size. */
export function assertSameNumbers(got: Readonly<Record<string, number>>, want: Readonly<Record<string, number>>): void {
  assert.deepEqual(Object.keys(got), Object.keys(want));
  assert.ok(Object.keys(want).length > 0);
  for (const [key, value] of Object.entries(want)) {
    const difference = Math.abs((got[key] ?? NaN) - value);
    assert.ok(difference <= 1e-12 * Math.max(1, Math.abs(value)), `${key}: ${got[key]} want ${value}`);
  }
}

/** Folders of runs below an output folder. */
export function runFoldersOf(output: string): string[] {
  if (!existsSync(output)) return [];
  return readdirSync(output).filter((name) => !name.startsWith('.')).sort().map((name) => join(output, name));
}

/** Keys of a journal, in order. */
export function journalKeys(folder: string): string[] {
  const lines = readFileSync(join(folder, 'journal.jsonl'), 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => (JSON.parse(line) as { key: string }).key);
}
