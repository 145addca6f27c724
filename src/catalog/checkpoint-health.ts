import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { openCheckpoint } from '../checkpoint/open';
import { missingTokenizer } from '../checkpoint/tokenizer/files';
import { validateCheckpoint } from '../architecture/check';
import { AssayError } from '../protocol/errors';
import type { MessageArgs, MessageCode } from '../protocol/messages';

export type Complaint = { readonly code: MessageCode; readonly args: MessageArgs };

const known = new Map<string, { readonly signature: string; readonly complaint: Promise<Complaint | null> }>();

/** Why a checkpoint cannot be evaluated, or null. No weight is read; an unchanged folder is looked at once. */
export async function checkpointComplaint(folder: string): Promise<Complaint | null> {
  const signature = await signatureOf(folder);
  const cached = known.get(folder);
  if (cached?.signature === signature) return cached.complaint;
  const complaint = inspect(folder);
  known.set(folder, { signature, complaint });
  return complaint;
}

async function inspect(folder: string): Promise<Complaint | null> {
  try {
    const missing = await missingTokenizer(folder);
    const checkpoint = await openCheckpoint(folder);
    validateCheckpoint(checkpoint);
    return missing === null ? null : { code: missing.code, args: missing.args };
  } catch (error) {
    const { code, args } = AssayError.from(error);
    return code === 'internal' ? { code: 'broken-checkpoint', args: { detail: String(args['message'] ?? '') } } : { code, args };
  }
}

/** Changes when a file of the folder does: name, size or time. */
async function signatureOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const states = names.sort().map(async (name) => {
    const found = await stat(path.join(folder, name)).catch(() => null);
    return `${name} ${found?.size ?? -1} ${found?.mtimeMs ?? 0} ${found?.ino ?? 0}`;
  });
  return (await Promise.all(states)).join('\n');
}
