/** One file of a repository on its way into the hub cache: resumed where it was cut, believed when its digest is right. */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, symlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../files/make-folder';
import { AssayError } from '../protocol/errors';
import { NoAnswer, piecesOf } from './exchange';
import { type Clock, type HubServer, MOST_TRIES } from './server';

export type HubFile = {
  readonly path: string;
  readonly size: number;
  /** Lower-case hex: SHA-256 of the content where it is large, else Git's SHA-1 of it. It names the blob. */
  readonly etag: string;
  readonly isLarge: boolean;
};

export type Fetching = {
  readonly server: HubServer;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Bytes of the file that are here. */
  readonly progress: (bytes: number) => void;
};

const PIECE = 1 << 20;

/** The blob, on disk and right. Rejects with AssayError: hub-corrupt, hub-unreachable …, cannot-write, cancelled. */
export async function fetchBlob(address: string, id: string, file: HubFile, blobs: string, { server, clock, signal, progress }: Fetching): Promise<string> {
  const target = path.join(blobs, file.etag);
  if (statSync(target, { throwIfNoEntry: false })?.size === file.size) return target;
  makeFolder(blobs);
  const part = new Part(blobs, file);
  try {
    for (let attempt = 0, wrong = 0; ; ) {
      if (part.isRight) return part.put(target);
      try {
        const answer = await server.ask('GET', address, id, part.size);
        // The whole file again, or one that is not as long as it was.
        if (part.size > 0 && (answer.status !== 206 || !startsAt(answer.headers['content-range'], part.size))) part.restart();
        if (answer.status === 416) {
          answer.body.destroy();
          continue;
        }
        for await (const piece of piecesOf(answer.body, signal)) {
          part.add(piece);
          progress(part.size);
          if (part.size > file.size) break;
        }
        answer.body.destroy();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (++attempt >= MOST_TRIES) throw new AssayError('hub-unreachable', { endpoint: server.endpoint, detail: error.message });
        await clock.wait(1000 * 2 ** Math.min(3, attempt - 1), signal);
        continue;
      }
      if (part.isRight) return part.put(target);
      part.restart();
      if (++wrong >= 2) throw new AssayError('hub-corrupt', { id, file: file.path });
    }
  } catch (error) {
    part.keep();
    if (error instanceof AssayError || (error instanceof Error && !('syscall' in error))) throw error;
    throw new AssayError('cannot-write', { path: target, detail: (error as Error).message }, { file: target }, { cause: error });
  }
}

/** `bytes 100-199/200` */
function startsAt(range: string | undefined, start: number): boolean {
  return new RegExp(`^bytes ${start}-`).test(range ?? '');
}

/** The name in a snapshot: a link into the blobs, or the file itself where there are no links. */
export function placeInSnapshot(blob: string, place: string, withLinks: boolean): void {
  if (existsSync(place)) return;
  makeFolder(path.dirname(place));
  if (withLinks) {
    try {
      rmSync(place, { force: true });
      symlinkSync(path.relative(path.dirname(place), blob), place);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return;
      if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'EACCES') throw error;
    }
  }
  const draft = `${place}.${randomBytes(4).toString('hex')}.incomplete`;
  copyFileSync(blob, draft);
  renameSync(draft, place);
}

/** Bytes so far, in a file that only this process writes; the next one that wants the same blob goes on with it. */
class Part {
  private readonly file: string;
  private descriptor: number;
  private hash: Hash;
  size = 0;

  constructor(blobs: string, private readonly wanted: HubFile) {
    this.file = path.join(blobs, `${wanted.etag}.assay-${process.pid}-${randomBytes(4).toString('hex')}.part`);
    const left = leftOver(blobs, wanted.etag);
    if (left !== null) {
      try {
        // Whoever renames it has it.
        renameSync(left, this.file);
      } catch {
        // Another process was quicker.
      }
    }
    this.descriptor = openSync(this.file, 'a+', 0o666);
    this.hash = this.newHash();
    this.takeUp();
  }

  add(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done, bytes.length - done);
    this.hash.update(bytes);
    this.size += bytes.length;
  }

  get isRight(): boolean {
    return this.size === this.wanted.size && this.hash.copy().digest('hex') === this.wanted.etag;
  }

  restart(): void {
    rmSync(this.file, { force: true });
    closeSync(this.descriptor);
    this.descriptor = openSync(this.file, 'a+', 0o666);
    this.hash = this.newHash();
    this.size = 0;
  }

  put(target: string): string {
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
    renameSync(this.file, target);
    return target;
  }

  /** For the next try; nothing where there is nothing. */
  keep(): void {
    try {
      closeSync(this.descriptor);
    } catch {
      // It is closed already.
    }
    if (this.size === 0) rmSync(this.file, { force: true });
    else if (existsSync(this.file)) renameSync(this.file, path.join(path.dirname(this.file), `${this.wanted.etag}.assay.part`));
  }

  private newHash(): Hash {
    return this.wanted.isLarge ? createHash('sha256') : createHash('sha1').update(`blob ${this.wanted.size}\0`);
  }

  private takeUp(): void {
    const piece = Buffer.allocUnsafe(PIECE);
    for (;;) {
      const count = readSync(this.descriptor, piece, 0, PIECE, this.size);
      if (count === 0) break;
      this.hash.update(piece.subarray(0, count));
      this.size += count;
    }
    if (this.size > this.wanted.size) this.restart();
  }
}

/** What a process left that is gone, or gave up. */
function leftOver(blobs: string, etag: string): string | null {
  for (const name of readdirSync(blobs)) {
    if (!name.startsWith(`${etag}.assay`) || !name.endsWith('.part')) continue;
    const pid = /\.assay-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || !isAlive(Number(pid))) return path.join(blobs, name);
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
