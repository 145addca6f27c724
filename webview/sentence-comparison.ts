/** What paired comparisons say in words. */
import type { Comparison } from '../src/protocol/events';
import { type Difference, differenceOf } from './difference';
import { exact, formatAmount, formatCount, formatEnd, formatP, significant } from './format';
import type { Key } from './l10n-keys';
import { mainMetric } from './metric-names';
import { type Piece, checkpointPiece, compose, plain, quiet, sentenceCase, strong } from './pieces';
import { type PanelState, cellKey } from './state';
import { countOf, t } from './strings';

/** Perplexities within two percent read as the same, whatever the p-value. */
const NEARLY = 0.02;

export function comparisonClauses(state: PanelState, comparisons: readonly Comparison[]): readonly Piece[] {
  const differences = mainDifferences(state, comparisons);
  const texts = differences.filter((one) => one.metric.form === 'perplexity');
  const others = differences.filter((one) => one.metric.form !== 'perplexity').sort((a, b) => weight(b) - weight(a));
  const first = texts[0];
  const text = first === undefined ? null : state.checkpoints.length > 2 ? rangeClause(state, first) : perplexityClause(state, first);
  const strongest = others[0];
  const task = strongest === undefined ? null : taskClause(state, strongest);
  const pieces: Piece[] = [];
  if (text !== null && task !== null) {
    // Nearly the same text but a clear difference here, or the better reader is the worse one here.
    const contrast = strongest?.clear === true && (text.same || text.better !== winner(strongest));
    pieces.push(...compose('{0}.', sentenceCase(compose(contrast ? '{0}, but {1}' : '{0}, and {1}', text.pieces, task))));
  } else if (text !== null) {
    pieces.push(...compose('{0}.', sentenceCase(text.pieces)));
  } else if (task !== null) {
    pieces.push(...compose('{0}.', sentenceCase(task)));
  }
  const clear = others.filter((one) => one.clear).length;
  if (clear > 1) pieces.push(...quiet([plain(' '), plain(t('{0} of {1} comparisons are clear.', clear, others.length))]));
  if (strongest !== undefined && !strongest.clear) {
    const missing = missingDocuments(strongest);
    if (missing !== null) pieces.push(...quiet([plain(' '), plain(missing)]));
  }
  return pieces;
}

function mainDifferences(state: PanelState, comparisons: readonly Comparison[]): Difference[] {
  const found: Difference[] = [];
  for (const task of state.tasks) {
    const metric = mainMetric(task);
    if (metric === null) continue;
    for (const comparison of comparisons) {
      if (comparison.task !== task.task || comparison.metric !== metric.metric) continue;
      const difference = differenceOf(state, task, metric, comparison.other);
      if (difference !== null) found.push(difference);
    }
  }
  return found;
}

/** How far from zero, in half-widths of the interval. */
function weight(one: Difference): number {
  if (one.interval === null) return one.clear ? 1 : 0;
  const half = (one.interval[1] - one.interval[0]) / 2;
  return half > 0 ? Math.abs(one.size) / half : 0;
}

type TextClause = { readonly pieces: readonly Piece[]; readonly same: boolean; readonly better: string | null };

/** Of three checkpoints and more: the lowest, and how far it is to the highest. */
function rangeClause(state: PanelState, one: Difference): TextClause | null {
  const found = state.checkpoints.flatMap(({ name }, colour) => {
    const cell = one.task.cells.get(cellKey(one.metric.metric, name));
    return cell === undefined ? [] : [{ name, colour, value: cell.value }];
  });
  found.sort((a, b) => a.value - b.value);
  const [low, high] = [found[0], found.at(-1)];
  if (low === undefined || high === undefined) return null;
  const range = compose(pairKey(one.metric.metric, 'to'), value(low.value), value(high.value));
  if (Math.log(high.value / low.value) < NEARLY) return { pieces: compose('Nearly the same perplexity ({0})', range), same: true, better: null };
  return { pieces: compose('{0} has the lowest perplexity ({1})', checkpointPiece(low.name, low.colour), range), same: false, better: low.name };
}

