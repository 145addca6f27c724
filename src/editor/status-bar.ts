import * as vscode from 'vscode';
import { isResumable, type EvaluationStatus } from './evaluation-status';
import { sayError } from './translate';

type Shown = { readonly title: string; readonly status: EvaluationStatus; readonly waiting: number };

/** Progress with its rate, and beside it the one thing to do about it: cancel or resume. Hidden when there is nothing to say. */
export class StatusBar implements vscode.Disposable {
  private readonly progress = vscode.window.createStatusBarItem('assay.progress', vscode.StatusBarAlignment.Left, 51);
  private readonly action = vscode.window.createStatusBarItem('assay.action', vscode.StatusBarAlignment.Left, 50);

  constructor() {
    this.progress.name = vscode.l10n.t('Assay: Progress');
    this.progress.command = 'assay.openResults';
    this.action.name = vscode.l10n.t('Assay: Cancel or Resume');
  }

  update(shown: Shown | null): void {
    const text = shown && statusText(shown);
    if (!shown || text === null) {
      this.progress.hide();
      this.action.hide();
      return;
    }
    this.progress.text = text;
    this.progress.tooltip = new vscode.MarkdownString(`${shown.title}\n\n${vscode.l10n.t('Open the results')}`);
    this.progress.accessibilityInformation = { label: text.replace(/\$\([^)]*\)\s*/g, ''), role: 'button' };
    const failed = shown.status.kind === 'failed' || (shown.status.kind === 'running' && shown.status.failure !== null);
    this.progress.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
    this.progress.show();
    this.offer(shown.status);
  }

  dispose(): void {
    this.progress.dispose();
    this.action.dispose();
  }

  private offer(status: EvaluationStatus): void {
    const live = status.kind === 'running' || status.kind === 'starting';
    if (isResumable(status)) {
      this.action.text = `$(debug-continue) ${vscode.l10n.t('Resume')}`;
      this.action.tooltip = vscode.l10n.t('Go on where it ended. What was answered is kept.');
      this.action.command = 'assay.resume';
    } else if (live) {
      this.action.text = `$(debug-stop) ${vscode.l10n.t('Cancel')}`;
      this.action.tooltip = vscode.l10n.t('Cancel the evaluation. What was answered is kept.');
      this.action.command = 'assay.cancel';
    } else {
      this.action.hide();
      return;
    }
    this.action.show();
  }
}

function statusText({ title, status, waiting }: Shown): string | null {
  switch (status.kind) {
    case 'starting':
      return `$(beaker) ${vscode.l10n.t('Starting {0}', title)}${waitingText(waiting)}`;
    case 'running': {
      const failure = status.failure ? `$(error) ${status.failure.checkpoint}: ${sayError(status.failure.error)} · ` : '$(beaker) ';
      const parts = [`${status.task} · ${status.checkpoint}`, percent(status.done, status.total), rate(status.tokensPerSecond)];
      if (status.remaining !== null) parts.push(vscode.l10n.t('{0} left', duration(status.remaining)));
      return `${failure}${parts.join(' · ')}${waitingText(waiting)}`;
    }
    case 'failed': {
      const { checkpoint, error } = status.failure;
      return `$(error) ${checkpoint && `${checkpoint}: `}${sayError(error)}`;
    }
    case 'interrupted':
      return `$(debug-pause) ${vscode.l10n.t('{0} was interrupted at {1}', title, percent(status.done, status.total))}`;
    case 'cancelled':
      return `$(circle-slash) ${vscode.l10n.t('{0} was cancelled at {1}', title, percent(status.done, status.total))}`;
    case 'finished':
      return null;
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

function duration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.round(whole / 60)} min`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
