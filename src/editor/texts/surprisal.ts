import * as vscode from 'vscode';
import { pickCheckpoint } from '../views/pick-checkpoint';
import type { WorkspaceCheckpoints } from '../views/workspace-checkpoints';
import { inform } from '../notices';
import { shownText } from '../shown-text';
import { mayRun } from '../trust';
import type { EvaluatorClient, ScoredText } from '../../protocol/commands';
import { tokenPlaces } from './token-places';

/** Characters that are scored at once: some thousand tokens, seconds on a small model. */
const mostScored = 20_000;
/** Bits from which a place is shaded: as likely as one in 2, 8, 64, 1 024. Theme colours of the manifest. */
const SHADES = [
  { from: 1, color: 'assay.surprisal.slight' },
  { from: 3, color: 'assay.surprisal.some' },
  { from: 6, color: 'assay.surprisal.strong' },
  { from: 10, color: 'assay.surprisal.extreme' },
] as const;

type Shaded = { readonly document: vscode.TextDocument; readonly version: number };

/** `assay.showSurprisal`: the selected text, or all of it, shaded by how little a checkpoint expected each token. Again: the shading goes. */
export class Surprisal implements vscode.Disposable {
  private readonly shades = SHADES.map(({ color }) => vscode.window.createTextEditorDecorationType({ backgroundColor: new vscode.ThemeColor(color), borderRadius: '2px' }));
  /** Expected: nothing is shaded, and the number is there all the same. */
  private readonly unshaded = vscode.window.createTextEditorDecorationType({});
  private readonly kinds = [this.unshaded, ...this.shades];
  private readonly subscription: vscode.Disposable;
  private shaded: Shaded | null = null;

  constructor(
    private readonly checkpoints: Pick<WorkspaceCheckpoints, 'list'>,
    private readonly client: () => Pick<EvaluatorClient, 'score'>,
  ) {
    // What was edited is not what was scored.
    this.subscription = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === this.shaded?.document && document.version !== this.shaded.version) this.clear();
    });
  }

  dispose(): void {
    for (const kind of this.kinds) kind.dispose();
    this.subscription.dispose();
  }

  async show(): Promise<void> {
    if (!mayRun()) return;
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      void inform(vscode.l10n.t('Open a text to see what a checkpoint expects of it.'));
      return;
    }
    if (this.shaded?.document === editor.document && editor.selection.isEmpty) return this.clear();
    const { document, selection } = editor;
    const start = selection.isEmpty ? 0 : document.offsetAt(selection.start);
    const whole = selection.isEmpty ? document.getText() : document.getText(selection);
    const text = whole.slice(0, mostScored);
    if (text.trim() === '') return;
    const checkpoint = await pickCheckpoint(this.checkpoints);
    if (!checkpoint) return;
    const { version } = document;
    const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('{0} reads…', shownText(checkpoint.name)) };
    const { texts } = await vscode.window.withProgress(options, () => this.client().score({ checkpoint: checkpoint.path, texts: [text] }));
    const [scored] = texts;
    if (scored === undefined || document.version !== version) return;
    this.shade(document, start, text, scored);
    const said = vscode.l10n.t('Perplexity on {0}: {1} ({2} tokens).', checkpoint.name, scored.perplexity.toPrecision(4), scored.tokens.length);
    void inform(whole.length > text.length ? `${said} ${vscode.l10n.t('Only the first {0} characters were read.', mostScored)}` : said);
  }

  private shade(document: vscode.TextDocument, start: number, text: string, { tokens, logprobs, greedy }: ScoredText): void {
    const byKind = this.kinds.map((): vscode.DecorationOptions[] => []);
    for (const place of tokenPlaces(text, tokens)) {
      const bits = bitsOf(logprobs.slice(place.firstToken, place.firstToken + place.tokens));
      const kind = SHADES.findLastIndex(({ from }) => bits >= from) + 1;
      const isLikeliest = greedy.slice(place.firstToken, place.firstToken + place.tokens).every(Boolean);
      const range = new vscode.Range(document.positionAt(start + place.start), document.positionAt(start + place.end));
      byKind[kind]?.push({ range, hoverMessage: new vscode.MarkdownString().appendText(hover(bits, isLikeliest)) });
    }
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) this.kinds.forEach((kind, index) => editor.setDecorations(kind, byKind[index] ?? []));
    }
    this.shaded = { document, version: document.version };
  }

  private clear(): void {
    const document = this.shaded?.document;
    this.shaded = null;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) for (const kind of this.kinds) editor.setDecorations(kind, []);
    }
  }
}

/** −log2 of the probability of all of them. */
function bitsOf(logprobs: readonly number[]): number {
  return -logprobs.reduce((sum, logprob) => sum + logprob, 0) / Math.LN2;
}

function hover(bits: number, isLikeliest: boolean): string {
  const said = vscode.l10n.t('{0} bits: expected with {1} %', bits.toFixed(2), (100 * 2 ** -bits).toPrecision(3));
  return isLikeliest ? `${said}, ${vscode.l10n.t('more than anything else')}` : said;
}
