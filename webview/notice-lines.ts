/** Warnings, what a run took over, and missed expectations, in words. A failed task says why in its row of the table. */
import { formatCount, significant } from './format';
import { metricName } from './metric-names';
import { type PanelState, type Warning, aliasOf, labelOf } from './state';
import { countOf, locale, t } from './strings';

/** So many names are listed, so many warnings of one kind told, so many lines shown. */
const MOST_NAMES = 3;
const MOST_OF_A_KIND = 3;
const MOST_LINES = 40;

export type NoticeLine = { readonly kind: 'warning' | 'missed' | 'note'; readonly text: string };

export function noticeLines(state: PanelState): readonly NoticeLine[] {
  const lines = [...missedLines(state), ...warningLines(state), ...unpairedLines(state), ...originLines(state), ...misfitLines(state)];
  const more = lines.length - MOST_LINES;
  return more <= 1 ? lines : [...lines.slice(0, MOST_LINES), { kind: 'warning', text: t('{0} more notices', formatCount(more)) }];
}

function missedLines(state: PanelState): readonly NoticeLine[] {
  return [...state.expectations.values()]
    .filter(({ met }) => !met)
    .map(({ actual, metric, checkpoint, task, expected }) => {
      const got = actual === null ? t('nothing') : significant(actual, 4);
      return { kind: 'missed', text: t('Expected {0} of {1} on {2}: {3}, got {4}.', metricName(metric), labelOf(state, checkpoint), aliasOf(state, task), expected, got) };
    });
}

/** One line for what is said of several; of one kind with many texts, as one for each document, the first few. */
function warningLines(state: PanelState): readonly NoticeLine[] {
  const kinds = new Map<string, Warning[]>();
  for (const warning of state.warnings.values()) {
    const kind = kinds.get(warning.code) ?? [];
    kind.push(warning);
    kinds.set(warning.code, kind);
  }
  return [...kinds.values()].flatMap((warnings) => {
    const told = warnings.length <= MOST_OF_A_KIND + 1 ? warnings : warnings.slice(0, MOST_OF_A_KIND);
    return told.map((warning, index): NoticeLine => {
      const where = placeOf(state, warning);
      const more = index === told.length - 1 ? warnings.length - told.length : 0;
      const text = where === '' ? warning.message : t('{0}: {1}', where, warning.message);
      return { kind: 'warning', text: more > 0 ? `${text} ${t('(and {0} more like it)', formatCount(more))}` : text };
    });
  });
}

/** Whom a warning is about; checkpoints are named where there are several and it is not about all. */
function placeOf(state: PanelState, { places }: Warning): string {
  const checkpoints = [...new Set(places.map(({ checkpoint }) => checkpoint))];
  const tasks = [...new Set(places.flatMap(({ task }) => task ?? []))];
  const several = state.checkpoints.length > 1;
  const all = checkpoints.length === state.checkpoints.length;
  const parts: string[] = [];
  if (several && (!all || tasks.length === 0)) {
    parts.push(named(checkpoints.map((name) => labelOf(state, name)), countOf('{0} checkpoint', '{0} checkpoints', checkpoints.length, formatCount(checkpoints.length))));
  }
  if (tasks.length > 0) parts.push(named(tasks.map((name) => aliasOf(state, name)), countOf('{0} task', '{0} tasks', tasks.length, formatCount(tasks.length))));
  return parts.join(' · ');
}

function named(names: readonly string[], counted: string): string {
  return names.length > MOST_NAMES ? counted : names.reduce((left, right) => t('{0}, {1}', left, right));
}

/** Once a task, however many metrics and checkpoints are compared on it. */
function unpairedLines(state: PanelState): readonly NoticeLine[] {
  const most = new Map<string, { readonly n: number; readonly unpaired: number }>();
  for (const { task, n, unpaired = 0 } of state.comparisons.values()) {
    if (unpaired > (most.get(task)?.unpaired ?? 0)) most.set(task, { n, unpaired });
  }
  return [...most].map(([task, { n, unpaired }]) => ({
    kind: 'note',
    text: t('{0}: compared on the {1} that both sides have; {2} of only one side left out.', aliasOf(state, task), documents(n), documents(unpaired)),
  }));
}

/** What was not computed now: how many answers, made when and on which host. */
function originLines(state: PanelState): readonly NoticeLine[] {
  const several = state.checkpoints.length > 1;
  return state.checkpoints.flatMap(({ label, run }): NoticeLine[] => {
    const told = run.reported
      ? t('reported, not computed')
      : run.from !== null
        ? t('{0} taken over from {1}, {2}', countOf('{0} answer', '{0} answers', run.answered, formatCount(run.answered)), run.from.host, dateText(run.from.time))
        : null;
    if (told === null) return [];
    return [{ kind: 'note', text: several ? t('{0}: {1}', label, told) : told }];
  });
}

function misfitLines(state: PanelState): readonly NoticeLine[] {
  return [...state.misfits].map(([what, count]) => ({
    kind: 'warning',
    text: t('Left out, because this page does not understand it: {0}', count > 1 ? `${what} × ${formatCount(count)}` : what),
  }));
}

function documents(count: number): string {
  return countOf('{0} document', '{0} documents', count, formatCount(count));
}

function dateText(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const options: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };
  try {
    return date.toLocaleString(locale(), options);
  } catch {
    return date.toLocaleString('en', options);
  }
}
