/** Answers what the editor asks of files in processes that may die, so that neither an evaluation nor the editor waits for them. */
import path from 'node:path';
import type { Budget } from '../processes/answering-process';
import type { Inspections } from '../protocol/inspection';
import { ReaderProcess } from '../reader/client';

type Name = keyof Inspections;

/** Seconds in all. What a person waits for while typing gets less than what fills a view. */
const BUDGETS: Readonly<Record<Name, Budget>> = {
  check: { total: 10 },
  columns: { total: 20 },
  samples: { total: 20 },
  taskNames: { total: 20 },
  tasks: { total: 20 },
  configs: { total: 20 },
  runs: { total: 30 },
  checkpoints: { total: 60 },
};

/** For a command, which nobody types against. */
export const TERMINAL_BUDGETS: Readonly<Partial<Record<Name, Budget>>> = { check: { total: 60 }, checkpoints: { total: 600 }, tasks: { total: 600 } };

const MEGABYTES = 1024;

export class Inspector {
  /** Checks while typing do not wait until a view is filled. */
  private readonly checks: ReaderProcess;
  private readonly lists: ReaderProcess;

  private readonly budgets: Readonly<Record<Name, Budget>>;

  /** `script`: dist/reader.js. `budgets`: others than the editor's. */
  constructor(script: string, budgets: Readonly<Partial<Record<Name, Budget>>> = {}) {
    this.budgets = { ...BUDGETS, ...budgets };
    const options = { script, megabytes: MEGABYTES };
    this.checks = new ReaderProcess(options);
    this.lists = new ReaderProcess(options);
  }

  /** Rejects with `took-too-long` or `reader-died` for this request alone. */
  inspect<N extends Name>(name: N, args: Parameters<Inspections[N]>): ReturnType<Inspections[N]> {
    const process = name === 'check' ? this.checks : this.lists;
    return process.ask(name, args as never, { budget: this.budgets[name], file: placeOf(name, args) }) as ReturnType<Inspections[N]>;
  }

  async close(): Promise<void> {
    await Promise.all([this.checks.close(), this.lists.close()]);
  }
}

/** dist/reader.js beside the bundle that runs. */
export function builtReader(): string {
  return path.join(__dirname, 'reader.js');
}

/** The file or folder that is asked about; of several, the first. */
function placeOf(name: Name, [asked]: Parameters<Inspections[Name]>): string {
  if (typeof asked === 'string') return asked;
  if (name === 'tasks' || name === 'taskNames') return (asked as Parameters<Inspections['taskNames']>[0]).includePath[0] ?? '';
  return (name === 'check' ? (asked as Parameters<Inspections['check']>[0]).file : (asked as readonly string[])[0]) ?? '';
}
