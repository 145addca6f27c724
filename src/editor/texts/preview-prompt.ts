import * as vscode from 'vscode';
import { saved, workspaceOf } from '../config/eval-documents';
import type { RunCommands, Target } from '../evaluations/run-commands';
import { downloadPolicy } from '../evaluations/eval-request';
import { askNumber } from '../notices';
import { mayRun } from '../trust';
import type { EvaluatorClient, Preview } from '../../protocol/commands';
import { plainText } from '../../protocol/plain-text';
import { previewText } from '../../protocol/preview-text';

const SCHEME = 'assay-prompt';
/** Characters of a task's name in the title of its tab. */
const mostOfTitle = 60;

/** `assay.previewPrompt`: what one document of a task asks of a model, to the letter, as a text beside the config. */
export class PromptPreviews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly subscriptions: readonly vscode.Disposable[];

  constructor(
    private readonly running: Pick<RunCommands, 'chooseEntry'>,
    private readonly client: () => Pick<EvaluatorClient, 'preview'>,
  ) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.texts.delete(uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** The entry that is named, else one that is chosen; `number`: the document, asked for where it is not said. */
  async show(target: Target, configPath?: string, number?: number): Promise<void> {
    if (!mayRun()) return;
    const chosen = await this.running.chooseEntry(target, configPath);
    if (!chosen) return;
    const document = number ?? (await askNumber(vscode.l10n.t('Which document? The first is 0.'), 0));
    if (document === undefined) return;
    if (!(await saved(chosen.uri))) return;
    const request = { configs: [chosen.uri.fsPath], overrides: {}, workspace: workspaceOf(chosen.uri), task: chosen.configPath, document, download: downloadPolicy(vscode.workspace.getConfiguration('assay', chosen.uri).get('download')) };
    await this.open(await this.client().preview(request));
  }

  private async open(preview: Preview): Promise<void> {
    const title = `${plainText(preview.task, mostOfTitle).replaceAll(/[/\\?#]/g, '-')} · ${preview.doc_id}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}`, query: String(Date.now()) });
    this.texts.set(uri.toString(), previewText(preview));
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true, preserveFocus: true });
  }
}
