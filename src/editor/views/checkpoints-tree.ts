import * as vscode from 'vscode';
import type { ListedCheckpoint } from '../../protocol/inspection';
import { describeCheckpoint } from './describe-checkpoint';
import { sayError } from '../translate';
import type { RunWarnings } from '../evaluations/run-warnings';
import type { WorkspaceCheckpoints } from './workspace-checkpoints';
import { shownLines, shownText } from '../shown-text';

type Node = { readonly kind: 'checkpoint'; readonly checkpoint: ListedCheckpoint } | { readonly kind: 'problem'; readonly text: string };

/** `assay.checkpoints`: what can be evaluated, and what is wrong with what cannot. */
export class CheckpointsTree implements vscode.TreeDataProvider<Node> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(
    private readonly checkpoints: WorkspaceCheckpoints,
    private readonly warnings: Pick<RunWarnings, 'of'>,
  ) {
    this.onDidChangeTreeData = checkpoints.onDidChange;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!node) return (await this.checkpoints.list()).map((checkpoint) => ({ kind: 'checkpoint', checkpoint }));
    return node.kind === 'problem' ? [] : node.checkpoint.problems.map((problem) => ({ kind: 'problem', text: sayError(problem) }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'problem') {
      const item = new vscode.TreeItem(shownText(node.text));
      item.tooltip = shownText(node.text);
      item.iconPath = new vscode.ThemeIcon('info');
      return item;
    }
    const { checkpoint } = node;
    const broken = checkpoint.problems.length > 0;
    const item = new vscode.TreeItem(shownText(checkpoint.name), broken ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    item.description = shownText(describeCheckpoint(checkpoint));
    const warnings = new Set([...(checkpoint.warnings ?? []).map(sayError), ...this.warnings.of(checkpoint.name)]);
    item.tooltip = shownLines([checkpoint.path, ...checkpoint.problems.map(sayError), ...warnings]);
    item.iconPath = broken ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')) : new vscode.ThemeIcon('package');
    item.accessibilityInformation = { label: [shownText(checkpoint.name), item.description, broken ? vscode.l10n.t('has problems') : ''].filter(Boolean).join(', ') };
    return item;
  }
}
