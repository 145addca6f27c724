import path from 'node:path';
import * as vscode from 'vscode';
import { registerCommands } from './editor/commands';
import { evalSelector, onDidChangeAround, onDidCloseLastTab } from './editor/config/eval-documents';
import { KnownResults } from './editor/config/known-results';
import { Lenses } from './editor/config/lenses';
import { ParsedConfigs } from './editor/config/parsed-configs';
import { Problems } from './editor/config/problems';
import { TaskNames } from './editor/config/task-names';
import { noticeEnding } from './editor/evaluations/ending-notice';
import { DownloadProgress, mayDownload } from './editor/evaluations/downloads';
import { Evaluations } from './editor/evaluations/evaluations';
import { Memory } from './editor/evaluations/memory';
import { PerplexityChoice } from './editor/evaluations/perplexity-choice';
import { RunCommands } from './editor/evaluations/run-commands';
import { RunWarnings } from './editor/evaluations/run-warnings';
import { StateDisplay } from './editor/evaluations/state-display';
import { StatusBar } from './editor/evaluations/status-bar';
import { Inspection } from './editor/inspection';
import { inEditorLanguage, pageStrings } from './editor/results/page-language';
import { ResultsFeed } from './editor/results/results-feed';
import { panelType, ResultsPages } from './editor/results/results-pages';
import { ResultsRequests } from './editor/results/results-requests';
import { PromptPreviews } from './editor/texts/preview-prompt';
import { Surprisal } from './editor/texts/surprisal';
import { isTrusted } from './editor/trust';
import { CheckpointsTree } from './editor/views/checkpoints-tree';
import { EvaluationsTree } from './editor/views/evaluations-tree';
import { RunsTree } from './editor/views/runs-tree';
import { WorkspaceCheckpoints } from './editor/views/workspace-checkpoints';
import { WorkspaceConfigs } from './editor/views/workspace-configs';
import { WorkspaceRuns } from './editor/views/workspace-runs';
import { forkEvaluator, type ForkedClient } from './evaluator/client';
import { chooseNode, unusable } from './processes/node-chooser';
import { AssayError } from './protocol/errors';

let evaluator: ForkedClient | null = null;
let atWork: Evaluations | null = null;

/** Builds the objects and registers them. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Assay', { log: true });
  const entry = path.join(context.extensionPath, 'dist/evaluator.js');
  const client = (): ForkedClient => {
    // Whatever asks: no process starts in a workspace that is not trusted.
    if (!isTrusted()) throw new AssayError('untrusted-workspace');
    return (evaluator ??= forkEvaluator({ entry, nodeSetting, chooseNode: () => nodeForEvaluations(log), log: (line) => log.info(line), permit: mayDownload }));
  };

  const memory = new Memory(context.workspaceState);
  const parsed = new ParsedConfigs();
  const inspection = new Inspection(client, parsed);
  const known = new KnownResults(memory);
  const lenses = new Lenses(parsed, known);
  const taskNames = new TaskNames(inspection, parsed);
  const problems = new Problems({ inspection, parsed, known, onError: (thrown) => log.error(String(thrown)) });

  /** What lies around the configs may be otherwise now. */
  const lookAgain = (): void => {
    inspection.filesChanged();
    problems.again();
  };

  const configs = new WorkspaceConfigs(inspection, parsed);
  const checkpoints = new WorkspaceCheckpoints(inspection);
  const runs = new WorkspaceRuns(inspection, configs);
  const tree = new EvaluationsTree(configs, runs);

  const feed = new ResultsFeed(pageStrings(context.extensionUri), inEditorLanguage);
  const downloads = new DownloadProgress();
  const evaluations = (atWork = new Evaluations({ client, feed, memory, downloads }));
  const restore = (): void => {
    if (isTrusted()) void evaluations.restore().catch((thrown: unknown) => log.warn(String(thrown)));
  };
  const warnings = new RunWarnings(log);
  const requests = new ResultsRequests(() => feed.events, parsed, inspection);
  const pages = new ResultsPages(context.extensionUri, feed, (request) => requests.answer(request), restore);
  const statusBar = new StatusBar();
  const display = new StateDisplay(evaluations, statusBar);
  const perplexity = new PerplexityChoice(checkpoints, inspection, vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'configs'));
  const running = new RunCommands({ evaluations, configs, parsed, perplexity, reveal: () => pages.reveal() });
  const prompts = new PromptPreviews(running, client);
  const surprisal = new Surprisal(checkpoints, client);

  context.subscriptions.push(
    ...[log, lenses, known, problems, configs, checkpoints, runs, tree, feed, evaluations, downloads, statusBar, display, prompts, surprisal],
    ...registerCommands({ evaluations, running, prompts, surprisal, pages, runs, checkpoints, memory, client, log }),
    evaluations.onDidReceive((event) => {
      known.apply(event);
      if (event.type === 'planned' || event.type === 'finished' || event.type === 'cancelled' || event.type === 'failed') runs.refresh();
    }),
    evaluations.onDidEnd((ending) => void noticeEnding(ending, pages.isVisible)),
    evaluations.onDidReceive((event) => warnings.apply(event)),
    evaluations.onDidEnd(() => warnings.tell()),
    known.onDidChange(() => lenses.resultsChanged()),
    known.onDidJudge(() => problems.judged()),
    ...[checkpoints.onDidChange, downloads.onDidFetch].map((changed) => changed(lookAgain)),
    vscode.languages.registerCodeLensProvider(evalSelector, lenses),
    vscode.languages.registerCompletionItemProvider(evalSelector, taskNames),
    vscode.languages.registerHoverProvider(evalSelector, taskNames),
    vscode.workspace.onDidOpenTextDocument((document) => problems.soon(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => problems.soon(document)),
    vscode.workspace.onDidSaveTextDocument(lookAgain),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      problems.forget(uri);
      lenses.forget(uri);
    }),
    onDidCloseLastTab((uri) => problems.forget(uri)),
    onDidChangeAround(() => inspection.filesChanged(), () => problems.again()),
    vscode.window.registerTreeDataProvider('assay.evaluations', tree),
    vscode.window.registerTreeDataProvider('assay.runs', new RunsTree(runs)),
    vscode.window.registerTreeDataProvider('assay.checkpoints', new CheckpointsTree(checkpoints, warnings)),
    vscode.window.registerWebviewViewProvider('assay.results', pages),
    vscode.window.registerWebviewPanelSerializer(panelType, pages),
  );

  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      configs.refresh();
      runs.refresh();
      void checkpoints.refresh();
      restore();
    }),
  );

  // An evaluation that was cut off by a reload of the window is in the status bar before anything is opened.
  if (memory.last?.ended === false) restore();
  for (const document of vscode.workspace.textDocuments) problems.soon(document, 0);
}

/** Ends the evaluator and its model processes; what was answered is on disk. */
export async function deactivate(): Promise<void> {
  atWork?.close();
  await evaluator?.dispose();
}

function nodeSetting(): string {
  return vscode.workspace.getConfiguration('assay').get<string>('nodePath') ?? '';
}

async function nodeForEvaluations(log: vscode.LogOutputChannel): Promise<string> {
  const { node, version, passedOver } = await chooseNode(nodeSetting());
  for (const { file, probe } of passedOver) if (probe.kind !== 'usable') log.warn(unusable(file, probe).message);
  log.info(`Evaluations compute in ${node}${version === null ? '' : ` (${version})`}`);
  return node;
}
