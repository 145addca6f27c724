/** Where a document stands in the samples of a finished task. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileNamesOf } from '../files/file-name';
import type { SamplesPlace } from '../protocol/inspection';
import { readRun } from '../run/read';

/** The newest samples file of a task, and the line of a document in it (the first where there is none such). null: none is written yet. */
export async function samplesPlace(folder: string, task: string, document: number | null): Promise<SamplesPlace | null> {
  const name = fileNamesOf(readRun(folder)?.tasks ?? [task]).get(task) ?? task;
  const prefix = `samples_${name}_`;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  // What follows the task's name is a time stamp: `sst2` is not `sst2_4shot`.
  const found = entries.filter((entry) => entry.isFile() && entry.name.startsWith(prefix) && /^\d{4}-[^_]*\.jsonl$/.test(entry.name.slice(prefix.length)));
  const newest = found.map((entry) => entry.name).sort().at(-1);
  if (newest === undefined) return null;
  const file = path.join(folder, newest);
  return { file, line: document === null ? 0 : await lineOf(file, document) };
}

async function lineOf(file: string, document: number): Promise<number> {
  const wanted = new RegExp(`"doc_id": ?${document}[,}]`);
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (wanted.test(line.slice(0, 200))) return number;
    number++;
  }
  return 0;
}
