/** Rows of data sets that are not on this machine yet: fetched from the hub where that is allowed, then read like any other. */
import type { DatasetSource } from '../config/definition';
import { fetchSplit } from '../dataset/fetch-split';
import type { ReadRows } from '../dataset/rows';
import { hubPerson } from '../hub/person';
import { HubRepository } from '../hub/repository';
import { canonicalId } from '../hub/repository-id';
import { type Clock, HubServer } from '../hub/server';
import type { DownloadPolicy, DownloadQuestion } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { systemClock } from '../model/endpoint/retry';
import type { ReadVariable } from './models';

export type HubAccess = {
  readonly readVariable: ReadVariable;
  /** Asks the person, where the policy says so. */
  readonly permit: (question: DownloadQuestion) => Promise<boolean>;
  readonly clock?: Clock;
};

/** Bytes of a split's files that are here, and all. */
export type DownloadStep = { readonly dataset: string; readonly file: string; readonly done: number; readonly total: number };

export type DownloadOptions = {
  readonly policy: DownloadPolicy;
  readonly access: HubAccess;
  readonly signal: AbortSignal;
  readonly told: (step: DownloadStep) => void;
};

/** As `readRows`, and what it does not find is fetched. Rejects also with hub-offline, hub-declined, and as fetchSplit does. */
export function withDownloads(readRows: ReadRows, options: DownloadOptions): ReadRows {
  if (options.policy === 'off') return readRows;
  const downloads = new Downloads(options);
  return async (source, split, reading) => {
    try {
      return await readRows(source, split, reading);
    } catch (error) {
      if (!isNotHere(error)) throw error;
      await downloads.fetch(source, split);
      return readRows(source, split, reading);
    }
  };
}

export function isNotHere(error: unknown): boolean {
  return error instanceof AssayError && (error.code === 'hub-data' || error.code === 'hub-incomplete');
}

class Downloads {
  private last: Promise<unknown> = Promise.resolve();
  private readonly permitted = new Map<string, boolean>();

  constructor(private readonly options: DownloadOptions) {}

  /** One after the other: two splits of a data set share files. */
  fetch(source: DatasetSource, split: string): Promise<void> {
    const fetching = this.last.then(() => this.fetchNow(source, split));
    this.last = fetching.catch(() => undefined);
    return fetching;
  }

  private async fetchNow(source: DatasetSource, split: string): Promise<void> {
    const { access, signal, told } = this.options;
    const { places, endpoint, token, withLinks } = await hubPerson(access.readVariable);
    const id = canonicalId(source.path);
    if (places.offline) throw new AssayError('hub-offline', { id: source.path });
    if (!(await this.mayFetch({ id, endpoint }))) throw new AssayError('hub-declined', { id: source.path });
    const clock = access.clock ?? systemClock;
    const server = new HubServer({ endpoint, token, clock, signal });
    const repository = new HubRepository(id, { server, clock, signal, hub: places.hub, withLinks });
    await fetchSplit(source, split, repository, (file, done, total) => told({ dataset: id, file, done, total }));
  }

  private async mayFetch(question: DownloadQuestion): Promise<boolean> {
    if (this.options.policy === 'on') return true;
    const known = this.permitted.get(question.id);
    if (known !== undefined) return known;
    const answer = await orCancelled(this.options.access.permit(question), this.options.signal);
    this.permitted.set(question.id, answer);
    return answer;
  }
}

function orCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new AssayError('cancelled'));
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}
