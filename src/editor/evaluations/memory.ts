import type { RunEvent } from '../../protocol/events';
import type { KnownResult } from '../config/known-results';
import type { Asked } from './evaluations';

/** The part of VS Code's `Memento` that is used. */
export type Store = { get<T>(key: string): T | undefined; update(key: string, value: unknown): PromiseLike<void> };

/** `folders`: run folders in the order of the checkpoints. `ended`: the evaluator said so. */
export type LastEvaluation = { readonly evaluation: string; readonly asked: Asked; readonly folders: readonly string[]; readonly ended: boolean };

const lastKey = 'assay.last';
const askedKey = 'assay.asked';
const knownKey = 'assay.known';
/** Evaluations whose request is kept for Resume. */
const keptRequests = 50;

/** What outlives a reload of the window, per workspace. Results are on disk; this only says what was asked and where. */
export class Memory {
  constructor(private readonly store: Store) {}

  get last(): LastEvaluation | null {
    return this.store.get<LastEvaluation>(lastKey) ?? null;
  }

  /** The request behind a run folder's evaluation, if it was started here. */
  askedFor(evaluation: string): Asked | null {
    return this.requests().find(([id]) => id === evaluation)?.[1] ?? null;
  }

  planned(asked: Asked, event: Extract<RunEvent, { type: 'planned' }>): void {
    const before = this.last;
    const same = before?.evaluation === event.evaluation && !before.ended;
    const folders = same ? [...before.folders.filter((folder) => folder !== event.path), event.path] : [event.path];
    void this.store.update(lastKey, { evaluation: event.evaluation, asked, folders, ended: false } satisfies LastEvaluation);
    const others = this.requests().filter(([id]) => id !== event.evaluation);
    void this.store.update(askedKey, [...others, [event.evaluation, asked]].slice(-keptRequests));
  }

  ended(): void {
    if (this.last) void this.store.update(lastKey, { ...this.last, ended: true } satisfies LastEvaluation);
  }

  get known(): readonly KnownResult[] {
    return this.store.get<readonly KnownResult[]>(knownKey) ?? [];
  }

  set known(results: readonly KnownResult[]) {
    void this.store.update(knownKey, results);
  }

  private requests(): readonly (readonly [string, Asked])[] {
    return this.store.get<readonly (readonly [string, Asked])[]>(askedKey) ?? [];
  }
}
