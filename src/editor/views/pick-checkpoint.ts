import * as vscode from 'vscode';
import type { ListedCheckpoint } from '../../protocol/inspection';
import { choose, warn } from '../notices';
import { describeCheckpoint } from './describe-checkpoint';
import type { WorkspaceCheckpoints } from './workspace-checkpoints';

/** One of the workspace's that can be used; null: there is none (said so), or the person chose none. */
export async function pickCheckpoint(checkpoints: Pick<WorkspaceCheckpoints, 'list'>): Promise<ListedCheckpoint | null> {
  const usable = (await checkpoints.list()).filter(({ problems }) => problems.length === 0);
  if (usable.length === 0) {
    void warn(vscode.l10n.t('This workspace holds no checkpoint that can be used: a folder with config.json and model.safetensors.'));
    return null;
  }
  const items = usable.map((checkpoint) => ({ label: checkpoint.name, description: describeCheckpoint(checkpoint), detail: vscode.workspace.asRelativePath(checkpoint.path), value: checkpoint }));
  return (await choose(vscode.l10n.t('On which checkpoint?'), items)) ?? null;
}
