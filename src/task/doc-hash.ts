import { createHash } from 'node:crypto';
import { dumps } from '../python/json';
import type { Doc } from '../python/value';

/** SHA-256 of a text's UTF-8, in hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The harness's fingerprint of a document: its JSON, two spaces deep. Runs are paired by it, document by document. */
export const docHash = (doc: Doc): string => sha256(dumps(doc, { indent: 2, ensureAscii: false }));
