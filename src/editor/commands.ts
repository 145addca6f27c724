import * as vscode from 'vscode';
import type { EvaluatorClient } from '../protocol/commands';
import type { RunSummary } from '../protocol/inspection';
import { comparedEvents } from './evaluations/comparison-events';
import { requestFor } from './evaluations/eval-request';
import type { Asked, Evaluations } from './evaluations/evaluations';
import type { Memory } from './evaluations/memory';
import { newEvalConfig } from './config/new-config';
import { pickTwoRuns } from './views/pick-runs';
import type { ResultsPages } from './results/results-pages';
import type { PromptPreviews } from './texts/preview-prompt';
import type { Surprisal } from './texts/surprisal';
import type { RunCommands, Target } from './evaluations/run-commands';
import type { WorkspaceCheckpoints } from './views/workspace-checkpoints';
import type { WorkspaceRuns } from './views/workspace-runs';
import { complain, inform } from './notices';
import { mayRun } from './trust';
import { AssayError } from '../protocol/errors';
import { sayError } from './translate';

export type CommandParts = {
  readonly evaluations: Evaluations;
  readonly running: RunCommands;
  readonly prompts: PromptPreviews;
  readonly surprisal: Surprisal;
  readonly pages: ResultsPages;
  readonly runs: WorkspaceRuns;
  readonly checkpoints: WorkspaceCheckpoints;
  readonly memory: Memory;
  readonly client: () => EvaluatorClient;
  readonly log: vscode.LogOutputChannel;
};

/** Registers every command of the manifest. */
export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  const { evaluations, running, prompts, surprisal, pages, checkpoints } = parts;
  const commands: Readonly<Record<string, (...args: never[]) => unknown>> = {
    run: (target: Target) => running.run(target),
    runTask: (target: Target, configPath: unknown) => running.runTask(target, typeof configPath === 'string' ? configPath : undefined),
    previewPrompt: (target: Target, configPath: unknown, number: unknown) =>
      prompts.show(target, typeof configPath === 'string' ? configPath : undefined, typeof number === 'number' ? number : undefined),
    showSurprisal: () => surprisal.show(),
    cancel: () => evaluations.cancel(),
    resume: () => running.resume(),
    openResults: () => pages.openPanel(),
    refreshCheckpoints: () => checkpoints.refresh(),
    newEvalConfig: () => newEvalConfig(checkpoints),
    compare: () => compare(parts),
    openRun: (run: RunSummary) => openRun(parts, run),
    resumeRun: (run: RunSummary) => resumeRun(parts, run),
    openRunFolder: (run: RunSummary) => vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(run.folder)),
    showLog: () => parts.log.show(true),
  };
  return Object.entries(commands).map(([name, action]) =>
    vscode.commands.registerCommand(`assay.${name}`, async (...args: never[]) => {
      try {
        await action(...args);
      } catch (thrown) {
        parts.log.error(thrown instanceof Error ? thrown : String(thrown));
        void complain(sayError(AssayError.from(thrown).toJSON()));
      }
    }),
  );
}

async function openRun({ evaluations, runs, pages }: CommandParts, run: RunSummary): Promise<void> {
  if (!mayRun()) return;
  await evaluations.showFolders((await runs.together(run)).map(({ folder }) => folder));
  if (!pages.isVisible) await vscode.commands.executeCommand('assay.results.focus');
}

function resumeRun({ memory, running }: CommandParts, run: RunSummary): void {
  const asked: Asked | null = memory.askedFor(run.evaluation) ?? (run.config === null ? null : { title: run.checkpoint, request: requestFor(vscode.Uri.file(run.config), null) });
  if (asked) void running.resume(asked);
  else void inform(vscode.l10n.t('This run was started on a command line; resume it there with --resume.'));
}

async function compare({ runs, client, evaluations }: CommandParts): Promise<void> {
  if (!mayRun()) return;
  const chosen = await pickTwoRuns(await runs.list());
  if (!chosen) return;
  evaluations.showEvents(await comparedEvents(...chosen, client()));
  await vscode.commands.executeCommand('assay.results.focus');
}
