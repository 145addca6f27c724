import * as vscode from 'vscode';
import { complain } from '../notices';

/** Where configs, task files and group files may be; which YAML file is one is decided by its name and content. */
export const evalSelector: vscode.DocumentSelector = [
  { language: 'yaml', scheme: 'file' },
  { pattern: '**/{*.eval.yaml,*.eval.yml,assay.yaml}', scheme: 'file' },
];

export const configGlob = '**/{*.eval.yaml,*.eval.yml,assay.yaml}';
/** Files whose change may change what is wrong with a config: data, weights, and task files that are not open, whatever stands before `yaml` in their names. */
const aroundGlob = '**/*{.jsonl,.json,.csv,.tsv,.txt,.parquet,.safetensors,yaml,.yml}';
/** A file that is being written changes many times. */
const settledMilliseconds = 1_000;

/** The folder whose checkpoints a bare task file runs on. */
export function workspaceOf(uri: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
  return folder?.uri.fsPath ?? vscode.Uri.joinPath(uri, '..').fsPath;
}

/** The text as it is now: in the editor where it is open, else on disk. */
export async function currentText(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open ? open.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** Saves the file where it is open with changes; false: it could not be saved, and that is said. */
export async function saved(uri: vscode.Uri): Promise<boolean> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (!open?.isDirty) return true;
  // Where it has been saved by itself meanwhile there is nothing left to save, and that is no failure.
  if ((await open.save()) || !open.isDirty) return true;
  void complain(vscode.l10n.t('{0} has unsaved changes and could not be saved.', vscode.workspace.asRelativePath(uri)));
  return false;
}

/** `<stem>.eval.yaml` in a folder, or with a number where that exists. */
export async function freeName(folder: vscode.Uri, stem: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(folder, `${stem}${number === 1 ? '' : `-${number}`}.eval.yaml`);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch {
      return uri;
    }
  }
}

/** Told when files around the configs have changed, `noticed` at once and `settled` when they have come to rest; what runs write is none of them. */
export function onDidChangeAround(noticed: () => void, settled: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(aroundGlob);
  let timer: NodeJS.Timeout | null = null;
  const changed = ({ path }: vscode.Uri): void => {
    if (/\/(\.assay|\.git|node_modules|\.venv)\//.test(path)) return;
    noticed();
    timer ??= setTimeout(() => {
      timer = null;
      settled();
    }, settledMilliseconds);
  };
  for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) event(changed);
  return new vscode.Disposable(() => {
    if (timer) clearTimeout(timer);
    watcher.dispose();
  });
}

/** Told for a file when no tab shows it any more. */
export function onDidCloseLastTab(told: (uri: vscode.Uri) => void): vscode.Disposable {
  const shownIn = (tab: vscode.Tab): vscode.Uri | null => (tab.input instanceof vscode.TabInputText ? tab.input.uri : null);
  return vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    const open = new Set(vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => shownIn(tab)?.toString()));
    for (const uri of closed.map(shownIn)) if (uri && !open.has(uri.toString())) told(uri);
  });
}
