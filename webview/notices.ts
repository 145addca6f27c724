/** Failures of single tasks, warnings and missed expectations, in words. */
import { element, setHidden, setText } from './dom';
import { significant } from './format';
import { metricName } from './metric-names';
import type { PanelState } from './state';
import { t } from './strings';

export class Notices {
  readonly root = element('section', 'notices');
  private readonly list = element('ul');

  constructor() {
    this.root.append(this.list);
  }

  update(state: PanelState): void {
    const lines = noticeLines(state);
    this.root.setAttribute('aria-label', t('Warnings and failures'));
    setHidden(this.root, lines.length === 0);
    while (this.list.childElementCount > lines.length) this.list.lastElementChild?.remove();
    for (const [index, line] of lines.entries()) {
      const item = this.list.children[index] ?? this.list.appendChild(element('li'));
      if (item.className !== line.kind) item.className = line.kind;
      setText(item, line.text);
    }
  }
}

function noticeLines(state: PanelState): readonly { readonly kind: string; readonly text: string }[] {
  const several = state.checkpoints.length > 1;
  const lines: { kind: string; text: string }[] = [];
  for (const one of state.notices.values()) {
    // The sentence on top tells of a run that failed as a whole.
    if (one.kind === 'failure' && one.task === null) continue;
    const alias = state.tasks.find((task) => task.task === one.task)?.alias ?? one.task;
    const where = [several ? one.checkpoint : null, alias].filter((part) => part !== null).join(' · ');
    lines.push({ kind: one.kind, text: where === '' ? one.message : `${where}: ${one.message}` });
  }
  for (const one of state.expectations.values()) {
    if (one.met) continue;
    const actual = one.actual === null ? t('nothing') : significant(one.actual, 4);
    const alias = state.tasks.find((task) => task.task === one.task)?.alias ?? one.task;
    lines.push({ kind: 'missed', text: t('Expected {0} of {1} on {2}: {3}, got {4}.', metricName(one.metric), one.checkpoint, alias, one.expected, actual) });
  }
  return lines;
}
