import { createHash } from 'node:crypto';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { dependedFiles } from '../checkpoint/depended-files';
import { completeFingerprint } from '../checkpoint/fingerprint';
import type { ServedCheckpoint } from '../config/definition';
import type { Precision } from '../protocol/results';

/** Where the answers of a run come from. */
export type ModelSource = CheckpointSource | EndpointSource;

/** `original`: what lies in the workspace where `checkpoint` is a copy of it. */
export type CheckpointSource = { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint; readonly precision: Precision; readonly original?: Checkpoint };

/** A server. `chat`: it gets conversations and renders them itself. */
export type EndpointSource = ServedCheckpoint & { readonly kind: 'endpoint'; readonly chat: boolean };

/**
 * What two sources must share for the answers of one to stand for those of the other, as hex SHA-256: every byte of a checkpoint;
 * of a server its address, the model's name, and what texts are cut by. What the server itself says of its model is compared when it is
 * opened. Throws `cancelled`, `checkpoint-changed`.
 */
export async function identity(source: ModelSource, signal: AbortSignal): Promise<string> {
  switch (source.kind) {
    case 'checkpoint':
      return completeFingerprint(source.checkpoint, signal);
    case 'endpoint': {
      const { endpoint, model, tokenizer, maxLength } = source;
      const tokens = tokenizer === null ? null : await completeFingerprint({ fingerprint: null, stamps: await dependedFiles(tokenizer, tokenizer, []) }, signal);
      return createHash('sha256').update(JSON.stringify([endpoint, model, tokens, maxLength])).digest('hex');
    }
  }
}
