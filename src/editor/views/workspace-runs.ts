import * as vscode from 'vscode';
import type { RunSummary } from '../../run/read';

export type ListRuns = (outputPath: string) => readonly RunSummary[];

/** Runs on disk: below the workspace's own `.assay/runs` and wherever its configs write. Newest first. */
export class WorkspaceRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher('**/.assay/runs/*/run.json');
  private found: Promise<RunSummary[]> | null = null;

  constructor(
    private readonly listRuns: ListRuns,
    /** Output folders of the workspace's configs, absolute. */
    private readonly outputs: () => Promise<readonly string[]>,
  ) {
    for (const event of [this.watcher.onDidCreate, this.watcher.onDidChange, this.watcher.onDidDelete]) event(() => this.refresh());
  }

  list(): Promise<RunSummary[]> {
    this.found ??= this.search();
    return this.found;
  }

  /** All runs that were started together with this one, itself included, oldest first. */
  async together(run: RunSummary): Promise<RunSummary[]> {
    return (await this.list()).filter((other) => other.evaluation === run.evaluation).reverse();
  }

  refresh(): void {
    this.found = null;
    this.changed.fire();
  }

  dispose(): void {
    this.watcher.dispose();
    this.changed.dispose();
  }

  private async search(): Promise<RunSummary[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const own = folders.map((folder) => vscode.Uri.joinPath(folder.uri, '.assay/runs').fsPath);
    const outputs = [...new Set([...own, ...(await this.outputs())])];
    const runs = outputs.flatMap((output) => this.listRuns(output));
    runs.sort((a, b) => (a.time < b.time ? 1 : -1));
    await vscode.commands.executeCommand('setContext', 'assay.hasRuns', runs.length > 1);
    return runs;
  }
}
