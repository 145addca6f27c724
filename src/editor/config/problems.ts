import * as vscode from 'vscode';
import { firstLineEnd } from '../../config/source';
import { AssayError } from '../../protocol/errors';
import type { Inspection } from '../inspection';
import type { Outlined, OutlineEntry } from '../../config/outline';
import type { Problem, Severity } from '../../protocol/problem';
import type { KnownResults } from './known-results';
import type { ParsedConfigs } from './parsed-configs';
import { say } from '../translate';

export type ProblemsParts = {
  readonly inspection: Pick<Inspection, 'check'>;
  readonly parsed: ParsedConfigs;
  readonly known: KnownResults;
  readonly onError: (thrown: unknown) => void;
};

const debounceMilliseconds = 300;

/** Until names are asked for again that were not there yet. */
const indexingMilliseconds = 1_000;

/** Of one text; the editor lists no more. Twenty thousand of them would keep it from answering for a while. */
const mostShown = 1_000;

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Problems of the open configs, while they are typed: of the text itself, and of what the last run said of its entries. */
export class Problems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('assay');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Texts that are being checked; true: the text has changed since. */
  private readonly checking = new Map<string, boolean>();
  /** What the last check of a text found. */
  private readonly checked = new Map<string, { readonly version: number; readonly problems: readonly Problem[] }>();

  constructor(private readonly parts: ProblemsParts) {}

  /** Checks a little later, once the typing pauses. */
  soon(document: vscode.TextDocument, delay = debounceMilliseconds): void {
    if (document.languageId !== 'yaml' || document.uri.scheme !== 'file') return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(key, setTimeout(() => void this.begin(document).catch(this.parts.onError), delay));
  }

  /** One check of a text at a time: what was typed meanwhile is checked when it has ended. */
  private async begin(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    if (this.checking.has(key)) {
      this.checking.set(key, true);
      return;
    }
    this.checking.set(key, false);
    try {
      await this.now(document);
    } finally {
      const isOutdated = this.checking.get(key) ?? false;
      this.checking.delete(key);
      if (isOutdated && !document.isClosed) this.soon(document, 0);
    }
  }

  /** What is on disk around the configs changed. */
  again(): void {
    for (const document of vscode.workspace.textDocuments) this.soon(document, 0);
  }

  /** A run told something of its entries; the texts are as they were. */
  judged(): void {
    for (const document of vscode.workspace.textDocuments) {
      const checked = this.checked.get(document.uri.toString());
      if (checked?.version === document.version) this.show(document, checked.problems);
    }
  }

  /** The file is closed. The document may live on for a while without a tab. */
  forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.checked.delete(key);
    this.collection.delete(uri);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.collection.dispose();
  }

  private async now(document: vscode.TextDocument): Promise<void> {
    const { uri, version } = document;
    const problems = await this.check(uri.fsPath, document.getText());
    // Closed, also where the document lives on without a tab, or changed since.
    if (document.isClosed || document.version !== version || !this.timers.has(uri.toString())) return;
    if (problems === null) {
      this.checked.delete(uri.toString());
      this.collection.delete(uri);
      return;
    }
    this.checked.set(uri.toString(), { version, problems });
    this.show(document, problems);
    if (problems.some(({ code }) => code === 'still-indexing')) this.soon(document, indexingMilliseconds);
  }

  /** A check that takes too long, or more memory than there is, says so at the beginning of its text. */
  private async check(file: string, text: string): Promise<readonly Problem[] | null> {
    try {
      return await this.parts.inspection.check(file, text);
    } catch (thrown) {
      this.parts.onError(thrown);
      const { code, args } = AssayError.from(thrown);
      return [{ file, range: { start: 0, end: firstLineEnd(text) }, severity: 'warning', code, args }];
    }
  }

  private show(document: vscode.TextDocument, problems: readonly Problem[]): void {
    const file = document.uri.fsPath;
    const own = mostSevere(problems.filter((problem) => problem.file === file)).map((problem) => diagnostic(document, problem));
    const outlined = this.parts.parsed.outline(file, document.getText());
    this.collection.set(document.uri, [...own, ...entriesOf(outlined).flatMap((entry) => [...this.missed(document, entry), ...this.failed(document, entry, own)])]);
  }

  private missed(document: vscode.TextDocument, entry: OutlineEntry): vscode.Diagnostic[] {
    const { parsed, known } = this.parts;
    const file = document.uri.fsPath;
    return known.missed(file, entry).flatMap(({ checkpoint, metric, expected, actual, configPath }) => {
      const range = parsed.find(file, document.getText(), configPath);
      const args = { checkpoint, metric, expected, actual: Number(actual.toPrecision(4)) };
      return range === null ? [] : [diagnostic(document, { file, range, severity: 'error', code: 'expectation-missed', args })];
    });
  }

  /** A task that could not be run, unless the check of the text finds the same there. */
  private failed(document: vscode.TextDocument, { configPath, digest }: OutlineEntry, own: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
    const { parsed, known } = this.parts;
    const file = document.uri.fsPath;
    const range = configPath === '' ? { start: 0, end: document.lineAt(0).range.end.character } : parsed.find(file, document.getText(), configPath);
    if (range === null) return [];
    const made = known.failures(file, digest).map(({ error }) => diagnostic(document, { file, range, severity: 'error', code: error.code, args: error.args }));
    const isNew = (one: vscode.Diagnostic, index: number): boolean =>
      made.findIndex(({ message }) => message === one.message) === index && !own.some(({ code, range: place }) => code === one.code && one.range.intersection(place) !== undefined);
    return made.filter(isNew);
  }
}

/** In the order of the text, unless there are too many: then errors come before warnings. */
function mostSevere(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= mostShown) return problems;
  return [...problems].sort((a, b) => severities[a.severity] - severities[b.severity]).slice(0, mostShown);
}

/** A task or group file is one entry: the file itself. */
function entriesOf(outlined: Outlined): readonly OutlineEntry[] {
  if (typeof outlined === 'string') return [];
  return outlined.kind === 'eval' ? outlined.entries : [{ configPath: '', label: '', offset: 0, digest: outlined.digest, expect: [] }];
}

function diagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const range = new vscode.Range(document.positionAt(problem.range.start), document.positionAt(problem.range.end));
  const made = new vscode.Diagnostic(range, say(problem.code, problem.args), severities[problem.severity]);
  made.source = 'assay';
  made.code = problem.code;
  return made;
}
