import * as vscode from 'vscode';
import { formatDuration } from '../../protocol/duration';
import { isResumable, type EvaluationStatus, type Failure } from './evaluation-status';
import { say, sayError } from '../translate';
import { shownLines, shownText } from '../shown-text';

/** Characters of a name in the status bar. */
const mostOfTitle = 80;

type Shown = { readonly title: string; readonly status: EvaluationStatus; readonly waiting: number };

/** Progress with its rate, and beside it what can be done about it: cancel, resume. Hidden when there is nothing to say. */
export class StatusBar implements vscode.Disposable {
  private readonly progress = vscode.window.createStatusBarItem('assay.progress', vscode.StatusBarAlignment.Left, 63);
  private readonly cancel = vscode.window.createStatusBarItem('assay.cancel', vscode.StatusBarAlignment.Left, 62);
  private readonly resume = vscode.window.createStatusBarItem('assay.resume', vscode.StatusBarAlignment.Left, 61);

  constructor() {
    this.progress.name = vscode.l10n.t('Assay: Progress');
    this.progress.command = 'assay.openResults';
    this.cancel.name = vscode.l10n.t('Assay: Cancel');
    this.cancel.text = `$(debug-stop) ${vscode.l10n.t('Cancel')}`;
    this.cancel.tooltip = vscode.l10n.t('Cancel the evaluation. What was answered is kept.');
    this.cancel.command = 'assay.cancel';
    this.resume.name = vscode.l10n.t('Assay: Resume');
    this.resume.text = `$(debug-continue) ${vscode.l10n.t('Resume')}`;
    this.resume.tooltip = vscode.l10n.t('Go on where it ended. What was answered is kept.');
    this.resume.command = 'assay.resume';
  }

  update(shown: Shown | null): void {
    const text = shown && statusText({ ...shown, title: shownText(shown.title, mostOfTitle) });
    setVisible(this.progress, text !== null);
    setVisible(this.cancel, shown?.status.kind === 'running' || shown?.status.kind === 'starting');
    setVisible(this.resume, shown !== null && isResumable(shown.status));
    if (!shown || text === null) return;
    const failure = failureOf(shown.status);
    this.progress.text = text;
    this.progress.tooltip = shownLines([shown.title, failure && `${failure.checkpoint}: ${sayError(failure.error)}`, vscode.l10n.t('Open the results')]);
    this.progress.accessibilityInformation = { label: text.replace(/\$\([^)]*\)\s*/g, ''), role: 'button' };
    this.progress.backgroundColor = failure ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
  }

  dispose(): void {
    for (const item of [this.progress, this.cancel, this.resume]) item.dispose();
  }
}

function setVisible(item: vscode.StatusBarItem, visible: boolean): void {
  if (visible) item.show();
  else item.hide();
}

function failureOf(status: EvaluationStatus): Failure | null {
  return status.kind === 'failed' || status.kind === 'running' ? status.failure : null;
}

/** The status bar has room for what happened; what to do stands in the tooltip, and on the button. */
function firstSentence(failure: Failure): string {
  const text = say(failure.error.code, failure.error.args);
  return shownText(`${failure.checkpoint && `${failure.checkpoint}: `}${/^.*?[.。](?=\s|$|\p{Script=Han})/u.exec(text)?.[0] ?? text}`);
}

function statusText({ title, status, waiting }: Shown): string | null {
  switch (status.kind) {
    case 'starting':
      return `$(beaker) ${vscode.l10n.t('Starting {0}', title)}${waitingText(waiting)}`;
    case 'running': {
      const failure = status.failure ? `$(error) ${firstSentence(status.failure)} · ` : '$(beaker) ';
      const parts = [shownText(`${status.task} · ${status.checkpoint}`, mostOfTitle), percent(status.done, status.total), rate(status.tokensPerSecond)];
      if (status.remaining !== null) parts.push(vscode.l10n.t('{0} left', formatDuration(status.remaining)));
      return `${failure}${parts.join(' · ')}${waitingText(waiting)}`;
    }
    case 'failed':
      return `$(error) ${firstSentence(status.failure)}`;
    case 'interrupted':
      return `$(debug-pause) ${vscode.l10n.t('{0} was interrupted at {1}', title, percent(status.done, status.total))}`;
    case 'cancelled':
      return `$(circle-slash) ${vscode.l10n.t('{0} was cancelled at {1}', title, percent(status.done, status.total))}`;
    case 'finished':
      return status.failedTasks === 0 ? null : `$(warning) ${vscode.l10n.t('{0}: finished in part', title)}`;
  }
}

function waitingText(waiting: number): string {
  return waiting === 0 ? '' : ` · ${vscode.l10n.t('{0} waiting', waiting)}`;
}

function percent(done: number, total: number): string {
  return total === 0 ? '0 %' : `${Math.floor((done / total) * 100)} %`;
}

function rate(tokensPerSecond: number): string {
  return `${Math.round(tokensPerSecond).toLocaleString('en-US').replaceAll(',', ' ')} tok/s`;
}
