import { createHash } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { perplexityConfigText, type PerplexityConfig } from '../config/config-text';
import { freeName } from '../config/eval-documents';
import { workspaceFiles } from '../workspace-files';
import { requestFor } from './eval-request';
import type { Asked } from './evaluations';
import { pickCheckpoint } from '../views/pick-checkpoint';
import type { WorkspaceCheckpoints } from '../views/workspace-checkpoints';
import { isWholeText, textColumn } from '../../config/perplexity';
import type { Inspection } from '../inspection';
import { choose, inform, warn } from '../notices';

const textName = /\.(txt|md|jsonl)$/;
/** Enough to choose from; a workspace with more texts needs a config. */
const textsListed = 500;

/** A workspace without a config: perplexity of one of its texts on one of its checkpoints, and the offer to keep that as a config. */
export class PerplexityChoice {
  constructor(
    private readonly checkpoints: WorkspaceCheckpoints,
    private readonly inspection: Pick<Inspection, 'columns'>,
    /** Where the unsaved config lies while it runs, so that the run can be resumed. */
    private readonly storage: vscode.Uri,
  ) {}

  /** null: nothing to choose from (said so), or the person chose nothing. */
  async ask(): Promise<Asked | null> {
    const folder = vscode.workspace.workspaceFolders?.[0];
    if (!folder) {
      void inform(vscode.l10n.t('Open a folder with checkpoints to evaluate them.'));
      return null;
    }
    const text = await pickText();
    if (!text) return null;
    const column = await this.pickColumn(text.fsPath);
    if (column === undefined) return null;
    const checkpoint = await pickCheckpoint(this.checkpoints);
    if (!checkpoint) return null;
    const config: PerplexityConfig = { checkpoints: [checkpoint.path], text: text.fsPath, ...(column !== null && { textColumn: column }), outputPath: vscode.Uri.joinPath(folder.uri, '.assay/runs').fsPath };
    const uri = await this.keep(config);
    void this.offerToSave(config, folder.uri);
    const title = vscode.l10n.t('Perplexity of {0}', path.basename(text.fsPath));
    return { title, request: { ...requestFor(uri, null), workspace: folder.uri.fsPath } };
  }

  /** null: no need to say which; undefined: the person chose none. */
  private async pickColumn(file: string): Promise<string | null | undefined> {
    if (isWholeText(file)) return null;
    const columns = await this.inspection.columns(file);
    const texts = columns.filter(({ isText }) => isText);
    if (textColumn(null, columns) !== null || texts.length === 0) return null;
    return choose(vscode.l10n.t('Which column holds the text?'), texts.map(({ name }) => ({ label: name, value: name })));
  }

  private async keep(config: PerplexityConfig): Promise<vscode.Uri> {
    const text = perplexityConfigText(config, null);
    // One file for each choice: a run that was interrupted finds its own config again.
    const name = `${path.parse(config.text).name}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.eval.yaml`;
    const uri = vscode.Uri.joinPath(this.storage, name);
    await vscode.workspace.fs.createDirectory(this.storage);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    return uri;
  }

  private async offerToSave(config: PerplexityConfig, folder: vscode.Uri): Promise<void> {
    const save = vscode.l10n.t('Save as Eval Config');
    if ((await inform(vscode.l10n.t('This evaluation has no config yet.'), save)) !== save) return;
    const uri = await freeName(folder, path.parse(config.text).name);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(perplexityConfigText({ ...config, outputPath: null }, folder.fsPath)));
    await vscode.window.showTextDocument(uri);
  }
}

async function pickText(): Promise<vscode.Uri | null> {
  const texts = await workspaceFiles((name) => textName.test(name), textsListed);
  if (texts.length === 0) {
    void warn(vscode.l10n.t('This workspace holds no text to predict: a .txt, .md or .jsonl file.'));
    return null;
  }
  const items = texts.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), value: uri }));
  return (await choose(vscode.l10n.t('Perplexity of which text?'), items)) ?? null;
}
