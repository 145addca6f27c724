/** What single numbers say in words: while documents are still being answered, and where nothing is compared. */
import { type Form, exact, formatCount, formatEnd, formatValue } from './format';
import { readText } from './interval-text';
import { mainMetric, metricName } from './metric-names';
import { type Piece, checkpointPiece, compose, joinPieces, plain, quiet, strong } from './pieces';
import { roundUp } from './sentence-comparison';
import { type Cell, type PanelState, type TaskState, cellKey } from './state';
import { countOf, t } from './strings';

/** A sentence names so many tasks; the table has the rest. */
const NAMED_TASKS = 3;

/** Two checkpoints on the last task that both have begun, and whether it is settled. `going`: more is to come. */
export function liveClause(state: PanelState, going: boolean): readonly Piece[] {
  const baseline = state.checkpoints.findIndex((one) => one.name === state.baseline);
  const base = state.checkpoints[baseline];
  if (base === undefined) return [];
  for (const [colour, other] of [...state.checkpoints.entries()].reverse()) {
    if (colour === baseline) continue;
    for (const task of [...state.tasks].reverse()) {
      const metric = mainMetric(task);
      const [first, second] = metric === null ? [] : [numberOf(task, metric.metric, base.name), numberOf(task, metric.metric, other.name)];
      if (metric === null || first === undefined || second === undefined) continue;
      const streaming = going && !(first.final && second.final);
      const shown = (cell: Cell) => [strong(formatValue(metric.form, cell.value), exact(cell.value)), ...aside(cell, metric.form, streaming ? null : task)];
      const pieces = compose(
        streaming ? 'So far {0}: {1} and {2}: {3} on {4}' : '{0}: {1} and {2}: {3} on {4}',
        checkpointPiece(base.label, baseline),
        shown(first),
        checkpointPiece(other.label, colour),
        shown(second),
        plain(metric.form === 'score' ? t('{0}, {1}', task.alias, metricName(metric.metric)) : task.alias),
      );
      const rest = streaming ? settled(first, second, task) : null;
      return [...compose('{0}.', pieces), ...(rest === null ? [] : quiet([plain(' '), plain(rest)]))];
    }
  }
  return [];
}

/** The numbers of the first checkpoint that has some, task by task. */
export function singleClauses(state: PanelState): readonly Piece[] {
  for (const [colour, run] of state.checkpoints.entries()) {
    const clauses: (readonly Piece[])[] = [];
    for (const task of state.tasks) {
      const metric = mainMetric(task);
      const cell = metric === null ? undefined : numberOf(task, metric.metric, run.name);
      if (metric === null || cell === undefined) continue;
      clauses.push(singleClause(task, metricName(metric.metric), cell, metric.form));
    }
    if (clauses.length === 0) continue;
    const more = clauses.length - NAMED_TASKS;
    const named = clauses.slice(0, NAMED_TASKS);
    if (more > 0) named.push(quiet([plain(countOf('{0} more task in the table', '{0} more tasks in the table', more, formatCount(more)))]));
    return compose('{0}.', compose('{0}: {1}', checkpointPiece(run.label, colour), joinPieces('{0}, {1}', named)));
  }
  return [];
}

/** A task that failed has no number, even where some documents had been answered. */
function numberOf(task: TaskState, metric: string, checkpoint: string): Cell | undefined {
  const cell = task.cells.get(cellKey(metric, checkpoint));
  return cell !== undefined && (cell.final || !task.errors.has(checkpoint)) ? cell : undefined;
}

function singleClause(task: TaskState, metric: string, cell: Cell, form: Form): readonly Piece[] {
  const inside = cell.interval === null ? readSoFar(cell, task) : t('{0}, {1}', rangeText(form, cell.interval), readSoFar(cell, task));
  return compose('{0} {1} on {2} ({3})', strong(formatValue(form, cell.value), exact(cell.value)), plain(metric), plain(task.alias), quiet([plain(inside)]));
}

/** `400 of 872 documents` while there are more. */
function readSoFar(cell: Cell, task: TaskState): string {
  const counted = (count: number) => countOf('{0} document', '{0} documents', count, formatCount(count));
  if (cell.n === 0) return readText(cell.n, cell.tokens);
  return cell.final || cell.n >= task.documents ? counted(cell.n) : t('{0} of {1}', formatCount(cell.n), counted(task.documents));
}

/** `task`: how much of it was read is said too. */
function aside(cell: Cell, form: Form, task: TaskState | null): readonly Piece[] {
  const parts = cell.interval === null ? [] : [rangeText(form, cell.interval)];
  if (!cell.final && task !== null) parts.push(readSoFar(cell, task));
  return parts.length === 0 ? [] : quiet([plain(` (${parts.reduce((left, right) => t('{0}, {1}', left, right))})`)]);
}

function rangeText(form: Form, [low, high]: readonly [number, number]): string {
  return t('{0} to {1}', formatEnd(form, low), formatEnd(form, high));
}

function settled(first: Cell, second: Cell, task: TaskState): string | null {
  if (first.interval === null || second.interval === null) return null;
  if (first.interval[1] < second.interval[0] || second.interval[1] < first.interval[0]) return t('They are already clearly apart.');
  const halves = (first.interval[1] - first.interval[0] + second.interval[1] - second.interval[0]) / 2;
  const apart = Math.abs(first.value - second.value);
  const n = Math.min(first.n, second.n);
  const more = apart > 0 ? Math.ceil(n * (halves / apart) ** 2) - n : Infinity;
  return more > 0 && more <= task.documents - n ? t('About {0} more documents settle it.', formatCount(roundUp(more))) : null;
}
