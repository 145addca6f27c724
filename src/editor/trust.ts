import * as vscode from 'vscode';
import { warn } from './notices';

/**
 * Whether the person trusts this workspace: the one gate in front of everything that starts a process or looks beyond the text of
 * an open config.
 */
export function isTrusted(): boolean {
  return vscode.workspace.isTrusted;
}

/** The same for a command, which can be called where its button is disabled: says what is missing. */
export function mayRun(): boolean {
  if (isTrusted()) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  void warn(vscode.l10n.t('Running an evaluation needs a trusted workspace.'), manage).then((chosen) => {
    if (chosen === manage) void vscode.commands.executeCommand('workbench.trust.manage');
  });
  return false;
}
