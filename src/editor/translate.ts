import * as vscode from 'vscode';
import type { SerializedError } from '../protocol/errors';
import { messages, type MessageArgs, type MessageCode } from '../protocol/messages';

/** A message in the editor's language; its English template is the key of the translation. */
export function say(code: MessageCode, args: MessageArgs): string {
  return vscode.l10n.t(messages[code], { hint: '', ...args });
}

/** An error with where it happened, where that is known. */
export function sayError(error: SerializedError): string {
  const text = say(error.code, error.args);
  return error.place.file === undefined ? text : `${text} (${vscode.workspace.asRelativePath(error.place.file)})`;
}
