import path from 'node:path';
import { AssayError } from '../../protocol/errors';

/**
 * ONNX Runtime reads external initialisers only below one folder, after following symlinks. The folder is the common ancestor
 * of the weights' real paths, so that shards, hub snapshots (links into ../../blobs) and plain folders all work.
 */
export type ExternalDataFolder = {
  readonly folder: string;
  /** The path ONNX wants for a file: relative to the folder, with forward slashes. */
  locate(file: string): string;
};

/** `files` are real paths. Error: no common folder (two Windows drives). */
export function externalDataFolder(files: Iterable<string>): ExternalDataFolder {
  let common: string | null = null;
  for (const file of files) {
    const folder = path.dirname(file);
    common = common === null ? folder : commonAncestor(common, folder);
  }
  const folder = common ?? path.parse(process.cwd()).root;
  return { folder, locate: (file) => path.relative(folder, file).split(path.sep).join('/') };
}

function commonAncestor(a: string, b: string): string {
  let ancestor = a;
  while (!isInside(b, ancestor)) {
    const parent = path.dirname(ancestor);
    if (parent === ancestor) throw new AssayError('weights-on-two-drives', { first: a, second: b }, { file: b });
    ancestor = parent;
  }
  return ancestor;
}

function isInside(folder: string, ancestor: string): boolean {
  const relative = path.relative(ancestor, folder);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
