/** The final table: every metric with its standard error and interval, then the comparisons. */
import type { Comparison } from '../protocol/events';
import { plainText } from '../protocol/plain-text';
import type { EvaluationReport, RunReport, TaskResults } from '../protocol/results';

export function resultTables(report: EvaluationReport): string {
  const parts = report.runs.map((run) => `${plainText(run.checkpoint, MOST_IN_CELL)}  (${plainText(run.path ?? run.endpoint ?? '', 4096)})${run.approximate === true ? `  ${APPROXIMATE} ${run.precision}: every number is approximate` : ''}\n${table(HEADER, resultRows(run))}${timingLine(run)}`);
  if (report.comparisons.length > 0) parts.push(`Differences (other − baseline, paired on the same documents)\n${table(COMPARISON_HEADER, report.comparisons.map(comparisonRow))}${unpairedLine(report.comparisons)}`);
  return parts.map((part) => `${part}\n`).join('');
}

/** Documents that only one side has are left out of a comparison; that is said. */
function unpairedLine(comparisons: readonly Comparison[]): string {
  const told = new Set(comparisons.filter(({ unpaired = 0 }) => unpaired > 0).map(({ task, other, unpaired }) => `${plainText(task, MOST_IN_CELL)}, ${plainText(other, MOST_IN_CELL)}: ${unpaired} documents are only on one side`));
  return [...told].map((line) => `${line}\n`).join('');
}

/** Before a number of a run in int8. */
const APPROXIMATE = '≈';

/** A cell is one line, whatever a task is called. */
const MOST_IN_CELL = 200;

type Column = { readonly title: string; readonly align: 'left' | 'right' };

const HEADER: readonly Column[] = [
  { title: 'Tasks', align: 'left' },
  { title: 'Filter', align: 'left' },
  { title: 'n-shot', align: 'right' },
  { title: 'Metric', align: 'left' },
  { title: 'Value', align: 'right' },
  { title: '± Stderr', align: 'right' },
  { title: 'Interval', align: 'left' },
  { title: 'n', align: 'right' },
];

const COMPARISON_HEADER: readonly Column[] = [
  { title: 'Task', align: 'left' },
  { title: 'Metric', align: 'left' },
  { title: 'Baseline', align: 'left' },
  { title: 'Other', align: 'left' },
  { title: 'Difference', align: 'right' },
  { title: 'Interval', align: 'left' },
  { title: 'p', align: 'right' },
  { title: 'n', align: 'right' },
];

function resultRows(run: RunReport): string[][] {
  return Object.entries(run.results).flatMap(([task, results]) => {
    const metrics = Object.entries(results).filter((entry): entry is [string, number] => isMetric(entry));
    return metrics.map(([key, value], index) => {
      const [metric = '', filter = ''] = key.split(',');
      const interval = run.intervals[task]?.[key];
      const first = index === 0;
      return [
        first ? aliasOf(results, task) : '',
        filter,
        first ? String(run['n-shot'][task] ?? '') : '',
        metric,
        `${run.approximate === true ? `${APPROXIMATE} ` : ''}${fixed(value)}`,
        fixed(results[`${metric}_stderr,${filter}`]),
        interval ? `[${fixed(interval[0])}, ${fixed(interval[1])}]` : '',
        String(results['sample_len'] ?? ''),
      ];
    });
  });
}

function isMetric([key, value]: [string, unknown]): boolean {
  return typeof value === 'number' && key.includes(',') && !key.includes('_stderr,');
}

function aliasOf(results: TaskResults, task: string): string {
  const { alias } = results;
  return typeof alias === 'string' ? alias : task;
}

function comparisonRow({ task, metric, baseline, other, difference, interval, p_value, n, approximate }: Comparison): string[] {
  const signed = `${approximate === true ? `${APPROXIMATE} ` : ''}${difference > 0 ? '+' : ''}${fixed(difference)}`;
  return [task, metric, baseline, other, signed, interval ? `[${fixed(interval[0])}, ${fixed(interval[1])}]` : '', p_value === null ? '' : p(p_value), String(n)];
}

function p(value: number): string {
  return value < 0.0001 ? '< 0.0001' : value.toFixed(4);
}

function fixed(value: unknown): string {
  return typeof value === 'number' ? value.toFixed(4) : 'N/A';
}

/** What was computed now, and what was not: answers of an earlier start are believed, so they are named. */
function timingLine({ timing, reported, taken_over: taken }: RunReport): string {
  const origin = taken === undefined ? '' : `${taken.answers} answers of a start at ${plainText(taken.since, 40)} on ${plainText(taken.host, MOST_IN_CELL)}`;
  if (reported === true) return `reported, not computed: ${origin}\n`;
  return `${origin === '' ? '' : `taken over: ${origin}\n`}${timing.tokens} tokens in ${timing.seconds.toFixed(1)} s (${Math.round(timing.tokens_per_second)} tokens/s)\n`;
}

/** A Markdown table whose columns line up. */
function table(header: readonly Column[], values: readonly (readonly string[])[]): string {
  const rows = values.map((cells) => cells.map((text) => plainText(text, MOST_IN_CELL).replaceAll('|', '\\|')));
  const widths = header.map(({ title }, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const cell = (text: string, column: number): string =>
    header[column]?.align === 'right' ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
  const rule = `|${header.map(({ align }, column) => `${'-'.repeat((widths[column] ?? 0) + 1)}${align === 'right' ? ':' : '-'}`).join('|')}|\n`;
  return line(header.map(({ title }) => title)) + rule + rows.map(line).join('');
}
