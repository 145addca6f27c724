import type * as vscode from 'vscode';
import { kindOf, parseEvalConfig } from '../config/eval-config';
import type { Problem } from '../protocol/problem';
import { currentText } from './eval-documents';
import type { FoundCheckpoint } from './found-checkpoint';

/** Problems of a text as it is in the editor; null: it is no eval config, task file or group file. */
export async function checkText(file: string, text: string): Promise<readonly Problem[] | null> {
  const parsed = parseEvalConfig(text, file);
  if (kindOf(parsed.source.root, file) === null) return null;
  return parsed.problems;
}

export async function findCheckpoints(_folder: string): Promise<readonly FoundCheckpoint[]> {
  return [];
}

/** The folders that these configs write to. */
export async function outputsOf(configs: readonly vscode.Uri[]): Promise<string[]> {
  const outputs = await Promise.all(configs.map(async (uri) => parseEvalConfig(await currentText(uri), uri.fsPath).config.outputPath));
  return [...new Set(outputs)];
}
