import path from 'node:path';
import * as vscode from 'vscode';
import { isConfigName } from '../../config/config-kind';
import { currentText, saved } from '../config/eval-documents';
import { requestFor } from './eval-request';
import type { Asked, Evaluations } from './evaluations';
import type { Outlined, OutlineEntry } from '../../config/outline';
import type { ParsedConfigs } from '../config/parsed-configs';
import type { PerplexityChoice } from './perplexity-choice';
import type { WorkspaceConfigs } from '../views/workspace-configs';
import { choose, complain, inform, warn } from '../notices';
import { mayRun } from '../trust';

/** What a lens, a tree or a menu passes along: a file, or something in a tree that belongs to one. */
export type Target = vscode.Uri | { readonly uri: vscode.Uri; readonly entry?: { readonly configPath: string } | null } | undefined;

export type RunCommandsParts = {
  readonly evaluations: Evaluations;
  readonly configs: WorkspaceConfigs;
  readonly parsed: ParsedConfigs;
  readonly perplexity: PerplexityChoice;
  /** Brings the results where they can be seen, without taking the focus. */
  readonly reveal: () => void;
};

/** `assay.run`, `assay.runTask` and `assay.resume`: from a lens, a tree, a menu or the palette to a queued evaluation. */
export class RunCommands {
  private readonly toldOutside = new Set<string>();

  constructor(private readonly parts: RunCommandsParts) {}

  /** The given config, else the open one, else a choice of the workspace's, else perplexity of a text. */
  async run(target: Target): Promise<void> {
    if (!mayRun()) return;
    const uri = uriOf(target) ?? this.openConfig();
    if (uri) return this.start(uri, null);
    const configs = await this.parts.configs.list();
    if (configs.length === 0) {
      const asked = await this.parts.perplexity.ask();
      if (asked) this.queue(asked);
      return;
    }
    const chosen = await this.pickConfig(configs.map((config) => config.uri));
    if (chosen) await this.start(chosen, null);
  }

  /** One entry of a config's `tasks:`. */
  async runTask(target: Target, configPath: string | undefined): Promise<void> {
    if (!mayRun()) return;
    const chosen = await this.chooseEntry(target, configPath);
    if (chosen) await this.start(chosen.uri, chosen.configPath === '' ? null : chosen.configPath);
  }

  /** The entry that is named, else one of the open config's, else one of a config that is chosen; of a task or group file '', the whole. */
  async chooseEntry(target: Target, configPath: string | undefined): Promise<{ readonly uri: vscode.Uri; readonly configPath: string } | null> {
    const uri = uriOf(target) ?? this.openConfig() ?? (await this.pickConfig((await this.parts.configs.list()).map((config) => config.uri)));
    if (!uri) return null;
    const inTree = target && 'entry' in target ? target.entry?.configPath : undefined;
    const path = configPath ?? inTree ?? (await this.pickTask(uri));
    return path === undefined ? null : { uri, configPath: path };
  }

  async resume(asked: Asked | null = null): Promise<void> {
    if (!mayRun()) return;
    const earlier = asked ?? this.parts.evaluations.resumable;
    const resumed = earlier && (await this.whereItStands(earlier));
    if (!resumed) return;
    this.tellWaiting(resumed.title, this.parts.evaluations.resume(resumed));
    this.parts.reveal();
  }

  private async start(uri: vscode.Uri, onlyEntry: string | null): Promise<void> {
    if (uri.scheme !== 'file') {
      void complain(vscode.l10n.t('An evaluation needs its config and checkpoints on a disk: {0}', uri.toString()));
      return;
    }
    if (!(await saved(uri))) return;
    const { config } = this.parts.parsed.read(uri.fsPath, await currentText(uri));
    this.tellOutside(uri, config.outputPath);
    const entry = onlyEntry === null ? null : entryAt(await this.outline(uri), onlyEntry);
    this.queue({ title: titleOf(uri, entry), request: requestFor(uri, onlyEntry), entry: entry?.digest ?? null });
  }

  /** Results that leave the workspace are said, once for each place. */
  private tellOutside(uri: vscode.Uri, output: string): void {
    const isInside = (vscode.workspace.workspaceFolders ?? []).some((folder) => {
      const way = path.relative(folder.uri.fsPath, output);
      return !way.startsWith('..') && !path.isAbsolute(way);
    });
    if (isInside || this.toldOutside.has(output)) return;
    this.toldOutside.add(output);
    void inform(vscode.l10n.t('{0} writes its results outside this workspace: {1}', vscode.workspace.asRelativePath(uri), output));
  }

  /** The one entry that was asked for may have moved since; null, and said, where it asks something else by now. */
  private async whereItStands(asked: Asked): Promise<Asked | null> {
    const [config] = asked.request.configs;
    const { onlyEntry } = asked.request;
    if (config === undefined || onlyEntry === undefined || !asked.entry) return asked;
    const outlined = await this.outline(vscode.Uri.file(config));
    const entries = typeof outlined === 'string' ? [] : outlined.entries.filter(({ digest }) => digest === asked.entry);
    const entry = entries.find(({ configPath }) => configPath === onlyEntry) ?? entries[0];
    if (entry) return { ...asked, request: { ...asked.request, onlyEntry: entry.configPath } };
    void warn(vscode.l10n.t('{0} was changed since: its config asks something else by now. Run it anew.', asked.title));
    return null;
  }

  private async outline(uri: vscode.Uri): Promise<Outlined> {
    return this.parts.parsed.outline(uri.fsPath, await currentText(uri));
  }

  private queue(asked: Asked): void {
    this.tellWaiting(asked.title, this.parts.evaluations.start(asked));
    this.parts.reveal();
  }

  private tellWaiting(title: string, before: string | null): void {
    if (before !== null) void inform(vscode.l10n.t('{0} waits until {1} has ended.', title, before));
  }

  private openConfig(): vscode.Uri | null {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || document.uri.scheme !== 'file') return null;
    if (isConfigName(document.uri.path)) return document.uri;
    return document.languageId === 'yaml' && typeof this.parts.parsed.outline(document.uri.fsPath, document.getText()) !== 'string' ? document.uri : null;
  }

  private async pickConfig(uris: readonly vscode.Uri[]): Promise<vscode.Uri | null> {
    if (uris.length <= 1) return uris[0] ?? null;
    const items = uris.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), value: uri }));
    return (await choose(vscode.l10n.t('Which evaluation?'), items)) ?? null;
  }

  private async pickTask(uri: vscode.Uri): Promise<string | undefined> {
    const outlined = await this.outline(uri);
    if (typeof outlined === 'string') return undefined;
    if (outlined.kind !== 'eval') return '';
    if (outlined.entries.length === 0) return undefined;
    const items = outlined.entries.map((entry) => ({ label: entry.label, value: entry.configPath }));
    return choose(vscode.l10n.t('Which task?'), items);
  }
}

function entryAt(outlined: Outlined, configPath: string): OutlineEntry | null {
  return typeof outlined === 'string' ? null : (outlined.entries.find((entry) => entry.configPath === configPath) ?? null);
}

function titleOf(uri: vscode.Uri, entry: OutlineEntry | null): string {
  const name = uri.path.split('/').at(-1)?.replace(/(\.eval)?\.ya?ml$/, '') ?? '';
  return entry ? `${name} · ${entry.label}` : name;
}

function uriOf(target: Target): vscode.Uri | null {
  if (!target) return null;
  return target instanceof vscode.Uri ? target : target.uri;
}
