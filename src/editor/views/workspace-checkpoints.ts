import * as vscode from 'vscode';
import type { Inspection } from '../inspection';
import type { ListedCheckpoint } from '../../protocol/inspection';

/** The checkpoints of the workspace, looked for on first use and after a refresh. */
export class WorkspaceCheckpoints implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private found: Promise<ListedCheckpoint[]> | null = null;

  constructor(private readonly inspection: Inspection) {}

  list(): Promise<ListedCheckpoint[]> {
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

  private async search(): Promise<ListedCheckpoint[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    return (await Promise.all(folders.map((folder) => this.inspection.checkpoints(folder.uri.fsPath)))).flat();
  }
}
