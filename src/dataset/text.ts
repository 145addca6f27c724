/** Plain text as `datasets` 5 reads it: one column `text`. A byte order mark stays, as Python's utf-8 keeps it. */
import type { Doc } from '../python/value';
import { decode, fileBytes } from './file-text';

export type TextOptions = {
  readonly sampleBy: 'line' | 'paragraph' | 'document';
  readonly keepLineBreaks: boolean;
  readonly encoding: string;
};

/** Rows of one file. \r\n and \r become \n first, as when Python opens a text file. */
export async function readText(file: string, options: TextOptions): Promise<Doc[]> {
  const text = decode(await fileBytes(file), options.encoding, file).replace(/\r\n?/g, '\n');
  return pieces(text, options).map((piece) => new Map([['text', piece]]));
}

function pieces(text: string, { sampleBy, keepLineBreaks }: TextOptions): string[] {
  if (sampleBy === 'document') return [text];
  if (sampleBy === 'paragraph') return text.split('\n\n').filter((piece) => piece !== '');
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const ended = keepLineBreaks ? lines.map((line) => `${line}\n`) : lines;
  return last === '' ? ended : [...ended, last];
}
