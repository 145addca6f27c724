/** What is said of perplexities: two checkpoints against each other, or the lowest of several. */
import type { Difference } from './difference';
import { exact, formatP, significant } from './format';
import type { Key } from './l10n-keys';
import { type Piece, checkpointPiece, compose, plain, quiet, strong } from './pieces';
import { type CheckpointState, type PanelState, cellKey } from './state';
import { t } from './strings';

/** Perplexities within two percent are nearly the same; a clear difference of that size is small, but real. */
const NEARLY = 0.02;

/** `better`: whose perplexity is lower, where that is clear; then the other checkpoint is what the clause speaks of. */
export type TextClause = { readonly pieces: readonly Piece[]; readonly better: string | null };

type Reading = { readonly checkpoint: CheckpointState; readonly colour: number; readonly value: number };

/** `several`: there are more texts, so this one is named. */
export function perplexityClause(state: PanelState, one: Difference, several: boolean): TextClause | null {
  const readings = readingsOf(state, one);
  const base = readings.find(({ checkpoint }) => checkpoint.name === one.comparison.baseline);
  const other = readings.find(({ checkpoint }) => checkpoint.name === one.comparison.other);
  if (base === undefined || other === undefined) return null;
  const [ours, theirs] = [nameOf(base), nameOf(other)];
  const both = (key: Key): TextClause => ({ pieces: compose(key, ours, theirs, where(one, several, compose(pairKey(one, 'and'), valueOf(base), valueOf(other)))), better: null });
  if (other.value === base.value) return { pieces: compose('{0} and {1} have the same perplexity ({2})', ours, theirs, where(one, several, compose(pairKey(one, 'one'), valueOf(base)))), better: null };
  if (one.comparison.n === 1) return both('{0} and {1} have perplexities of {2} on one document, which has no interval');
  const near = Math.abs(Math.log(other.value / base.value)) < NEARLY;
  if (!one.clear) return both(near ? '{0} and {1} have nearly the same perplexity ({2})' : 'no clear difference in perplexity between {0} and {1} ({2})');
  const lower = other.value < base.value;
  const against = compose(pairKey(one, 'against'), valueOf(other), valueOf(base));
  const aside = one.comparison.p_value === null ? against : compose('{0}, {1}', against, plain(formatP(one.comparison.p_value)));
  const key = near
    ? lower ? '{0} has a slightly but clearly lower perplexity than {1} ({2})' : '{0} has a slightly but clearly higher perplexity than {1} ({2})'
    : lower ? '{0} has a lower perplexity than {1} ({2})' : '{0} has a higher perplexity than {1} ({2})';
  return { pieces: compose(key, theirs, ours, where(one, several, aside)), better: (lower ? other : base).checkpoint.name };
}

/** Of those that have finished the text: the lowest, and how far it is to the highest. */
export function lowestClause(state: PanelState, one: Difference, several: boolean): TextClause | null {
  const found = [...readingsOf(state, one)].sort((a, b) => a.value - b.value);
  const [low, high] = [found[0], found.at(-1)];
  if (low === undefined || high === undefined || found.length < 2) return null;
  const count = plain(String(found.length));
  if (low.value === high.value) return { pieces: compose('All {0} have the same perplexity ({1})', count, where(one, several, compose(pairKey(one, 'one'), valueOf(low)))), better: null };
  const range = where(one, several, compose(pairKey(one, 'to'), valueOf(low), valueOf(high)));
  if (found[1]?.value === low.value) return { pieces: compose('{0} and {1} share the lowest perplexity of {2} ({3})', nameOf(low), nameOf(found[1]), count, range), better: null };
  return { pieces: compose('{0} has the lowest perplexity of {1} ({2})', nameOf(low), count, range), better: null };
}

/** Final ones: what is still read may go either way. */
function readingsOf(state: PanelState, one: Difference): readonly Reading[] {
  return state.checkpoints.flatMap((checkpoint, colour) => {
    const cell = one.task.cells.get(cellKey(one.metric.metric, checkpoint.name));
    return cell?.final === true && Number.isFinite(cell.value) && cell.value > 0 ? [{ checkpoint, colour, value: cell.value }] : [];
  });
}

function where(one: Difference, several: boolean, inside: readonly Piece[]): readonly Piece[] {
  const unpaired = one.comparison.unpaired ?? 0;
  const left = several ? compose('{0} on {1}', inside, plain(one.task.alias)) : inside;
  return quiet(unpaired > 0 ? compose('{0}, {1}', left, plain(t('{0} unpaired', unpaired))) : left);
}

function nameOf({ checkpoint, colour }: Reading): Piece {
  return checkpointPiece(checkpoint.label, colour);
}

function valueOf({ value }: Reading): Piece {
  return strong(significant(value, 3), exact(value));
}

const pairs = {
  one: { byte: '{0} per byte', word: '{0} per word', token: '{0} per token', none: '{0}' },
  and: { byte: '{0} and {1} per byte', word: '{0} and {1} per word', token: '{0} and {1} per token', none: '{0} and {1}' },
  against: { byte: '{0} against {1} per byte', word: '{0} against {1} per word', token: '{0} against {1} per token', none: '{0} against {1}' },
  to: { byte: '{0} to {1} per byte', word: '{0} to {1} per word', token: '{0} to {1} per token', none: '{0} to {1}' },
} as const satisfies Record<string, Record<string, Key>>;

function pairKey({ metric: { metric } }: Difference, kind: keyof typeof pairs): Key {
  const unit = (['byte', 'word', 'token'] as const).find((one) => metric.startsWith(`${one}_`));
  return pairs[kind][unit ?? 'none'];
}
