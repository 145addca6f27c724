import * as vscode from 'vscode';
import type { DownloadPolicy, EvaluationRequest } from '../../protocol/commands';
import { workspaceOf } from '../config/eval-documents';

/** A request for a file as it is saved, with what the settings say. */
export function requestFor(uri: vscode.Uri, onlyEntry: string | null): EvaluationRequest {
  const settings = vscode.workspace.getConfiguration('assay', uri);
  const threads = settings.get<number>('threads') ?? 0;
  return {
    configs: [uri.fsPath],
    overrides: threads > 0 ? { threads } : {},
    ...(onlyEntry !== null && { onlyEntry }),
    resume: false,
    ...(settings.get<boolean>('snapshot') === true && { snapshot: true }),
    download: downloadPolicy(settings.get('download')),
    workspace: workspaceOf(uri),
  };
}

/** What is anything else means: ask. */
export function downloadPolicy(value: unknown): DownloadPolicy {
  return value === 'on' || value === 'off' ? value : 'ask';
}
