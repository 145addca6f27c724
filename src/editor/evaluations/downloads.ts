/** Downloads of data as the editor shows them: whether one may begin, and how far it is. */
import * as vscode from 'vscode';
import type { DownloadQuestion } from '../../protocol/commands';
import type { RunEvent } from '../../protocol/events';
import { warn } from '../notices';
import { shownText } from '../shown-text';

type Step = Extract<RunEvent, { type: 'downloading' }>;

export async function mayDownload({ id, endpoint }: DownloadQuestion): Promise<boolean> {
  const download = vscode.l10n.t('Download');
  const text = vscode.l10n.t('The data set {0} is not on this machine. Download it from {1}?', id, endpoint);
  return (await warn(text, download)) === download;
}

/** A line in the status bar while a file is on its way. */
export class DownloadProgress implements vscode.Disposable {
  private readonly fetched = new vscode.EventEmitter<void>();
  /** A file has come, or what was to come of it: what was found in the caches may be otherwise now. */
  readonly onDidFetch = this.fetched.event;
  private shown: { readonly evaluation: string; readonly report: (step: Step) => void; readonly end: () => void } | null = null;

  show(step: Step): void {
    if (this.shown?.evaluation !== step.evaluation) {
      this.end();
      this.begin(step.evaluation);
    }
    this.shown?.report(step);
    if (step.done >= step.total) this.end();
  }

  end(): void {
    if (this.shown === null) return;
    this.shown.end();
    this.shown = null;
    this.fetched.fire();
  }

  dispose(): void {
    this.end();
    this.fetched.dispose();
  }

  private begin(evaluation: string): void {
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: 'Assay' }, (progress) =>
      new Promise<void>((end) => {
        const report = ({ dataset, done, total }: Step): void => {
          progress.report({ message: shownText(vscode.l10n.t('downloading {0}: {1} of {2} MB', dataset, megabytes(done), megabytes(total))) });
        };
        this.shown = { evaluation, report, end };
      }));
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
