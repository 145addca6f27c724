import { element, setText, setTitle } from './dom';
import type { Piece } from './pieces';
import { checkpointClass } from './theme';

/** Draws the sentence; spans are kept where the number of pieces stays, so that nothing flashes. */
export class SentenceView {
  readonly root: HTMLElement;

  constructor(kind: 'stopped' | 'known') {
    this.root = element('p', `sentence ${kind}`);
  }

  update(pieces: readonly Piece[]): void {
    while (this.root.childElementCount > pieces.length) this.root.lastElementChild?.remove();
    for (const [index, piece] of pieces.entries()) {
      let span = this.root.children[index];
      if (!(span instanceof HTMLElement)) {
        span = element('span');
        this.root.append(span);
      }
      if (!(span instanceof HTMLElement)) continue;
      const className = piece.tone === 'checkpoint' ? `checkpoint ${checkpointClass(piece.colour ?? 0)}` : piece.tone;
      if (span.className !== className) span.className = className;
      setText(span, piece.text);
      setTitle(span, piece.title ?? '');
    }
  }
}
