/** Plain text as `datasets` 5 reads it: one column `text`. A byte order mark stays, as Python's utf-8 keeps it. */
import { fileText } from './file-text';
import type { Intake } from './intake';
import { Lines, wholeText } from './lines';

export type TextOptions = {
  readonly sampleBy: 'line' | 'paragraph' | 'document';
  readonly keepLineBreaks: boolean;
  readonly encoding: string;
};

/** Rows of one file. \r\n and \r become \n first, as when Python opens a text file. */
export async function readText(file: string, options: TextOptions, intake: Intake): Promise<void> {
  intake.open(['text'], file);
  const pieces = withoutReturns(fileText(file, options.encoding, intake));
  if (options.sampleBy === 'document') return intake.put([await wholeText(file, pieces)]);
  const lines = new Lines(file);
  const rows: Cutter = options.sampleBy === 'line' ? new LineRows(options.keepLineBreaks ? '\n' : '', intake) : new ParagraphRows(intake);
  for await (const piece of pieces) {
    for (const line of lines.cut(piece)) {
      rows.line(line);
      if (intake.isTired) await intake.rest();
    }
  }
  if (!intake.isDone) rows.end(lines.end());
}

/** A \r at a piece's end may be the first half of a line break. */
async function* withoutReturns(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of pieces) {
    const text = held + piece;
    held = text.endsWith('\r') ? '\r' : '';
    const whole = held === '' ? text : text.slice(0, -1);
    yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  }
  if (held !== '') yield '\n';
}

interface Cutter {
  /** A line that a line feed ended. */
  line(text: string): void;
  /** What follows the last line feed. */
  end(text: string): void;
}

class LineRows implements Cutter {
  constructor(
    private readonly lineBreak: string,
    private readonly intake: Intake,
  ) {}

  line(text: string): void {
    if (this.intake.isFull) this.intake.skip(1);
    else this.intake.put([text + this.lineBreak]);
  }

  end(text: string): void {
    if (text !== '') this.intake.put([text]);
  }
}

/** Cut at two line feeds: an empty line that is not a paragraph's first ends it. Empty paragraphs are none. */
class ParagraphRows implements Cutter {
  private lines: string[] = [];

  constructor(private readonly intake: Intake) {}

  line(text: string): void {
    if (text !== '' || this.lines.length === 0) this.lines.push(text);
    else this.flush();
  }

  end(text: string): void {
    this.lines.push(text);
    this.flush();
  }

  private flush(): void {
    const paragraph = this.lines.join('\n');
    this.lines = [];
    if (paragraph !== '') this.intake.put([paragraph]);
  }
}
