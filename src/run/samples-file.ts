/** samples_<task>_<timestamp>.jsonl, from the lines that the journal keeps of every document. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, rmSync } from 'node:fs';
import { openNew, writeFully } from '../files/write-whole';
import { renamePatiently } from '../files/renaming';
import { AssayError } from '../protocol/errors';
import { parseEntry } from './journal-line';
import type { LinePlace } from './lines-at';
import type { TaskRun } from './task-run';

/** Documents whose lines are gathered at a time, and the bytes of the journal they may take: documents lie there in another order. */
const GATHERED = { documents: 50_000, bytes: 32 << 20 };
/** Documents between two looks at the signal and at other work. */
const DOCUMENTS_AT_ONCE = 200;
const HASHES = /"doc_hash": "([0-9a-f]{64})", "prompt_hash": "([0-9a-f]{64})", "target_hash": "([0-9a-f]{64})"/;

/** A journal, as far as its lines can be read by their places. */
export type JournalLines = { linesAt(places: readonly LinePlace[]): Iterable<readonly [position: number, line: string]> };

/**
 * All documents of the first filter in their own order, then of the next. Returns the harness's hash of the task: of its documents,
 * prompts and targets. Rejects with `cannot-write` and `cancelled`; then nothing is left behind.
 */
export async function writeSamples(file: string, run: TaskRun, journal: JournalLines, signal: AbortSignal): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  const hash = createHash('sha256');
  try {
    const descriptor = openNew(temporary);
    try {
      for (const filter of run.facts.filters.keys()) {
        for (let start = 0; start < run.order.length; ) {
          const places = placesFrom(run, start);
          const samples = new Array<string | null>(places.length).fill(null);
          let read = 0;
          for (const [position, line] of journal.linesAt(places)) {
            samples[position] = sampleOf(line, filter);
            if (++read % DOCUMENTS_AT_ONCE === 0) await turn(signal);
          }
          for (let from = 0; from < samples.length; from += DOCUMENTS_AT_ONCE) {
            let text = '';
            for (const line of samples.slice(from, from + DOCUMENTS_AT_ONCE)) {
              if (line === null) continue;
              text += `${line}\n`;
              hash.update((HASHES.exec(line) ?? []).slice(1).join(''));
            }
            writeFully(descriptor, Buffer.from(text, 'utf8'));
            await turn(signal);
          }
          start += places.length;
        }
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renamePatiently(temporary, file);
    return hash.digest('hex');
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof AssayError) throw error;
    throw new AssayError('cannot-write', { path: file, detail: (error as Error).message }, { file }, { cause: error });
  }
}

/** Where the next documents lie that are gathered together. */
function placesFrom(run: TaskRun, start: number): LinePlace[] {
  const places: LinePlace[] = [];
  let bytes = 0;
  for (let index = start; index < run.order.length && places.length < GATHERED.documents && bytes < GATHERED.bytes; index++) {
    const place = run.placeOf(index);
    bytes += place.length;
    places.push(place);
  }
  return places;
}

async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new AssayError('cancelled');
}

function sampleOf(journalLine: string, filter: number): string | null {
  const entry = parseEntry(journalLine);
  return entry?.kind === 'answer' ? (entry.document?.samples[filter] ?? null) : null;
}
