/** samples_<task>_<timestamp>.jsonl, from the lines that the journal keeps of every document. */
import { createHash, type Hash } from 'node:crypto';
import { TextBytes } from '../files/text-bytes';
import { writeWholeAsync } from '../files/write-whole';
import type { LinePlace } from './lines-at';
import { hashDigits, HASH_BYTES, sampleBytes } from './sample-bytes';
import type { TaskRun } from './task-run';
import { turn } from './turn';

/** Documents whose lines are gathered at a time, and the bytes of the journal they may take: documents lie there in another order. */
const GATHERED = { documents: 50_000, bytes: 32 << 20 };
/** Documents between two looks at the signal and at other work. */
const DOCUMENTS_AT_ONCE = 200;

/** A journal, as far as its lines can be read by their places. */
export type JournalLines = { linesAt(places: readonly LinePlace[]): Iterable<readonly [position: number, line: Buffer]> };

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
        gathered.put(position, line, filter);
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

/** Lines that come in one order and go in another, as bytes: a text for each of them would have to be carried along by the garbage collector. */
class GatheredSamples {
  private readonly bytes = new TextBytes(2 * GATHERED.bytes);
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

  /** `line`: of the journal; a document may have no line in the samples. */
  put(position: number, line: Buffer, filter: number): void {
    const begin = this.bytes.size;
    const length = sampleBytes(line, filter, this.bytes);
    if (length === 0) return;
    this.begins[position] = begin;
    this.hashLengths[position] = hashDigits(this.bytes.peek().subarray(begin), this.hashes, position * HASH_BYTES);
    this.lengths[position] = length + this.bytes.add('\n');
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
