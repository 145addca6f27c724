import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/inspection';
import type { Inspection } from '../inspection';
import type { WorkspaceConfigs } from './workspace-configs';

/** Runs change in bursts: a run that ends writes its files and says so. */
const refreshMilliseconds = 300;

/** Runs on disk: below the workspace's own `.assay/runs` and wherever its configs write. Newest first. */
export class WorkspaceRuns implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher('**/.assay/runs/*/run.json');
  private found: Promise<readonly RunSummary[]> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly inspection: Inspection,
    private readonly configs: Pick<WorkspaceConfigs, 'list'>,
  ) {
    for (const event of [this.watcher.onDidCreate, this.watcher.onDidChange, this.watcher.onDidDelete]) event(() => this.refresh());
  }

  list(): Promise<readonly RunSummary[]> {
    this.found ??= this.search();
    return this.found;
  }

  /** All runs that were started together with this one, itself included, oldest first. */
  async together(run: RunSummary): Promise<RunSummary[]> {
    return (await this.list()).filter((other) => other.evaluation === run.evaluation).reverse();
  }

  refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.found = null;
      this.changed.fire();
    }, refreshMilliseconds);
  }

  dispose(): void {
    if (this.timer) clearTimeout(this.timer);
    this.watcher.dispose();
    this.changed.dispose();
  }

  private async search(): Promise<readonly RunSummary[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const own = folders.map((folder) => vscode.Uri.joinPath(folder.uri, '.assay/runs').fsPath);
    const written = (await this.configs.list()).flatMap(({ output }) => output ?? []);
    const runs = await this.inspection.runs([...new Set([...own, ...written])]);
    await vscode.commands.executeCommand('setContext', 'assay.hasRuns', runs.length > 1);
    return runs;
  }
}
