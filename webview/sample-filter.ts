/** Which documents the list shows: all, wrong ones, or those on which two checkpoints disagree. */
import { type PanelState, type SampleRow, type TaskState, labelOf } from './state';
import { t } from './strings';

export type SampleFilter = {
  /** Kept in the page's state over a reload. */
  readonly id: string;
  readonly label: string;
  readonly count: number;
  readonly accepts: (row: SampleRow) => boolean;
};

/** Pairs with more checkpoints than this make a wall of filters. */
const MOST_PAIRS = 3;

export function sampleFilters(state: PanelState, task: TaskState): readonly SampleFilter[] {
  const judged = task.samples.some((row) => [...row.byCheckpoint.values()].some((one) => one.correct !== null));
  const filters: Omit<SampleFilter, 'count'>[] = [{ id: 'all', label: t('all'), accepts: () => true }];
  if (judged) {
    const wrong = (row: SampleRow) => [...row.byCheckpoint.values()].some((one) => one.correct === false);
    filters.push({ id: 'wrong', label: t('wrong'), accepts: wrong });
    if (state.checkpoints.length === 1) filters.push({ id: 'right', label: t('right'), accepts: (row) => !wrong(row) });
    const base = state.baseline;
    if (base !== null) {
      for (const { name, label } of state.checkpoints.filter((one) => one.name !== base).slice(0, MOST_PAIRS)) {
        filters.push({ id: `right ${base}, wrong ${name}`, label: t('{0} right, {1} wrong', labelOf(state, base), label), accepts: disagrees(base, name) });
        filters.push({ id: `right ${name}, wrong ${base}`, label: t('{0} right, {1} wrong', label, labelOf(state, base)), accepts: disagrees(name, base) });
      }
    }
  }
  return filters.map((one) => ({ ...one, count: task.samples.reduce((sum, row) => sum + (one.accepts(row) ? 1 : 0), 0) }));
}

export function fitsSearch(row: SampleRow, search: string): boolean {
  if (search === '') return true;
  const wanted = search.toLowerCase();
  return row.text.toLowerCase().includes(wanted) || row.target.toLowerCase().includes(wanted) || [...row.byCheckpoint.values()].some((one) => one.answer.toLowerCase().includes(wanted));
}

function disagrees(right: string, wrong: string): (row: SampleRow) => boolean {
  return (row) => row.byCheckpoint.get(right)?.correct === true && row.byCheckpoint.get(wrong)?.correct === false;
}
