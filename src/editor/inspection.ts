import * as vscode from 'vscode';
import { kindOf } from '../config/config-kind';
import type { CheckRequest, Inspections, ListedTask } from '../protocol/inspection';
import type { Problem } from '../protocol/problem';
import { workspaceOf } from './config/eval-documents';
import { isTooLong, type ParsedConfigs } from './config/parsed-configs';
import { isTrusted } from './trust';

/** How long a check while typing waits for the names of task files. */
const PATIENCE_MS = 200;

/**
 * What the editor wants to know of files, asked of a process of their own. In a workspace that is not trusted no process starts
 * and no file is read: there is only what the text of an open config says by itself.
 */
export class Inspection {
  /** Goes up when a file may have been written over. */
  private revision = 0;

  constructor(
    private readonly client: () => Inspections,
    private readonly parsed: ParsedConfigs,
  ) {}

  /** A file around the configs was saved, or has changed on disk: what was found there is not believed again without a look. */
  filesChanged(): void {
    this.revision++;
  }

  /** Problems of a text as it is in the editor; null: it is no eval config, task file or group file. */
  async check(file: string, text: string): Promise<readonly Problem[] | null> {
    const { source, problems } = this.parsed.read(file, text);
    const isLong = isTooLong(text);
    const isConfig = kindOf(source.root, file) !== null;
    if (!isConfig && !(isLong && isTrusted())) return null;
    if (!isTrusted()) return problems;
    const found = await this.client().check({ file, text, workspace: workspaceOf(vscode.Uri.file(file)), texts: changedTexts(), revision: this.revision, patience: PATIENCE_MS });
    return isLong && (isConfig || found.length > 0) ? [...problems, ...found] : found;
  }

  async columns(file: string): ReturnType<Inspections['columns']> {
    return isTrusted() ? this.client().columns(file) : [];
  }

  async checkpoints(folder: string): ReturnType<Inspections['checkpoints']> {
    return isTrusted() ? this.client().checkpoints(folder) : [];
  }

  async runs(outputs: readonly string[]): ReturnType<Inspections['runs']> {
    return isTrusted() ? this.client().runs(outputs) : [];
  }

  async configs(files: readonly string[]): ReturnType<Inspections['configs']> {
    return isTrusted() ? this.client().configs(files, changedTexts()) : [];
  }

  async samples(...place: Parameters<Inspections['samples']>): ReturnType<Inspections['samples']> {
    return isTrusted() ? this.client().samples(...place) : null;
  }

  /** Names that `tasks:` of a config may hold; `includePath`: the config's. */
  async taskNames(includePath: readonly string[]): ReturnType<Inspections['taskNames']> {
    return isTrusted() ? this.client().taskNames({ includePath, texts: changedTexts(), revision: this.revision }) : [];
  }

  /** What a name of `tasks:` stands for; null: nothing. */
  async task(name: string, includePath: readonly string[]): Promise<ListedTask | null> {
    if (!isTrusted()) return null;
    const { tasks } = await this.client().tasks({ includePath, texts: changedTexts(), revision: this.revision }, [name]);
    return tasks.find((task) => task.name === name) ?? null;
  }
}

/** YAML files that are open with changes: task files count as they are in the editor. */
function changedTexts(): CheckRequest['texts'] {
  return vscode.workspace.textDocuments.flatMap((document) =>
    document.isDirty && document.languageId === 'yaml' && document.uri.scheme === 'file' ? [[document.uri.fsPath, document.getText()] as const] : [],
  );
}
