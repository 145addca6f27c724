import path from 'node:path';
import * as vscode from 'vscode';
import { perplexityConfigText } from './config-text';
import { freeName } from './eval-documents';
import { workspaceFiles } from '../workspace-files';
import type { WorkspaceCheckpoints } from '../views/workspace-checkpoints';
import { inform } from '../notices';

/** Checkpoints a new config names; more are for a glob. */
const checkpointsNamed = 4;

/** `assay.newEvalConfig`: a file with what the workspace holds, opened to be changed. */
export async function newEvalConfig(checkpoints: WorkspaceCheckpoints): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) {
    void inform(vscode.l10n.t('Open a folder with checkpoints to evaluate them.'));
    return;
  }
  const usable = (await checkpoints.list()).filter((checkpoint) => checkpoint.problems.length === 0).slice(0, checkpointsNamed);
  const [text] = await workspaceFiles((name) => /\.(txt|jsonl)$/.test(name), 1);
  const config = {
    checkpoints: usable.length > 0 ? usable.map((checkpoint) => checkpoint.path) : [path.join(folder.fsPath, 'checkpoints/*')],
    text: text?.fsPath ?? path.join(folder.fsPath, 'heldout.txt'),
    outputPath: null,
  };
  const uri = await freeName(folder, 'new');
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(perplexityConfigText(config, folder.fsPath)));
  await vscode.window.showTextDocument(uri);
}
