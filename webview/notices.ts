/** The list of notices. */
import { element, setHidden, setText } from './dom';
import { type NoticeLine, noticeLines } from './notice-lines';
import type { PanelState } from './state';
import { t } from './strings';

export class Notices {
  readonly root = element('section', 'notices');
  private readonly list = element('ul');

  constructor() {
    this.root.append(this.list);
  }

  update(state: PanelState, undrawn: readonly string[]): void {
    const lines = [...undrawn.map((text): NoticeLine => ({ kind: 'warning', text: t('A part of this page could not be drawn: {0}', text) })), ...noticeLines(state)];
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
