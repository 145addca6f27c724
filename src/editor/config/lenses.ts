import * as vscode from 'vscode';
import { workspaceOf } from './eval-documents';
import type { Outline } from '../../config/outline';
import type { KnownResults } from './known-results';
import type { ParsedConfigs } from './parsed-configs';
import { shownText } from '../shown-text';

/** Characters of a task's name in a lens. */
const mostOfLabel = 100;

/** Scores in lenses change at most this often while a run streams. */
const refreshMilliseconds = 500;

/** `Run …` above a config and above each of its tasks, and what the last run of each came to. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  /** The last good outline stays while the text cannot be read: lenses that vanish make the text jump. */
  private readonly known = new Map<string, { version: number; text: string; outline: Outline | null }>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly parsed: ParsedConfigs,
    private readonly results: KnownResults,
  ) {}

  resultsChanged(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.changed.fire();
    }, refreshMilliseconds);
  }

  forget(uri: vscode.Uri): void {
    this.known.delete(uri.toString());
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.changed.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const outline = this.outline(document);
    if (!outline) return [];
    const { uri } = document;
    const top = new vscode.Range(0, 0, 0, 0);
    const lenses = [new vscode.CodeLens(top, { title: runAllTitle(outline), command: 'assay.run', arguments: [uri], tooltip: shownText(vscode.l10n.t('On {0}', workspaceOf(uri))) })];
    if (outline.kind !== 'eval') lenses.push(...this.scoreLens(top, uri, outline.digest));
    for (const entry of outline.entries) {
      const start = document.positionAt(entry.offset);
      const range = new vscode.Range(start, start);
      lenses.push(new vscode.CodeLens(range, { title: vscode.l10n.t('Run {0}', shownText(entry.label, mostOfLabel)), command: 'assay.runTask', arguments: [uri, entry.configPath] }));
      lenses.push(...this.scoreLens(range, uri, entry.digest));
    }
    return lenses;
  }

  private outline(document: vscode.TextDocument): Outline | null {
    const key = document.uri.toString();
    const known = this.known.get(key);
    if (known?.version === document.version) return known.outline;
    const text = document.getText();
    const read = this.parsed.outline(document.uri.fsPath, text);
    const outline = read === 'broken' ? known?.outline && moved(known.outline, known.text, text) : read;
    const now = !outline || outline === 'not-eval' ? null : outline;
    this.known.set(key, { version: document.version, text, outline: now });
    return now;
  }

  private scoreLens(range: vscode.Range, uri: vscode.Uri, digest: string | null): vscode.CodeLens[] {
    const text = this.results.scores(uri.fsPath, digest);
    return text === null ? [] : [new vscode.CodeLens(range, { title: shownText(text), command: 'assay.openResults', tooltip: vscode.l10n.t('Open the results') })];
  }
}

/** The outline of `before` at the places its entries have in `after`: what follows the edit moves with it. */
function moved(outline: Outline, before: string, after: string): Outline {
  let edited = 0;
  while (edited < before.length && before[edited] === after[edited]) edited++;
  const shift = after.length - before.length;
  return { ...outline, entries: outline.entries.map((entry) => (entry.offset <= edited ? entry : { ...entry, offset: Math.max(edited, entry.offset + shift) })) };
}

function runAllTitle(outline: Outline): string {
  if (outline.kind === 'task') return vscode.l10n.t('Run this task');
  if (outline.kind === 'group') return vscode.l10n.t('Run this group');
  if (outline.entries.length === 1) return vscode.l10n.t('Run the one task');
  return vscode.l10n.t('Run all {0} tasks', outline.entries.length);
}
