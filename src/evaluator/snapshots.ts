import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint, FileStamp } from '../checkpoint/checkpoint';
import { copyCheckpoint } from '../checkpoint/snapshot';
import { cacheFolder } from '../files/cache-folder';
import { makeFolder } from '../files/make-folder';
import { AssayError } from '../protocol/errors';
import { isAlive } from '../run/worker';
import type { ModelSource } from './model-source';

/** Weights that were saved as lately as this may be saved again by who trains them. */
const FRESH_MS = 3_600_000;

/** A person's folder may be shared by machines. */
const HOST = `${hostname().replaceAll(/[^\w-]/g, '_')}.`;

/** A weight file that a trainer may still write to. `now`: milliseconds since 1970. */
export function freshFile({ files }: Pick<Checkpoint, 'files'>, now: number): FileStamp | undefined {
  return files.find(({ mtimeMs }) => now - mtimeMs < FRESH_MS);
}

/** Copies of checkpoints that are still being trained, kept while an evaluation reads them. */
export class Snapshots {
  private readonly taken: string[] = [];

  constructor(
    private readonly folder: string = join(cacheFolder() ?? join(tmpdir(), 'assay'), 'snapshots'),
    private readonly now: () => number = Date.now,
  ) {}

  /** The source to ask instead; a checkpoint that nobody has written to for an hour is read where it lies. Throws as `copyCheckpoint`. */
  async of(source: ModelSource, signal: AbortSignal): Promise<ModelSource> {
    if (source.kind === 'endpoint' || freshFile(source.checkpoint, this.now()) === undefined) return source;
    const folder = this.newFolder();
    this.taken.push(folder);
    return { ...source, checkpoint: await copyCheckpoint(source.checkpoint, folder, signal), original: source.checkpoint };
  }

  /** Takes the copies away; nothing reads them any more. */
  close(): void {
    for (const folder of this.taken.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  private newFolder(): string {
    const folder = join(this.folder, `${HOST}${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      makeFolder(folder);
      this.clearDead();
    } catch (error) {
      throw new AssayError('cannot-write', { path: folder, detail: (error as Error).message }, { file: folder }, { cause: error });
    }
    return folder;
  }

  /** What processes left behind that were killed. */
  private clearDead(): void {
    for (const name of readdirSync(this.folder)) {
      const pid = name.startsWith(HOST) ? /^(\d+)-[0-9a-f]{12}$/.exec(name.slice(HOST.length))?.[1] : undefined;
      if (pid !== undefined && !isAlive({ pid: Number(pid), host: hostname() })) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
  }
}
