/** What single numbers say in words: while documents are still being answered, and where there is one checkpoint. */
import { type Form, exact, formatCount, formatEnd, formatValue } from './format';
import { readText } from './interval-text';
import { mainMetric, metricName } from './metric-names';
import { type Piece, checkpointPiece, compose, joinPieces, plain, quiet, strong } from './pieces';
import { roundUp } from './sentence-comparison';
import { type Cell, type PanelState, type TaskState, cellKey } from './state';
import { countOf, t } from './strings';

/** A sentence names so many tasks; the table has the rest. */
const NAMED_TASKS = 3;

/** Two checkpoints on the last task that both have begun, and whether it is settled. */
export function liveClause(state: PanelState, running: boolean): readonly Piece[] {
  const baseline = state.checkpoints.findIndex((one) => one.name === state.baseline);
  const base = state.checkpoints[baseline];
  if (base === undefined) return [];
  for (const [colour, other] of [...state.checkpoints.entries()].reverse()) {
    if (colour === baseline) continue;
    for (const task of [...state.tasks].reverse()) {
      const metric = mainMetric(task);
      if (metric === null) continue;
      const first = task.cells.get(cellKey(metric.metric, base.name));
      const second = task.cells.get(cellKey(metric.metric, other.name));
      if (first === undefined || second === undefined) continue;
      const shown = (cell: Cell) => [strong(formatValue(metric.form, cell.value), exact(cell.value)), ...aside(cell, metric.form)];
      const pieces = compose(
        'So far {0}: {1} and {2}: {3} on {4}',
        checkpointPiece(base.name, baseline),
        shown(first),
        checkpointPiece(other.name, colour),
        shown(second),
        plain(task.alias),
      );
      const rest = running ? settled(first, second, task) : null;
      return [...compose('{0}.', pieces), ...(rest === null ? [] : quiet([plain(' '), plain(rest)]))];
    }
  }
  return [];
}

/** The numbers of the checkpoint that is furthest, task by task. */
export function singleClauses(state: PanelState): readonly Piece[] {
  for (const [colour, run] of state.checkpoints.entries()) {
    const clauses: (readonly Piece[])[] = [];
    for (const task of state.tasks) {
      const metric = mainMetric(task);
      const cell = metric === null ? undefined : task.cells.get(cellKey(metric.metric, run.name));
      if (metric === null || cell === undefined) continue;
      clauses.push(singleClause(task, metricName(metric.metric), cell, metric.form));
    }
    if (clauses.length === 0) continue;
    const more = clauses.length - NAMED_TASKS;
    const named = clauses.slice(0, NAMED_TASKS);
    if (more > 0) named.push(quiet([plain(t('{0} more in the table', more))]));
    return compose('{0}.', compose('{0}: {1}', checkpointPiece(run.name, colour), joinPieces('{0}, {1}', named)));
  }
  return [];
}

function singleClause(task: TaskState, metric: string, cell: Cell, form: Form): readonly Piece[] {
  const counted = (count: number) => countOf('{0} document', '{0} documents', count, formatCount(count));
  const whole = cell.final || cell.n >= task.documents;
  const documents = cell.n === 0 ? readText(cell.n, cell.tokens) : whole ? counted(cell.n) : t('{0} of {1}', formatCount(cell.n), counted(task.documents));
  const inside = cell.interval === null ? documents : t('{0}, {1}', rangeText(form, cell.interval), documents);
  return compose('{0} {1} on {2} ({3})', strong(formatValue(form, cell.value), exact(cell.value)), plain(metric), plain(task.alias), quiet([plain(inside)]));
}

function aside(cell: Cell, form: Form): readonly Piece[] {
  return cell.interval === null ? [] : quiet([plain(` (${rangeText(form, cell.interval)})`)]);
}

function rangeText(form: Form, [low, high]: readonly [number, number]): string {
  return t('{0} to {1}', formatEnd(form, low), formatEnd(form, high));
}

function settled(first: Cell, second: Cell, task: TaskState): string | null {
  if (first.interval === null || second.interval === null) return t('The comparison comes when both have finished the task.');
  if (first.interval[1] < second.interval[0] || second.interval[1] < first.interval[0]) return t('They are already clearly apart.');
  const halves = (first.interval[1] - first.interval[0] + second.interval[1] - second.interval[0]) / 2;
  const apart = Math.abs(first.value - second.value);
  const n = Math.min(first.n, second.n);
  const more = apart > 0 ? Math.ceil(n * (halves / apart) ** 2) - n : Infinity;
  if (more <= task.documents - n) return t('About {0} more documents settle it.', formatCount(roundUp(more)));
  return t('The comparison comes when both have finished the task.');
}
