import * as vscode from 'vscode';
import type { PlannedTask, RunEvent } from '../../protocol/events';
import { currentText } from '../config/eval-documents';
import type { Inspection } from '../inspection';
import type { ParsedConfigs } from '../config/parsed-configs';
import type { PageRequest } from './results-feed';
import { inform } from '../notices';

type PlannedEvent = Extract<RunEvent, { type: 'planned' }>;

/** Where marks of the results page lead: a task's line in its config, a task's samples file. */
export class ResultsRequests {
  constructor(
    /** Events of the evaluation that is shown. */
    private readonly shown: () => readonly RunEvent[],
    private readonly parsed: ParsedConfigs,
    private readonly inspection: Inspection,
  ) {}

  async answer(request: PageRequest): Promise<void> {
    switch (request.type) {
      case 'cancel':
        await vscode.commands.executeCommand('assay.cancel');
        return;
      case 'resume':
        await vscode.commands.executeCommand('assay.resume');
        return;
      case 'run':
        await vscode.commands.executeCommand('assay.run');
        return;
      case 'openTask':
        return this.openTask(request.task);
      case 'openSamples':
        return this.openSamples(request.task, request.checkpoint, request.docId);
    }
  }

  private async openTask(task: string): Promise<void> {
    const run = this.planned().find((event) => event.tasks.some((planned) => planned.task === task));
    const planned = run?.tasks.find((one) => one.task === task);
    if (!run || !planned || run.config === null) {
      void inform(vscode.l10n.t('{0} was named on a command line: no config holds it.', task));
      return;
    }
    const uri = vscode.Uri.file(run.config);
    const text = await currentText(uri);
    const line = text.slice(0, this.place(run.config, text, planned)).split('\n').length - 1;
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(line, 0, line, 0), viewColumn: vscode.ViewColumn.One });
  }

  /** Where the entry of a task stands by now; the beginning where it is gone or asks something else. */
  private place(config: string, text: string, { entry, configPath }: PlannedTask): number {
    const outlined = this.parsed.outline(config, text);
    if (typeof outlined === 'string') return 0;
    const same = outlined.entries.filter((one) => (typeof entry !== 'string' ? one.configPath === configPath : one.digest === entry));
    return (same.find((one) => one.configPath === configPath) ?? same[0])?.offset ?? 0;
  }

  /** At the document's line where `docId` is given. Samples are written when the task is finished. */
  private async openSamples(task: string, checkpoint: string, docId: number | undefined): Promise<void> {
    const run = this.planned().find((event) => event.checkpoint === checkpoint);
    const place = run && (await this.inspection.samples(run.path, task, docId ?? null));
    if (!place) {
      void inform(vscode.l10n.t('The samples of {0} are written when {1} is finished.', task, checkpoint));
      return;
    }
    await vscode.window.showTextDocument(vscode.Uri.file(place.file), { selection: new vscode.Range(place.line, 0, place.line, 0), viewColumn: vscode.ViewColumn.One });
  }

  private planned(): PlannedEvent[] {
    return this.shown().filter((event): event is PlannedEvent => event.type === 'planned');
  }
}