function perplexityClause(state: PanelState, one: Difference): TextClause | null {
  const { baseline, other } = one.comparison;
  const base = one.task.cells.get(cellKey(one.metric.metric, baseline));
  const second = one.task.cells.get(cellKey(one.metric.metric, other));
  if (base === undefined || second === undefined) return null;
  const same = Math.abs(Math.log(second.value / base.value)) < NEARLY;
  if (one.comparison.n === 1) {
    const pair = compose(pairKey(one.metric.metric, 'and'), value(base.value), value(second.value));
    return { pieces: compose('perplexity {0} on one document, which has no interval', pair), same, better: null };
  }
  if (same || !one.clear) {
    const pair = compose(pairKey(one.metric.metric, 'and'), value(base.value), value(second.value));
    return { pieces: compose(same ? 'Nearly the same perplexity ({0})' : 'No clear difference in perplexity ({0})', pair), same, better: null };
  }
  const better = second.value < base.value ? other : baseline;
  const [low, high] = second.value < base.value ? [second.value, base.value] : [base.value, second.value];
  const pair = compose(pairKey(one.metric.metric, 'against'), value(low), value(high));
  const aside = one.comparison.p_value === null ? pair : compose('{0}, {1}', pair, plain(formatP(one.comparison.p_value)));
  return { pieces: compose('{0} has the lower perplexity ({1})', checkpointPiece(better, colourOf(state, better)), aside), same: false, better };
}

function winner(one: Difference): string | null {
  if (one.verdict === 'unclear') return null;
  return one.verdict === 'better' ? one.comparison.other : one.comparison.baseline;
}

function taskClause(state: PanelState, one: Difference): readonly Piece[] {
  const { other, n } = one.comparison;
  const aside = asidePieces(one, countOf('{0} document', '{0} documents', n, formatCount(n)));
  const name = plain(one.task.alias);
  if (!one.clear || one.metric.higherIsBetter === null) return compose('no clear difference on {0} ({1})', name, aside);
  const key = one.verdict === 'worse' ? '{0} is {1} behind on {2} ({3})' : '{0} is {1} ahead on {2} ({3})';
  return compose(key, checkpointPiece(other, colourOf(state, other)), strong(amountText(one), exact(one.size)), name, aside);
}

function asidePieces(one: Difference, documents: string): readonly Piece[] {
  const parts: string[] = [];
  if (one.interval !== null) {
    // With the direction in words (behind, ahead), the interval is of the size.
    const flip = one.clear && one.size < 0;
    const [low, high] = flip ? [-one.interval[1], -one.interval[0]] : one.interval;
    parts.push(t('{0} to {1}', formatEnd(one.metric.form, low), formatEnd(one.metric.form, high)));
  }
  if (one.comparison.p_value !== null) parts.push(formatP(one.comparison.p_value));
  parts.push(documents);
  return quiet([plain(parts.reduce((left, right) => t('{0}, {1}', left, right)))]);
}

function amountText(one: Difference): string {
  const size = formatAmount(one.metric.form, one.size);
  return one.metric.form === 'proportion' ? countOf('{0} point', '{0} points', size === '1.0' ? 1 : 2, size) : size;
}

/** The width of an interval shrinks with the root of n: how many documents until zero falls outside it. */
function missingDocuments(one: Difference): string | null {
  const ratio = weight(one);
  if (one.interval === null || ratio === 0) return null;
  const { n } = one.comparison;
  const more = Math.ceil(n / (ratio * ratio)) - n;
  if (more <= 0) return null;
  if (more > Math.max(one.task.documents - n, 10 * n)) return t('The documents of this task may not settle it.');
  return t('About {0} more documents settle it.', formatCount(roundUp(more)));
}

export function roundUp(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / step) * step;
}

export function colourOf(state: PanelState, name: string): number {
  return state.checkpoints.findIndex((one) => one.name === name);
}

function value(perplexity: number): Piece {
  return strong(significant(perplexity, 3), exact(perplexity));
}

const pairs = {
  and: { byte: '{0} and {1} per byte', word: '{0} and {1} per word', token: '{0} and {1} per token', none: '{0} and {1}' },
  against: { byte: '{0} against {1} per byte', word: '{0} against {1} per word', token: '{0} against {1} per token', none: '{0} against {1}' },
  to: { byte: '{0} to {1} per byte', word: '{0} to {1} per word', token: '{0} to {1} per token', none: '{0} to {1}' },
} as const satisfies Record<string, Record<string, Key>>;

function pairKey(metric: string, kind: keyof typeof pairs): Key {
  const unit = (['byte', 'word', 'token'] as const).find((one) => metric.startsWith(`${one}_`));
  return pairs[kind][unit ?? 'none'];
}
