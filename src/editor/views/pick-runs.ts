import * as vscode from 'vscode';
import type { RunSummary } from '../../protocol/inspection';
import { choose, inform } from '../notices';

/** `assay.compare`: asks for two finished runs. */
export async function pickTwoRuns(runs: readonly RunSummary[]): Promise<[RunSummary, RunSummary] | null> {
  const finished = runs.filter((run) => run.state === 'finished');
  if (finished.length < 2) {
    void inform(vscode.l10n.t('Two finished runs are needed to compare.'));
    return null;
  }
  const first = await pick(finished, vscode.l10n.t('Compare which run?'));
  const second = first && (await pick(finished.filter((run) => run !== first), vscode.l10n.t('With which run?')));
  return first && second ? [first, second] : null;
}

async function pick(runs: readonly RunSummary[], placeHolder: string): Promise<RunSummary | null> {
  const choices = runs.map((run) => ({ label: run.checkpoint, description: new Date(run.time).toLocaleString(vscode.env.language), detail: run.tasks.join(', '), value: run }));
  return (await choose(placeHolder, choices)) ?? null;
}
