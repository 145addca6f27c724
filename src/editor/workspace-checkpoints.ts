import * as vscode from 'vscode';
import type { FindCheckpoints, FoundCheckpoint } from './found-checkpoint';

/** The checkpoints of the workspace, looked for on first use and after a refresh. */
export class WorkspaceCheckpoints implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private found: Promise<FoundCheckpoint[]> | null = null;

  constructor(private readonly find: FindCheckpoints) {}

  list(): Promise<FoundCheckpoint[]> {
    this.found ??= this.search();
    return this.found;
  }

  async refresh(): Promise<void> {
    this.found = null;
    this.changed.fire();
    await this.list();
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async search(): Promise<FoundCheckpoint[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    return (await Promise.all(folders.map((folder) => this.find(folder.uri.fsPath)))).flat();
  }
}
