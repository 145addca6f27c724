import { SPACE_CLASS } from '../python/unicode';

const SPACE_RUN = new RegExp(`[${SPACE_CLASS}]+`, 'g');
const SPACE_AT_START = new RegExp(`^[${SPACE_CLASS}]`);
const SPACE_AT_END = new RegExp(`[${SPACE_CLASS}]$`);

/** Words and bytes of a text that may come in pieces. */
export class TextSize {
  /** Pieces of `re.split(r"\s+", text)`: whitespace at an end adds an empty one. */
  words = 1;
  /** In UTF-8. */
  bytes = 0;
  private endsInSpace = false;

  add(text: string): this {
    if (text === '') return this;
    // One after the other: a list of all runs of a text of 100 MB is larger than the text.
    let runs = 0;
    SPACE_RUN.lastIndex = 0;
    while (SPACE_RUN.test(text)) runs++;
    const continued = this.endsInSpace && SPACE_AT_START.test(text) ? 1 : 0;
    this.words += runs - continued;
    this.bytes += Buffer.byteLength(text, 'utf8');
    this.endsInSpace = SPACE_AT_END.test(text.slice(-1));
    return this;
  }
}
