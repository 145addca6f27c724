/** One document: its own text in quotes, the target after an arrow, each checkpoint's choice as a bar. */
import type { SampleSummary } from '../src/protocol/events';
import { element, setAttribute, setClass, setHidden, setText, setTitle } from './dom';
import { exact, significant } from './format';
import { metricName } from './metric-names';
import type { PanelState, SampleRow } from './state';
import { t } from './strings';
import { checkpointClass } from './theme';

type Answer = { readonly root: HTMLElement; readonly name: HTMLElement; readonly fill: HTMLElement; readonly track: HTMLElement; readonly verdict: HTMLElement };

export class SampleView {
  readonly root = element('li', 'sample');
  private readonly text = element('span', 'sample-text');
  private readonly target = element('span', 'sample-target');
  private readonly answers = element('div', 'answers');
  private readonly byCheckpoint: Answer[] = [];

  constructor(onOpen: (row: SampleRow) => void) {
    this.root.tabIndex = -1;
    const open = () => {
      if (this.row !== null) onOpen(this.row);
    };
    this.root.append(element('div', 'sample-words', this.text, this.target), this.answers);
    this.root.addEventListener('click', open);
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      open();
    });
  }

  private row: SampleRow | null = null;

  update(state: PanelState, row: SampleRow): void {
    this.row = row;
    setText(this.text, `\u201c${row.text.trim()}\u201d`);
    // Of a text that is only read, the target is the text.
    const itself = row.target === '' || row.target.trim() === row.text.trim();
    setText(this.target, itself ? '' : `\u2192 ${row.target.trim()}`);
    while (this.byCheckpoint.length > state.checkpoints.length) this.byCheckpoint.pop()?.root.remove();
    for (const [colour, one] of state.checkpoints.entries()) {
      const answer = this.byCheckpoint[colour] ?? this.addAnswer(colour);
      setText(answer.name, one.label);
      updateAnswer(answer, row.byCheckpoint.get(one.name));
    }
  }

  private addAnswer(colour: number): Answer {
    const name = element('bdi');
    const fill = element('span', 'answer-fill');
    const track = element('span', 'answer-track', fill);
    const verdict = element('span', 'answer-verdict');
    const root = element('div', `answer ${checkpointClass(colour)}`, element('span', 'answer-name checkpoint', name), track, verdict);
    const answer = { root, name, fill, track, verdict };
    this.byCheckpoint.push(answer);
    this.answers.append(root);
    return answer;
  }
}

function updateAnswer(answer: Answer, sample: SampleSummary | undefined): void {
  const probability = sample?.probability ?? null;
  setHidden(answer.fill, probability === null);
  setClass(answer.track, 'absent', probability === null);
  answer.fill.style.transform = `scaleX(${probability ?? 0})`;
  setClass(answer.root, 'unanswered', sample === undefined);
  setClass(answer.root, 'right', sample?.correct === true);
  setClass(answer.root, 'wrong', sample?.correct === false);
  setText(answer.verdict, verdictText(sample));
  setTitle(answer.root, ...(sample === undefined ? [] : titleOf(sample)));
  if (sample === undefined || sample.correct === null) answer.verdict.removeAttribute('aria-label');
  else setAttribute(answer.verdict, 'aria-label', `${t(sample.correct ? 'right' : 'wrong')}, ${t('answered {0}', sample.answer.trim())}`);
}

function verdictText(sample: SampleSummary | undefined): string {
  if (sample === undefined) return '·';
  const sign = sample.correct === null ? '' : sample.correct ? '\u2713 ' : '\u2717 ';
  if (sample.filtered !== undefined) return `${sign}${shortened(sample.filtered.trim())}`;
  if (sample.probability !== null) return `${sign}${sample.probability.toFixed(2)}`;
  if (sample.correct !== null) return sign.trim();
  const first = Object.values(sample.values)[0];
  return first === undefined ? sample.answer : significant(first, 4);
}

/** Letters of a generated answer that stand in its row; the whole is shown on hover. */
const VERDICT = 24;

function shortened(text: string): string {
  return text.length <= VERDICT ? text : `${text.slice(0, VERDICT)}\u2026`;
}

function titleOf(sample: SampleSummary): readonly string[] {
  const lines = sample.answer === '' ? [] : [t('answered {0}', sample.answer.trim())];
  if (sample.filtered !== undefined && sample.filtered !== sample.answer) lines.push(t('taken for {0}', sample.filtered.trim()));
  if (sample.probability !== null) lines.push(exact(sample.probability));
  for (const [name, value] of Object.entries(sample.values)) lines.push(`${metricName(name)} ${exact(value)}`);
  return lines;
}
