import type { TextRange } from '../../protocol/problem';
import { CR, LF, NEL } from './characters';
import { YamlFault } from './node';

/** A place in a text that moves forward, with its line and column. */
export class Cursor {
  line = 0;
  lineStart: number;

  constructor(
    readonly text: string,
    public at: number,
  ) {
    this.lineStart = at;
  }

  /** Code of the character `ahead` of the cursor; 0 behind the end. */
  peek(ahead = 0): number {
    const code = this.text.charCodeAt(this.at + ahead);
    return Number.isNaN(code) ? 0 : code;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  /** Passes a line break and gives it as values hold it: `\n`, U+2028 or U+2029. */
  takeBreak(): string {
    const code = this.peek();
    this.at += code === CR && this.peek(1) === LF ? 2 : 1;
    this.line += 1;
    this.lineStart = this.at;
    return code === LF || code === CR || code === NEL ? '\n' : String.fromCharCode(code);
  }

  fault(detail: string, range: TextRange = { start: this.at, end: this.at + 1 }, opened: number | null = null): YamlFault {
    return new YamlFault(detail, range, opened);
  }
}
