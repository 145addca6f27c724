/** Text of a data file as Python's `open(…, encoding=…)` decodes it, piece by piece, before newlines are translated. */
import { decoderOf } from './encoding';
import { fileBytes } from './file-bytes';
import type { Intake } from './intake';

/** Pieces end at whole characters; they end early once the intake is done. Throws AssayError as fileBytes does, and broken-data for bytes that are no text in this encoding. */
export async function* fileText(file: string, encoding: string, intake: Intake): AsyncGenerator<string> {
  const decoder = decoderOf(encoding, file);
  for await (const bytes of fileBytes(file)) {
    intake.signal.throwIfAborted();
    if (intake.isTired) await intake.rest();
    if (intake.isDone) return;
    const text = decoder.decode(bytes);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest !== '') yield rest;
}
