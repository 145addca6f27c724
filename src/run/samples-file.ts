/** samples_<task>_<timestamp>.jsonl, from the lines that the journal keeps of every document. */
import { createHash, type Hash } from 'node:crypto';
import { TextBytes } from '../files/text-bytes';
import { writeWholeAsync } from '../files/write-whole';
import type { LinePlace } from './lines-at';
import type { TaskRun } from './task-run';
import { turn } from './turn';

/** Documents whose lines are gathered at a time, and the bytes of the journal they may take: documents lie there in another order. */
const GATHERED = { documents: 50_000, bytes: 32 << 20 };
/** Documents between two looks at the signal and at other work. */
const DOCUMENTS_AT_ONCE = 200;
const HASHES = /"doc_hash": "([0-9a-f]{64})", "prompt_hash": "([0-9a-f]{64})", "target_hash": "([0-9a-f]{64})"/y;

/** A journal, as far as its lines can be read by their places. */
export type JournalLines = { linesAt(places: readonly LinePlace[]): Iterable<readonly [position: number, line: string]> };

/**
 * All documents of the first filter in their own order, then of the next. Returns the harness's hash of the task: of its documents,
 * prompts and targets. Rejects with `cannot-write` and `cancelled`; then nothing is left behind.
 */
export async function writeSamples(file: string, run: TaskRun, journal: JournalLines, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await writeWholeAsync(file, sampleLines(run, journal, hash, signal));
  return hash.digest('hex');
}

async function* sampleLines(run: TaskRun, journal: JournalLines, hash: Hash, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const lines = new TextBytes();
  const gathered = new GatheredSamples();
  for (const filter of run.facts.filters.keys()) {
    for (let start = 0; start < run.order.length; ) {
      const places = placesFrom(run, start);
      gathered.clear(places.length);
      let read = 0;
      for (const [position, line] of journal.linesAt(places)) {
        gathered.put(position, sampleOf(line, filter));
        if (++read % DOCUMENTS_AT_ONCE === 0) await turn(signal);
      }
      for (let from = 0; from < places.length; from += DOCUMENTS_AT_ONCE) {
        gathered.read(from, Math.min(from + DOCUMENTS_AT_ONCE, places.length), lines, hash);
        yield lines.take();
        await turn(signal);
      }
      start += places.length;
    }
  }
}

/** 64 hex digits each of a document, its prompt and its target. */
const HASH_BYTES = 3 * 64;

/** Lines that come in one order and go in another, as bytes: a text for each of them would have to be carried along by the garbage collector. */
class GatheredSamples {
  private readonly bytes = new TextBytes();
  private begins = new Uint32Array(0);
  private lengths = new Uint32Array(0);
  private hashes = Buffer.alloc(0);
  private hashLengths = new Uint8Array(0);

  clear(count: number): void {
    this.bytes.take();
    this.begins = new Uint32Array(count);
    this.lengths = new Uint32Array(count);
    this.hashLengths = new Uint8Array(count);
    if (this.hashes.length < count * HASH_BYTES) this.hashes = Buffer.allocUnsafeSlow(count * HASH_BYTES);
  }

  /** `line`: null where the document has none. */
  put(position: number, line: string | null): void {
    if (line === null) return;
    this.begins[position] = this.bytes.size;
    this.lengths[position] = this.bytes.add(line) + this.bytes.add('\n');
    this.hashLengths[position] = this.hashes.write(hashesOf(line), position * HASH_BYTES, 'latin1');
  }

  /** Puts the lines from `from` to before `to` behind `lines`, and their hashes into `hash`. */
  read(from: number, to: number, lines: TextBytes, hash: Hash): void {
    const bytes = this.bytes.peek();
    for (let position = from; position < to; position++) {
      const begin = this.begins[position] ?? 0;
      lines.addBytes(bytes.subarray(begin, begin + (this.lengths[position] ?? 0)));
    }
    const digits = (first: number, end: number): Uint8Array => this.hashes.subarray(first * HASH_BYTES, end * HASH_BYTES);
    if (this.hashLengths.subarray(from, to).every((length) => length === HASH_BYTES)) hash.update(digits(from, to));
    else for (let position = from; position < to; position++) if (this.hashLengths[position] === HASH_BYTES) hash.update(digits(position, position + 1));
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

/** The line's own hashes stand behind its document, which may have a key of that name. Within a text there is no quote without a backslash before it. */
function hashesOf(line: string): string {
  HASHES.lastIndex = Math.max(0, line.lastIndexOf('"doc_hash": "'));
  return (HASHES.exec(line) ?? []).slice(1).join('');
}

const SAMPLES = ',"samples":[';

/** Samples are the end of a document and of its line, which was read as a whole before or written by this process. */
function sampleOf(journalLine: string, filter: number): string | null {
  const begin = journalLine.lastIndexOf(SAMPLES);
  if (begin < 0 || !journalLine.endsWith(']}}')) return null;
  const samples: unknown = JSON.parse(journalLine.slice(begin + SAMPLES.length - 1, -2));
  const line: unknown = Array.isArray(samples) ? samples[filter] : null;
  return typeof line === 'string' ? line : null;
}
