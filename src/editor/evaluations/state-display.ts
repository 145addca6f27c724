import * as vscode from 'vscode';
import { isResumable } from './evaluation-status';
import type { Evaluations } from './evaluations';
import type { StatusBar } from './status-bar';

/** The status bar and the buttons follow the stream at this pace. */
const refreshMilliseconds = 200;

/** Keeps the status bar and the context keys of the manifest (`assay.running`, `assay.resumable`) up to date. */
export class StateDisplay implements vscode.Disposable {
  private timer: NodeJS.Timeout | null = null;
  private readonly subscription: vscode.Disposable;
  private readonly keys = new Map<string, boolean>();

  constructor(
    private readonly evaluations: Pick<Evaluations, 'current' | 'isRunning' | 'onDidChange'>,
    private readonly statusBar: StatusBar,
  ) {
    this.subscription = evaluations.onDidChange(() => (this.timer ??= setTimeout(() => this.update(), refreshMilliseconds)));
  }

  dispose(): void {
    this.subscription.dispose();
    if (this.timer) clearTimeout(this.timer);
  }

  private update(): void {
    this.timer = null;
    const { current, isRunning } = this.evaluations;
    this.statusBar.update(current);
    this.setKey('assay.running', isRunning);
    this.setKey('assay.resumable', current !== null && isResumable(current.status));
  }

  private setKey(key: string, value: boolean): void {
    if (this.keys.get(key) === value) return;
    this.keys.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
