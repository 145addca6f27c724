import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/inspection';
import type { ConfigEntry, WorkspaceConfig, WorkspaceConfigs } from './workspace-configs';
import { standings, stateIcon, stateText } from './run-state';
import type { WorkspaceRuns } from './workspace-runs';
import { shownText } from '../shown-text';

/** A config, or one entry of its `tasks:`. Commands get it as their argument. */
export type EvaluationNode = { readonly uri: vscode.Uri; readonly config: WorkspaceConfig; readonly entry: ConfigEntry | null };

/** `assay.evaluations`: the configs of the workspace with how their last evaluation stands, and their tasks. */
export class EvaluationsTree implements vscode.TreeDataProvider<EvaluationNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: readonly vscode.Disposable[];
  /** By config; the tree does not wait for it. */
  private standings: ReadonlyMap<string, RunSummary> | null = null;

  constructor(
    private readonly configs: Pick<WorkspaceConfigs, 'list' | 'read' | 'onDidChange'>,
    private readonly runs: Pick<WorkspaceRuns, 'list' | 'onDidChange'>,
  ) {
    this.subscriptions = [configs.onDidChange(() => this.changed.fire()), runs.onDidChange(() => void this.look())];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  async getChildren(node?: EvaluationNode): Promise<EvaluationNode[]> {
    if (!node) {
      if (this.standings === null) void this.look();
      return (await this.configs.list()).map((config) => ({ uri: config.uri, config, entry: null }));
    }
    const { entries } = node.config;
    return (entries === 'unread' ? await this.configs.read(node.config) : (entries ?? [])).map((entry) => ({ uri: node.uri, config: node.config, entry }));
  }

  getTreeItem({ uri, config, entry }: EvaluationNode): vscode.TreeItem {
    if (entry) {
      const label = shownText(entry.label);
      const item = new vscode.TreeItem(label);
      item.contextValue = 'task';
      item.iconPath = new vscode.ThemeIcon('checklist');
      item.command = opening(uri, entry.line);
      item.accessibilityInformation = { label: vscode.l10n.t('Task {0}', label) };
      return item;
    }
    const name = shownText(vscode.workspace.asRelativePath(uri));
    const item = new vscode.TreeItem(name, config.entries === 'unread' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
    item.contextValue = 'config';
    const standing = this.standings?.get(uri.fsPath);
    const state = standing && stateText(standing);
    const said = [config.entries === null && vscode.l10n.t('has problems'), state].filter(Boolean).join(' · ');
    item.iconPath = standing && state ? stateIcon(standing) : new vscode.ThemeIcon('beaker');
    item.tooltip = shownText(uri.fsPath);
    item.description = said || undefined;
    item.command = opening(uri, 0);
    item.accessibilityInformation = { label: [vscode.l10n.t('Eval config {0}', name), said].filter(Boolean).join(', ') };
    return item;
  }

  /** Runs that cannot be listed are told by their own tree. */
  private async look(): Promise<void> {
    this.standings ??= new Map();
    try {
      this.standings = standings(await this.runs.list());
    } catch {
      return;
    }
    this.changed.fire();
  }
}

function opening(uri: vscode.Uri, line: number): vscode.Command {
  const options: vscode.TextDocumentShowOptions = { selection: new vscode.Range(line, 0, line, 0) };
  return { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri, options] };
}
