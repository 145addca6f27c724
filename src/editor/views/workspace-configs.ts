import * as vscode from 'vscode';
import { configGlob, currentText, ignoredFolders } from '../config/eval-documents';
import type { Outline } from '../../config/outline';
import type { ParsedConfigs } from '../config/parsed-configs';

export type WorkspaceConfig = { readonly uri: vscode.Uri; readonly outline: Outline | null };

/** The eval configs of the workspace with their tasks, kept as files come, change and go. */
export class WorkspaceConfigs implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(configGlob);
  private found: Promise<WorkspaceConfig[]> | null = null;

  constructor(private readonly parsed: ParsedConfigs) {
    const refresh = (): void => {
      this.found = null;
      this.changed.fire();
    };
    this.watcher.onDidChange(refresh);
    this.watcher.onDidCreate(refresh);
    this.watcher.onDidDelete(refresh);
  }

  /** Sorted by path. */
  list(): Promise<WorkspaceConfig[]> {
    this.found ??= this.search();
    return this.found;
  }

  dispose(): void {
    this.watcher.dispose();
    this.changed.dispose();
  }

  private async search(): Promise<WorkspaceConfig[]> {
    const uris = await vscode.workspace.findFiles(configGlob, ignoredFolders);
    uris.sort((a, b) => (a.path < b.path ? -1 : 1));
    return Promise.all(
      uris.map(async (uri) => {
        const outlined = this.parsed.outline(uri.fsPath, await currentText(uri));
        return { uri, outline: typeof outlined === 'string' ? null : outlined };
      }),
    );
  }
}
