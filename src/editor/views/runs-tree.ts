import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/inspection';
import { scoreText } from '../config/score-text';
import { stateIcon, stateText } from './run-state';
import type { WorkspaceRuns } from './workspace-runs';
import { shownLines, shownText } from '../shown-text';

/** `assay.runs`: every run on disk, newest first; one that did not end can be resumed. */
export class RunsTree implements vscode.TreeDataProvider<RunSummary> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly runs: WorkspaceRuns) {
    this.onDidChangeTreeData = runs.onDidChange;
  }

  async getChildren(run?: RunSummary): Promise<RunSummary[]> {
    return run ? [] : [...(await this.runs.list())];
  }

  getTreeItem(run: RunSummary): vscode.TreeItem {
    const time = new Date(run.time).toLocaleString(vscode.env.language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
    const item = new vscode.TreeItem(shownText(run.checkpoint));
    item.id = run.folder;
    item.description = shownText([headline(run), stateText(run), time].filter(Boolean).join(' · '));
    const failed = run.failed.length > 0 && vscode.l10n.t('Could not run: {0}', run.failed.join(', '));
    item.tooltip = shownLines([run.tasks.join(', '), stateText(run) || vscode.l10n.t('finished'), failed, new Date(run.time).toLocaleString(vscode.env.language), run.folder]);
    item.iconPath = stateIcon(run);
    item.contextValue = run.state === 'finished' || run.state === 'running' ? 'ended' : 'unfinished';
    item.command = { title: vscode.l10n.t('Show Results'), command: 'assay.openRun', arguments: [run] };
    item.accessibilityInformation = { label: shownText(`${run.checkpoint}, ${item.description}`) };
    return item;
  }
}

/** `sst2 67.2 % · heldout 4.023`: one metric of the first tasks. */
function headline(run: RunSummary): string {
  return run.headline
    .slice(0, 2)
    .map(({ task, form, value }) => `${task} ${run.precision === 'int8' ? '≈ ' : ''}${scoreText(form, value)}`)
    .join(' · ');
}
