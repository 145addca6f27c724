import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/inspection';

/** How a run ended, where it is not simply finished; '' where it is. */
export function stateText({ state, failed }: RunSummary): string {
  switch (state) {
    case 'finished':
      return failed.length > 0 ? vscode.l10n.t('finished in part') : '';
    case 'running':
      return vscode.l10n.t('running');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
  }
}

export function stateIcon({ state, failed }: RunSummary): vscode.ThemeIcon {
  switch (state) {
    case 'finished':
      return failed.length > 0 ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')) : new vscode.ThemeIcon('pass');
    case 'running':
      return new vscode.ThemeIcon('play-circle');
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'failed':
      return new vscode.ThemeIcon('error');
    case 'interrupted':
      return new vscode.ThemeIcon('debug-pause');
  }
}

const rank: Readonly<Record<RunSummary['state'], number>> = { running: 0, failed: 1, interrupted: 2, cancelled: 3, finished: 4 };

/** Of each config's newest evaluation, the run that came least far: what there is still to do. `runs`: newest first. */
export function standings(runs: readonly RunSummary[]): ReadonlyMap<string, RunSummary> {
  const newest = new Map<string, RunSummary>();
  for (const run of runs) {
    if (run.config === null) continue;
    const known = newest.get(run.config);
    if (known === undefined || (known.evaluation === run.evaluation && openness(run) < openness(known))) newest.set(run.config, run);
  }
  return newest;
}

/** The smaller, the more there is to do. */
function openness({ state, failed }: RunSummary): number {
  return rank[state] - (failed.length > 0 ? 0.5 : 0);
}
