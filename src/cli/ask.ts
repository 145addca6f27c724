/** `assay ask` */
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isAddress } from '../config/endpoint-entry';
import { inMemoryEvaluator } from '../evaluator/in-memory';
import type { Answering } from '../protocol/ask';
import type { EvaluatorClient } from '../protocol/commands';
import { AssayError } from '../protocol/errors';
import { inputLines } from './input-lines';
import { output } from './output';

export type AskCommandOptions = {
  readonly checkpoint: string;
  readonly model?: string;
  readonly precision?: 'fp32' | 'int8';
  readonly threads?: number;
};

/** Where requests come from; `interactive`: who writes them may wait for answers before there are more. */
type Input = { readonly stream: Readable; readonly interactive: boolean };

export async function askCommand(file: string, options: AskCommandOptions, evaluator: EvaluatorClient & Answering = inMemoryEvaluator()): Promise<number> {
  const { checkpoint, model, precision, threads } = options;
  const { stream, interactive } = inputOf(file);
  const asked = {
    checkpoint: isAddress(checkpoint) ? checkpoint : resolve(checkpoint),
    ...(model !== undefined && { model }),
    ...(precision !== undefined && { precision }),
    ...(threads !== undefined && { threads }),
  };
  // A reader that has seen enough wants nothing computed.
  const enough = new AbortController();
  output.onReaderGone(() => enough.abort());
  let failed = false;
  try {
    await evaluator.ask(asked, inputLines(stream), {
      interactive,
      signal: enough.signal,
      onWarning: ({ message }) => output.problem(`warning: ${message}`),
      onAnswer: (answer) => {
        failed ||= 'error' in answer;
        output.jsonLine(answer);
      },
    });
  } catch (error) {
    if (!enough.signal.aborted) throw readFailure(file, error);
  } finally {
    stream.destroy();
    await evaluator.dispose();
  }
  return failed ? 3 : 0;
}

function inputOf(file: string): Input {
  if (file === '-') return { stream: process.stdin, interactive: true };
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new AssayError('missing-file', { path: file }, { file });
  // What goes wrong is thrown where it is read. A pipe by name is written to as stdin is.
  return { stream: createReadStream(file).on('error', () => undefined), interactive: !found.isFile() };
}

/** What the system says of the file itself. */
function readFailure(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : null;
  return code === null ? error : new AssayError('unreadable-file', { path: file, detail: code }, { file }, { cause: error });
}
