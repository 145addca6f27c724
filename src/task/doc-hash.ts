import * as crypto from 'node:crypto';
import { dumps } from '../python/json';
import type { Doc } from '../python/value';

/** SHA-256 of a text's UTF-8, in hex. */
export function sha256(text: string): string {
  // `hash` came with Node 20.12 and takes a fifth of the time of a Hash object.
  const { hash } = crypto as Partial<typeof crypto>;
  return hash === undefined ? crypto.createHash('sha256').update(text, 'utf8').digest('hex') : hash('sha256', text, 'hex');
}

const HARNESS = { indent: 2, ensureAscii: false } as const;

/** The harness's fingerprint of a document: its JSON, two spaces deep. Runs are paired by it, document by document. */
export const docHash = (doc: Doc): string => sha256(dumps(doc, HARNESS));
