import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inspectCheckpoint, type Inspection } from '../checkpoint/inspect';
import { Believed } from './believed';

const known = new Map<string, { readonly signature: string; readonly inspection: Promise<Inspection> }>();
const signatures = new Believed<string>();

/** `inspectCheckpoint`, once as long as nothing in the folder changes: a config is checked at every stop of the typing. `revision`: see Believed. */
export async function inspectUnchanged(folder: string, tokenizer: string | null, revision: number | null): Promise<Inspection> {
  const key = JSON.stringify([folder, tokenizer]);
  const elsewhere = tokenizer ?? path.dirname(folder);
  const signature = await signatures.get(key, revision, async (visit) => {
    await visit(folder);
    await visit(elsewhere);
    return signatureOf(folder, elsewhere);
  });
  const cached = known.get(key);
  if (cached?.signature === signature) return cached.inspection;
  const inspection = inspectCheckpoint(folder, { tokenizer });
  known.set(key, { signature, inspection });
  return inspection;
}

/** Changes when a file of the folder does, or the tokenizer in another one: name, size or time. */
async function signatureOf(folder: string, elsewhere: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const files = [...names.sort().map((name) => path.join(folder, name)), ...['tokenizer.json', 'tokenizer_config.json'].map((name) => path.join(elsewhere, name))];
  const states = files.map(async (file) => {
    const found = await stat(file).catch(() => null);
    return `${file} ${found?.size ?? -1} ${found?.mtimeMs ?? 0} ${found?.ino ?? 0}`;
  });
  return (await Promise.all(states)).join('\n');
}
