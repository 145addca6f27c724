/** `assay check` */
import { relative, resolve } from 'node:path';
import { lineColumn } from '../config/line-column';
import { readFromDisk, unread } from '../config/text-files';
import { builtReader, Inspector, TERMINAL_BUDGETS } from '../evaluator/inspector';
import { AssayError } from '../protocol/errors';
import { describe } from '../protocol/messages';
import type { Problem } from '../protocol/problem';
import { output } from './output';

type Placed = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Problem['severity'];
  readonly code: string;
  readonly message: string;
};

/** 2 where an error was found, or a config cannot be checked to its end; warnings alone give 0. */
export async function checkCommand(configs: readonly string[], options: { readonly json?: boolean; readonly includePath: readonly string[] }): Promise<number> {
  const texts = new Map<string, Promise<string>>();
  const read = (file: string): Promise<string> => {
    const known = texts.get(file) ?? readFromDisk(file);
    texts.set(file, known);
    return known;
  };
  // A task file that several configs name is told once.
  const told = new Map<string, Placed>();
  const tell = async (problem: Problem): Promise<void> => {
    const found = await place(problem, read);
    told.set(JSON.stringify(found), found);
  };
  const workspace = process.cwd();
  const includePath = options.includePath.map((folder) => resolve(folder));
  // What the configs refer to may be anybody's.
  const inspector = new Inspector(builtReader(), TERMINAL_BUDGETS);
  try {
    for (const config of configs) {
      const file = resolve(config);
      const text = await read(file).catch((error: unknown) => unread(config, error));
      if (typeof text !== 'string') {
        output.error(new AssayError(text.code, text.args, { file: config }));
        await tell({ file, range: { start: 0, end: 0 }, severity: 'error', ...text });
        continue;
      }
      const problems = await inspector.inspect('check', [{ file, text, workspace, texts: [], includePath, revision: 0 }]).catch((thrown: unknown): Problem[] => {
        const { code, args } = AssayError.from(thrown);
        return [{ file, range: { start: 0, end: 0 }, severity: 'error', code, args }];
      });
      for (const problem of problems) await tell(problem);
    }
  } finally {
    await inspector.close();
  }
  const placed = [...told.values()];
  if (options.json === true) output.json(placed);
  else for (const { file, line, column, severity, message, code } of placed) output.line(`${relative('', file) || file}:${line}:${column}: ${severity}: ${message} [${code}]`);
  return placed.some(({ severity }) => severity === 'error') ? 2 : 0;
}

async function place({ file, range, severity, code, args }: Problem, read: (file: string) => Promise<string>): Promise<Placed> {
  // A problem of a file that is not there stands at its beginning.
  const text = await read(file).catch(() => '');
  const [start, end] = [lineColumn(text, range.start), lineColumn(text, range.end)];
  return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, severity, code, message: describe(code, args) };
}
