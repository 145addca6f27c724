import * as vscode from 'vscode';
import type { Expectation } from '../../protocol/events';
import type { Problem, Severity, TextRange } from '../../protocol/problem';
import { say } from '../translate';

/** Checks the text of an eval config, task file or group file; null: the file is none of these. */
export type TextCheck = (file: string, text: string) => Promise<readonly Problem[] | null>;
/** Where `tasks[1].expect.acc` stands in a text; null: no longer there. */
export type FindPath = (file: string, text: string, configPath: string) => TextRange | null;

const debounceMilliseconds = 300;

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Problems of the open configs, while they are typed: of the text itself, and expectations the last run missed. */
export class Problems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('assay');
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly check: TextCheck,
    private readonly find: FindPath,
    /** Expectations the last run of a config missed. */
    private readonly missed: (file: string) => readonly Expectation[],
    private readonly onError: (thrown: unknown) => void,
  ) {}

  /** Checks a little later, once the typing pauses. */
  soon(document: vscode.TextDocument, delay = debounceMilliseconds): void {
    if (document.languageId !== 'yaml' || document.uri.scheme !== 'file') return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => void this.now(document, () => this.timers.get(key) === timer).catch(this.onError), delay);
    this.timers.set(key, timer);
  }

  /** What is on disk around the configs changed, or a run judged an expectation. */
  again(): void {
    for (const document of vscode.workspace.textDocuments) this.soon(document, 0);
  }

  /** The file is closed. The document may live on for a while without a tab. */
  forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.collection.delete(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.collection.dispose();
  }

  /** `isNewest`: neither another check of this file has begun nor was it closed. */
  private async now(document: vscode.TextDocument, isNewest: () => boolean): Promise<void> {
    const { uri } = document;
    const text = document.getText();
    const problems = await this.check(uri.fsPath, text);
    if (document.isClosed || !isNewest()) return;
    if (problems === null) {
      this.collection.delete(uri);
      return;
    }
    const own = problems.filter((problem) => problem.file === uri.fsPath).map((problem) => diagnostic(document, problem));
    this.collection.set(uri, [...own, ...this.expectations(document, text)]);
  }

  private expectations(document: vscode.TextDocument, text: string): vscode.Diagnostic[] {
    const file = document.uri.fsPath;
    return this.missed(file).flatMap(({ checkpoint, metric, expected, actual, config_path: path }) => {
      const range = path === null ? null : this.find(file, text, path);
      if (range === null) return [];
      const args = { checkpoint, metric, expected, actual: actual === null ? '—' : Number(actual.toPrecision(4)) };
      return [diagnostic(document, { file, range, severity: 'error', code: 'expectation-missed', args })];
    });
  }
}

function diagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const range = new vscode.Range(document.positionAt(problem.range.start), document.positionAt(problem.range.end));
  const made = new vscode.Diagnostic(range, say(problem.code, problem.args), severities[problem.severity]);
  made.source = 'assay';
  made.code = problem.code;
  return made;
}
