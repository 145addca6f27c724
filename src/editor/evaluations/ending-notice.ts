import * as vscode from 'vscode';
import type { Ending } from './evaluations';
import { sayError } from '../translate';
import { complain, inform, warn } from '../notices';

/** Says how an evaluation ended: always where it could not begin, otherwise only while its results are not on screen. */
export async function noticeEnding({ asked, status, outcome, hasEvents }: Ending, resultsVisible: boolean): Promise<void> {
  const show = vscode.l10n.t('Show Results');
  if (!hasEvents) {
    const reasons = outcome?.report.errors.map((error) => (error.file === null ? error.message : `${error.message} (${vscode.workspace.asRelativePath(error.file)})`)) ?? [];
    if (status.kind === 'failed') reasons.push(sayError(status.failure.error));
    if (reasons.length === 0) return;
    const problems = vscode.l10n.t('Show Problems');
    const chosen = await complain(vscode.l10n.t('{0} could not run: {1}', asked.title, reasons.join(' ')), problems);
    if (chosen === problems) await vscode.commands.executeCommand('workbench.actions.view.problems');
    return;
  }
  const wanted = vscode.workspace.getConfiguration('assay').get<boolean>('notifyWhenDone') ?? true;
  if (resultsVisible || !wanted || status.kind === 'cancelled') return;
  const text = endingText(asked.title, status);
  const never = vscode.l10n.t("Don't Show Again");
  const ask = status.kind === 'failed' ? complain : status.kind === 'finished' && status.failedTasks > 0 ? warn : inform;
  const chosen = await ask(text, show, never);
  if (chosen === show) await vscode.commands.executeCommand('assay.openResults');
  if (chosen === never) await vscode.workspace.getConfiguration('assay').update('notifyWhenDone', false, vscode.ConfigurationTarget.Global);
}

function endingText(title: string, status: Ending['status']): string {
  if (status.kind === 'failed') return `${title}: ${sayError(status.failure.error)}`;
  if (status.kind !== 'finished') return vscode.l10n.t('{0} has ended.', title);
  if (status.failedTasks > 0) return vscode.l10n.t('{0} is finished in part; tasks that could not run: {1}.', title, status.failedTasks);
  if (status.missed > 0) return vscode.l10n.t('{0} is finished; expectations missed: {1}.', title, status.missed);
  return vscode.l10n.t('{0} is finished.', title);
}
