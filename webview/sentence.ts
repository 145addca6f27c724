/**
 * The sentence on top: what the numbers say, computed from them, with interval, p-value and n. It says what is
 * missing while nothing can be said, and what to do when something stopped. Pure; returns pieces, so that a
 * translation may put them in another order.
 */
import type { Comparison } from '../src/protocol/events';
import { formatCount } from './format';
import { comparisonClauses } from './sentence-comparison';
import { liveClause, singleClauses } from './sentence-live';
import { type Piece, compose, checkpointPiece, plain } from './pieces';
import type { PanelState } from './state';
import { type Standing, standing } from './outcome';
import { t } from './strings';

export type Sentences = {
  /** Why it stopped and what to do; empty while it goes on and when it is done. */
  readonly stopped: readonly Piece[];
  /** What the numbers say so far. */
  readonly known: readonly Piece[];
};

export function sentences(state: PanelState): Sentences {
  const now = standing(state);
  if (now.outcome === 'empty') return { stopped: [], known: [] };
  return { stopped: stoppedPieces(state, now), known: knownPieces(state, now) };
}

function stoppedPieces(state: PanelState, now: Standing): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const [colour, run] of state.checkpoints.entries()) {
    if (run.status !== 'failed' || run.error === null) continue;
    if (pieces.length > 0) pieces.push(plain(' '));
    pieces.push(...compose('{0} stopped: {1}', checkpointPiece(run.name, colour), plain(ended(run.error))));
    pieces.push(plain(' '), plain(t(run.resumable ? 'Finished answers are kept: Resume asks only for what is missing.' : 'Put this right, then run again.')));
  }
  if (now.outcome === 'cancelled' || now.outcome === 'interrupted') {
    const key = now.outcome === 'cancelled' ? 'Cancelled after {0} of {1} documents.' : 'Interrupted after {0} of {1} documents.';
    if (pieces.length > 0) pieces.push(plain(' '));
    pieces.push(plain(t(key, formatCount(now.done), formatCount(now.total))), plain(' '));
    pieces.push(plain(t('Finished answers are kept: Resume asks only for what is missing.')));
  }
  return pieces;
}

function knownPieces(state: PanelState, now: Standing): readonly Piece[] {
  const comparisons: readonly Comparison[] = [...state.comparisons.values()];
  if (comparisons.length > 0) {
    const clauses = comparisonClauses(state, comparisons);
    if (clauses.length > 0) return clauses;
  }
  const live = liveClause(state, now.outcome === 'running');
  if (live.length > 0) return live;
  const single = singleClauses(state);
  if (single.length > 0) return single;
  if (now.outcome === 'preparing') return [plain(t('The checkpoints are being opened.'))];
  if (now.outcome === 'running') return [plain(t('The first answers are on their way.'))];
  return [];
}

function ended(message: string): string {
  return /[.!?。]$/.test(message) ? message : `${message}.`;
}
