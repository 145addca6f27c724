import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isConfigName } from '../../config/config-kind';
import { configGlob, currentText } from '../config/eval-documents';
import type { ParsedConfigs } from '../config/parsed-configs';
import type { Inspection } from '../inspection';
import { isTrusted } from '../trust';
import { workspaceFiles } from '../workspace-files';

export type ConfigEntry = { readonly configPath: string; readonly label: string; readonly line: number };

/** `entries`: null where the config cannot be read, `unread` where it is read when somebody looks. */
export type WorkspaceConfig = { readonly uri: vscode.Uri; readonly entries: readonly ConfigEntry[] | null | 'unread'; readonly output: string | null };

/** The eval configs of the workspace with their tasks, kept as files come, change and go. */
export class WorkspaceConfigs implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(configGlob);
  private found: Promise<WorkspaceConfig[]> | null = null;

  constructor(
    private readonly inspection: Inspection,
    private readonly parsed: ParsedConfigs,
  ) {
    for (const event of [this.watcher.onDidChange, this.watcher.onDidCreate, this.watcher.onDidDelete]) event(() => this.refresh());
  }

  /** Sorted by path. */
  list(): Promise<WorkspaceConfig[]> {
    this.found ??= this.search();
    return this.found;
  }

  refresh(): void {
    this.found = null;
    this.changed.fire();
  }

  /** Entries of a config that was left unread: of its text alone. */
  async read({ uri }: WorkspaceConfig): Promise<readonly ConfigEntry[]> {
    if (!(await isPlainlyInside(uri))) return [];
    const text = await currentText(uri);
    const outlined = this.parsed.outline(uri.fsPath, text);
    if (typeof outlined === 'string') return [];
    return outlined.entries.map(({ configPath, label, offset }) => ({ configPath, label, line: text.slice(0, offset).split('\n').length - 1 }));
  }

  dispose(): void {
    this.watcher.dispose();
    this.changed.dispose();
  }

  private async search(): Promise<WorkspaceConfig[]> {
    const uris = await workspaceFiles(isConfigName);
    if (!isTrusted()) return uris.map((uri) => ({ uri, entries: 'unread', output: null }));
    const listed = new Map((await this.inspection.configs(uris.map(({ fsPath }) => fsPath))).map((config) => [config.file, config]));
    return uris.map((uri) => ({ uri, entries: listed.get(uri.fsPath)?.entries ?? null, output: listed.get(uri.fsPath)?.output ?? null }));
  }
}

/** Whether a file lies in the workspace and is no link that leads out of it. */
async function isPlainlyInside(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  if (folder === undefined) return false;
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(uri.fsPath)]);
    return file.startsWith(root + path.sep);
  } catch {
    return false;
  }
}
