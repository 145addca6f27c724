/** samples_<task>_<timestamp>.jsonl, from the lines that the journal keeps of every document. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, rmSync } from 'node:fs';
import { openNew, writeFully } from '../files/write-whole';
import { renamePatiently } from '../files/renaming';
import { AssayError } from '../protocol/errors';
import type { LinePlace } from './journal';
import { parseEntry } from './journal-line';
import type { TaskRun } from './task-run';

const DOCUMENTS_AT_ONCE = 200;
const HASHES = /"doc_hash": "([0-9a-f]{64})", "prompt_hash": "([0-9a-f]{64})", "target_hash": "([0-9a-f]{64})"/;

/**
 * All documents of the first filter in their own order, then of the next. Returns the harness's hash of the task: of its documents,
 * prompts and targets. Rejects with `cannot-write` and `cancelled`; then nothing is left behind.
 */
export async function writeSamples(file: string, run: TaskRun, journal: { lineAt(place: LinePlace): string }, signal: AbortSignal): Promise<string> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  const hash = createHash('sha256');
  try {
    const descriptor = openNew(temporary);
    try {
      for (const filter of run.facts.filters.keys()) {
        for (let start = 0; start < run.order.length; start += DOCUMENTS_AT_ONCE) {
          const end = Math.min(run.order.length, start + DOCUMENTS_AT_ONCE);
          let text = '';
          for (let index = start; index < end; index++) {
            const line = sampleOf(journal.lineAt(run.placeOf(index)), filter);
            if (line === null) continue;
            text += `${line}\n`;
            hash.update((HASHES.exec(line) ?? []).slice(1).join(''));
          }
          writeFully(descriptor, Buffer.from(text, 'utf8'));
          await new Promise((resolve) => setImmediate(resolve));
          if (signal.aborted) throw new AssayError('cancelled');
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

function sampleOf(journalLine: string, filter: number): string | null {
  const entry = parseEntry(journalLine);
  return entry?.kind === 'answer' ? (entry.document?.samples[filter] ?? null) : null;
}
