import * as vscode from 'vscode';
import type { ConfigEntry, WorkspaceConfig, WorkspaceConfigs } from './workspace-configs';
import { shownText } from '../shown-text';

/** A config, or one entry of its `tasks:`. Commands get it as their argument. */
export type EvaluationNode = { readonly uri: vscode.Uri; readonly config: WorkspaceConfig; readonly entry: ConfigEntry | null };

/** `assay.evaluations`: the configs of the workspace and their tasks. */
export class EvaluationsTree implements vscode.TreeDataProvider<EvaluationNode> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly configs: WorkspaceConfigs) {
    this.onDidChangeTreeData = configs.onDidChange;
  }

  async getChildren(node?: EvaluationNode): Promise<EvaluationNode[]> {
    if (!node) return (await this.configs.list()).map((config) => ({ uri: config.uri, config, entry: null }));
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
    item.iconPath = new vscode.ThemeIcon('beaker');
    item.tooltip = shownText(uri.fsPath);
    item.description = config.entries === null ? vscode.l10n.t('has problems') : undefined;
    item.command = opening(uri, 0);
    item.accessibilityInformation = { label: vscode.l10n.t('Eval config {0}', name) };
    return item;
  }
}

function opening(uri: vscode.Uri, line: number): vscode.Command {
  const options: vscode.TextDocumentShowOptions = { selection: new vscode.Range(line, 0, line, 0) };
  return { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri, options] };
}
