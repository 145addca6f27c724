import { realpath, stat } from 'node:fs/promises';
import { readSafetensors, type SafetensorsFile } from './safetensors';

/** Tensors in the headers that are kept: beyond that all but the newest are forgotten. */
const MOST_TENSORS = 100_000;

/** Headers that were read: one and the same file under several checkpoints (links, hubs) is read once. */
export class Headers {
  private readonly read = new Map<string, Promise<SafetensorsFile>>();
  private held = 0;

  /** Rejects as `readSafetensors` does; a failure is not kept. */
  async of(path: string, name: string): Promise<SafetensorsFile> {
    const key = await keyOf(path);
    const known = key === null ? undefined : this.read.get(key);
    if (known !== undefined) return known.then((file) => ({ ...file, stamp: { ...file.stamp, name } }));
    const reading = readSafetensors(path, name);
    if (key === null) return reading;
    this.read.set(key, reading);
    try {
      const file = await reading;
      this.held += file.tensors.length;
      this.forgetOldest(key);
      return file;
    } catch (error) {
      this.read.delete(key);
      throw error;
    }
  }

  private forgetOldest(newest: string): void {
    if (this.held <= MOST_TENSORS) return;
    const last = this.read.get(newest);
    this.read.clear();
    this.held = 0;
    if (last !== undefined) this.read.set(newest, last);
  }
}

async function keyOf(path: string): Promise<string | null> {
  try {
    const file = await realpath(path);
    const { size, mtimeNs } = await stat(file, { bigint: true });
    return `${size} ${mtimeNs} ${file}`;
  } catch {
    return null;
  }
}
