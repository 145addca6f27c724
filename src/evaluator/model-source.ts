import { createHash } from 'node:crypto';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { completeFingerprint } from '../checkpoint/fingerprint';

/** Where the answers of a run come from. */
export type ModelSource =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** A server; `endpoint` is its address. */
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly model: string };

/**
 * What two sources must share for the answers of one to stand for those of the other, as hex SHA-256: every byte of a checkpoint;
 * of a server no more is known than its address and the model's name. Throws `cancelled`, `checkpoint-changed`.
 */
export async function identity(source: ModelSource, signal: AbortSignal): Promise<string> {
  switch (source.kind) {
    case 'checkpoint':
      return completeFingerprint(source.checkpoint, signal);
    case 'endpoint':
      return createHash('sha256').update(JSON.stringify([source.endpoint, source.model])).digest('hex');
  }
}
