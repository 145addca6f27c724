import * as vscode from 'vscode';
import type { MessageCode } from '../../protocol/messages';
import type { RunEvent } from '../../protocol/events';
import { warn } from '../notices';
import { shownText } from '../shown-text';
import { say } from '../translate';

/** What an evaluation says of itself in its own places; nothing is odd about it. */
const unremarkable: ReadonlySet<MessageCode> = new Set(['nothing-to-resume']);

/** Warnings of runs: each goes to the log, what is said of a checkpoint stays with it, and a person is told once of what is new. */
export class RunWarnings {
  private readonly said = new Set<string>();
  private readonly byCheckpoint = new Map<string, string[]>();
  private untold: { readonly code: MessageCode; readonly line: string }[] = [];
  /** Runs that are only read back: they were told of when they ran. */
  private readonly replayed = new Set<string>();

  constructor(private readonly log: Pick<vscode.LogOutputChannel, 'warn'>) {}

  apply(event: RunEvent): void {
    if (event.type === 'planned' && event.origin === 'replay') this.replayed.add(event.run);
    if (event.type !== 'warning' || unremarkable.has(event.code)) return;
    const text = say(event.code, event.args);
    const line = shownText(`${event.checkpoint}${event.task === null ? '' : ` · ${event.task}`}: ${text}`);
    if (this.said.has(line)) return;
    this.said.add(line);
    this.log.warn(line);
    if (event.task === null) this.byCheckpoint.set(event.checkpoint, [...this.of(event.checkpoint), text]);
    if (!this.replayed.has(event.run)) this.untold.push({ code: event.code, line });
  }

  /** What runs of this window said of a checkpoint. */
  of(checkpoint: string): readonly string[] {
    return this.byCheckpoint.get(checkpoint) ?? [];
  }

  /** An evaluation has ended: one notification for all that nobody was told yet. */
  tell(): void {
    const [first, ...others] = this.untold;
    this.untold = [];
    if (first === undefined) return;
    const showLog = vscode.l10n.t('Show Log');
    const snapshot = vscode.l10n.t('Evaluate Snapshots');
    const text = others.length === 0 ? first.line : vscode.l10n.t('{0} and {1} more warnings.', first.line, others.length);
    const offers = [first, ...others].some(({ code }) => code === 'weights-held') ? [snapshot] : [];
    void warn(text, ...offers, showLog).then((chosen) => {
      if (chosen === showLog) void vscode.commands.executeCommand('assay.showLog');
      if (chosen === snapshot) void vscode.workspace.getConfiguration('assay').update('snapshot', true);
    });
  }
}
