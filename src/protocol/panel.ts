/**
 * Between the editor and the results page. The editor keeps the truth: the page says `ready` with the last
 * sequence number it has seen and gets a snapshot, then events as they come. One protocol for first
 * opening, hidden and shown again, reload and restored tab.
 */
import type { RunEvent } from './events';

export type ToPanel =
  /** Replaces everything shown. `events` is the evaluation's history, thinned (series keep their shape, progress only its last). */
  | { readonly type: 'snapshot'; readonly sequence: number; readonly events: readonly RunEvent[]; readonly interrupted: boolean }
  /** At most ten times a second. */
  | { readonly type: 'events'; readonly sequence: number; readonly events: readonly RunEvent[] }
  /** UI strings in the editor's language: English text -> translation. Sent before the first snapshot. */
  | { readonly type: 'strings'; readonly locale: string; readonly strings: Readonly<Record<string, string>> };

export type FromPanel =
  | { readonly type: 'ready'; readonly sequence: number }
  | { readonly type: 'cancel' }
  /** Resume the run that was interrupted, cancelled or failed. */
  | { readonly type: 'resume' }
  /** A task's name was chosen: show its line in the config. */
  | { readonly type: 'openTask'; readonly task: string }
  /** Open the samples file of a task and checkpoint; at one document's line where `docId` is given. */
  | { readonly type: 'openSamples'; readonly task: string; readonly checkpoint: string; readonly docId?: number }
  /** No run yet: the empty state's button. */
  | { readonly type: 'run' };
