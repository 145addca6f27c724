import * as vscode from 'vscode';
import { checkConfig } from '../../catalog/check';
import { kindOf } from '../../config/config-kind';
import { parseEvalConfig } from '../../config/eval-config';
import { parseSource } from '../../config/source';
import { readFromDisk } from '../../config/text-files';
import type { Problem } from '../../protocol/problem';
import { currentText, workspaceOf } from './eval-documents';

/** Problems of a text as it is in the editor; null: it is no eval config, task file or group file. */
export async function checkText(file: string, text: string): Promise<readonly Problem[] | null> {
  if (kindOf(parseSource(text, file).root, file) === null) return null;
  const workspace = workspaceOf(vscode.Uri.file(file));
  return (await checkConfig({ file, text, workspace, readFile: textOf })).problems;
}

/** The folders that these configs write to. */
export async function outputsOf(configs: readonly vscode.Uri[]): Promise<string[]> {
  const outputs = await Promise.all(configs.map(async (uri) => parseEvalConfig(await currentText(uri), uri.fsPath).config.outputPath));
  return [...new Set(outputs)];
}

/** Task files that are open count as they are in the editor. */
function textOf(file: string): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'file' && document.uri.fsPath === file);
  return open ? Promise.resolve(open.getText()) : readFromDisk(file);
}
