/** What paired comparisons say in words: each clause names both sides, and two clauses are joined only where they are about the same two. */
import type { Comparison } from '../src/protocol/events';
import { type Difference, differenceOf } from './difference';
import { exact, formatAmount, formatCount, formatEnd, formatP, formatValue } from './format';
import { mainMetric, metricName } from './metric-names';
import { type Piece, checkpointPiece, compose, plain, quiet, sentenceCase, strong } from './pieces';
import { lowestClause, perplexityClause } from './sentence-perplexity';
import { type PanelState, labelOf } from './state';
import { countOf, t } from './strings';

/** `allMetrics`: the table shows a row for every metric, so these are counted. */
export function comparisonClauses(state: PanelState, comparisons: readonly Comparison[], allMetrics = false): readonly Piece[] {
  const differences = mainDifferences(state, comparisons);
  const texts = differences.filter((one) => one.metric.form === 'perplexity');
  const strongest = differences.filter((one) => one.metric.form !== 'perplexity').sort((a, b) => weight(b) - weight(a))[0];
  const [first] = texts;
  const pair = state.checkpoints.length === 2;
  const several = new Set(texts.map(({ task }) => task.task)).size > 1;
  const text = first === undefined ? null : pair ? perplexityClause(state, first, several) : lowestClause(state, first, several);
  const pieces: Piece[] = [];
  const say = (...more: readonly Piece[]) => pieces.push(...(pieces.length > 0 ? [plain(' ')] : []), ...more);
  if (text !== null && strongest !== undefined && pair) {
    // Nearly the same text but a clear difference here, or the better reader is not the better one here.
    const contrast = strongest.clear ? text.better !== winner(strongest) : text.better !== null;
    say(...compose('{0}.', sentenceCase(compose(contrast ? '{0}, but {1}' : '{0}, and {1}', text.pieces, taskClause(state, strongest, text.better === null ? 'both' : 'subject')))));
  } else {
    if (text !== null) say(...compose('{0}.', sentenceCase(text.pieces)));
    if (strongest !== undefined) say(...compose('{0}.', sentenceCase(taskClause(state, strongest, 'no'))));
  }
  const missing = strongest === undefined ? null : missingDocuments(strongest);
  if (missing !== null) say(...quiet([plain(missing)]));
  const counted = countsText(state, comparisons, allMetrics, (text === null ? 0 : 1) + (strongest === undefined ? 0 : 1));
  if (counted !== null) say(...quiet([plain(counted)]));
  return pieces;
}

/** Of the differences that the table shows. null where the sentence has told of all. */
function countsText(state: PanelState, comparisons: readonly Comparison[], allMetrics: boolean, told: number): string | null {
  const shown = allMetrics ? allDifferences(state, comparisons) : mainDifferences(state, comparisons);
  const [first] = shown;
  if (first === undefined || shown.length <= told) return null;
  const [clear, ties] = [shown.filter((one) => one.clear).length, shown.filter((one) => one.tie).length];
  const baseline = labelOf(state, first.comparison.baseline);
  if (clear === 0 && ties === 0) return t('None of {0} comparisons with {1} is clear.', formatCount(shown.length), baseline);
  if (ties === 0) return countOf('{0} of {1} comparisons with {2} is clear.', '{0} of {1} comparisons with {2} are clear.', clear, formatCount(clear), formatCount(shown.length), baseline);
  return countOf('Of {1} comparisons with {2}, {3} clear, {0} tie.', 'Of {1} comparisons with {2}, {3} clear, {0} ties.', ties, formatCount(ties), formatCount(shown.length), baseline, formatCount(clear));
}

function mainDifferences(state: PanelState, comparisons: readonly Comparison[]): Difference[] {
  const main = new Map(state.tasks.map((task) => [task.task, mainMetric(task)?.metric]));
  return allDifferences(state, comparisons).filter(({ task, metric }) => main.get(task.task) === metric.metric);
}

/** In the order of the table's rows. */
function allDifferences(state: PanelState, comparisons: readonly Comparison[]): Difference[] {
  return state.tasks.flatMap((task) =>
    comparisons.flatMap((comparison) => {
      const metric = comparison.task === task.task ? task.metrics.find((one) => one.metric === comparison.metric) : undefined;
      const known = state.checkpoints.some(({ name }) => name === comparison.other);
      return (metric === undefined || !known ? null : differenceOf(state, task, metric, comparison.other)) ?? [];
    }),
  );
}

