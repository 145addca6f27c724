import * as vscode from 'vscode';
import { currentText } from '../config/eval-documents';
import type { OutlineEntry } from '../../config/outline';
import type { WorkspaceConfig, WorkspaceConfigs } from './workspace-configs';

/** A config, or one entry of its `tasks:`. Commands get it as their argument. */
export type EvaluationNode = { readonly uri: vscode.Uri; readonly config: WorkspaceConfig; readonly entry: OutlineEntry | null };

/** `assay.evaluations`: the configs of the workspace and their tasks. */
export class EvaluationsTree implements vscode.TreeDataProvider<EvaluationNode> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly configs: WorkspaceConfigs) {
    this.onDidChangeTreeData = configs.onDidChange;
  }

  async getChildren(node?: EvaluationNode): Promise<EvaluationNode[]> {
    if (!node) return (await this.configs.list()).map((config) => ({ uri: config.uri, config, entry: null }));
    return (node.config.outline?.entries ?? []).map((entry) => ({ uri: node.uri, config: node.config, entry }));
  }

  async getTreeItem({ uri, config, entry }: EvaluationNode): Promise<vscode.TreeItem> {
    if (entry) {
      const item = new vscode.TreeItem(entry.label);
      item.contextValue = 'task';
      item.iconPath = new vscode.ThemeIcon('checklist');
      item.command = await opening(uri, entry.offset);
      item.accessibilityInformation = { label: vscode.l10n.t('Task {0}', entry.label) };
      return item;
    }
    const name = vscode.workspace.asRelativePath(uri);
    const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
    item.contextValue = 'config';
    item.iconPath = new vscode.ThemeIcon('beaker');
    item.tooltip = uri.fsPath;
    item.description = config.outline === null ? vscode.l10n.t('has problems') : undefined;
    item.command = await opening(uri, 0);
    item.accessibilityInformation = { label: vscode.l10n.t('Eval config {0}', name) };
    return item;
  }
}

async function opening(uri: vscode.Uri, offset: number): Promise<vscode.Command> {
  const line = (await currentText(uri)).slice(0, offset).split('\n').length - 1;
  const options: vscode.TextDocumentShowOptions = { selection: new vscode.Range(line, 0, line, 0) };
  return { title: vscode.l10n.t('Open'), command: 'vscode.open', arguments: [uri, options] };
}
