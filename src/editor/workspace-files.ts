/** Files of the workspace by name. The editor's own search follows links, also one that leads to the whole disk, and then does not end. */
import * as vscode from 'vscode';
import { isTrusted } from './trust';

const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', '.git', '.assay', '.venv']);

/** Folders that are looked into, nearest first; the rest of a larger workspace stays unlisted. Linked: those reached by a link. */
const mostFolders = 20_000;
const mostLinked = 500;

/**
 * Files whose names `matches` says yes to, at most `most` of them, by path. Folders that are links come after all others, and only in a trusted
 * workspace: what lies outside of it is not touched before. What cannot be read is left out.
 */
export async function workspaceFiles(matches: (name: string) => boolean, most = Infinity): Promise<vscode.Uri[]> {
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const own = await searched(roots, mostFolders, matches, most);
  // A link below a link may go round in circles.
  const linked = isTrusted() && own.files.length < most ? await searched(own.links, mostLinked, matches, most - own.files.length) : { files: [] };
  return [...own.files, ...linked.files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

type Found = { readonly files: vscode.Uri[]; readonly links: vscode.Uri[] };

async function searched(roots: readonly vscode.Uri[], mostLooked: number, matches: (name: string) => boolean, most: number): Promise<Found> {
  const files: vscode.Uri[] = [];
  const links: vscode.Uri[] = [];
  const folders = [...roots];
  for (let looked = 0; looked < Math.min(folders.length, mostLooked); looked++) {
    const folder = folders[looked];
    if (folder === undefined) break;
    for (const [name, type] of await entriesOf(folder)) {
      const isLink = (type & vscode.FileType.SymbolicLink) !== 0;
      if (type & vscode.FileType.Directory) {
        if (!ignoredFolders.has(name)) (isLink ? links : folders).push(vscode.Uri.joinPath(folder, name));
      } else if (type & vscode.FileType.File && matches(name) && files.push(vscode.Uri.joinPath(folder, name)) >= most) return { files, links };
    }
  }
  return { files, links };
}

async function entriesOf(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