/** How far from zero, in half-widths of the interval. */
function weight(one: Difference): number {
  if (one.interval === null) return one.clear ? 1 : 0;
  const half = (one.interval[1] - one.interval[0]) / 2;
  return half > 0 ? Math.abs(one.size) / half : 0;
}

function winner(one: Difference): string | null {
  if (one.verdict === 'unclear') return null;
  return one.verdict === 'better' ? one.comparison.other : one.comparison.baseline;
}

/** What the sentence has named already: nothing, both sides, or the other one as what it speaks of, and the baseline. */
type Named = 'no' | 'both' | 'subject';

function taskClause(state: PanelState, one: Difference, known: Named): readonly Piece[] {
  const { baseline, other } = one.comparison;
  const [ours, theirs] = [checkpointPiece(labelOf(state, baseline), colourOf(state, baseline)), checkpointPiece(labelOf(state, other), colourOf(state, other))];
  const task = plain(one.task.alias);
  const aside = asidePieces(one);
  const amount = strong(amountText(one), exact(one.size));
  const named = known !== 'no';
  if (one.tie) return named ? compose('they tie on {0} ({1})', task, aside) : compose('{0} and {1} tie on {2} ({3})', ours, theirs, task, aside);
  if (!one.clear) return named ? compose('no clear difference on {0} ({1})', task, aside) : compose('no clear difference between {0} and {1} on {2} ({3})', ours, theirs, task, aside);
  if (one.verdict === 'unclear') return compose('{0} differs from {1} by {2} on {3} ({4})', theirs, ours, amount, task, aside);
  if (known === 'subject') return compose(one.verdict === 'worse' ? 'is {0} behind on {1} ({2})' : 'is {0} ahead on {1} ({2})', amount, task, aside);
  if (named) return compose(one.verdict === 'worse' ? '{0} is {1} behind on {2} ({3})' : '{0} is {1} ahead on {2} ({3})', theirs, amount, task, aside);
  return compose(one.verdict === 'worse' ? '{0} is {1} behind {2} on {3} ({4})' : '{0} is {1} ahead of {2} on {3} ({4})', theirs, amount, ours, task, aside);
}

function asidePieces(one: Difference): readonly Piece[] {
  const { n, unpaired = 0, p_value: p, baseline } = one.comparison;
  const parts: string[] = [];
  if (one.metric.form === 'score') parts.push(metricName(one.metric.metric));
  const shared = one.tie ? one.task.cells.get(JSON.stringify([one.metric.metric, baseline])) : undefined;
  if (shared !== undefined) parts.push(formatValue(one.metric.form, shared.value));
  else if (one.interval !== null) {
    // With the direction in words (behind, ahead), the interval is of the size.
    const flip = one.clear && one.size < 0;
    const [low, high] = flip ? [-one.interval[1], -one.interval[0]] : one.interval;
    parts.push(t('{0} to {1}', formatEnd(one.metric.form, low), formatEnd(one.metric.form, high)));
  }
  if (p !== null && !one.tie) parts.push(formatP(p));
  parts.push(countOf('{0} document', '{0} documents', n, formatCount(n)));
  if (unpaired > 0) parts.push(t('{0} unpaired', formatCount(unpaired)));
  return quiet([plain(parts.reduce((left, right) => t('{0}, {1}', left, right)))]);
}

function amountText(one: Difference): string {
  const size = formatAmount(one.metric.form, one.size);
  return one.metric.form === 'proportion' ? countOf('{0} point', '{0} points', size === '1.0' ? 1 : 2, size) : size;
}

/** The width of an interval shrinks with the root of n: how many documents until zero falls outside it. */
function missingDocuments(one: Difference): string | null {
  const ratio = weight(one);
  if (one.clear || one.tie || one.interval === null || ratio === 0) return null;
  const { n } = one.comparison;
  const more = Math.ceil(n / (ratio * ratio)) - n;
  if (more <= 0) return null;
  if (more > Math.max(one.task.documents - n, 10 * n)) return t('The documents of this task may not settle it.');
  return t('About {0} more documents would settle it.', formatCount(roundUp(more)));
}

export function roundUp(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.ceil(count / step) * step;
}

export function colourOf(state: PanelState, name: string): number {
  return state.checkpoints.findIndex((one) => one.name === name);
}

