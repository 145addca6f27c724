import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RunEvent } from '../../protocol/events';
import type { ToPanel } from '../../protocol/panel';
import { say } from '../translate';

type Strings = Extract<ToPanel, { type: 'strings' }>;

/** The page's own texts in the editor's language: `l10n/webview.<language>.json`. Without one it speaks English. */
export function pageStrings(extension: vscode.Uri): Strings {
  const locale = vscode.env.language;
  const file = vscode.Uri.joinPath(extension, `l10n/webview.${locale}.json`);
  try {
    return { type: 'strings', locale, strings: JSON.parse(readFileSync(file.fsPath, 'utf8')) as Strings['strings'] };
  } catch {
    return { type: 'strings', locale, strings: {} };
  }
}

/** Events carry English texts beside their codes; the page shows them in the editor's language. */
export function inEditorLanguage(event: RunEvent): RunEvent {
  switch (event.type) {
    case 'failed':
      return { ...event, error: { ...event.error, message: say(event.error.code, event.error.args) } };
    case 'warning':
      return { ...event, message: say(event.code, event.args) };
    default:
      return event;
  }
}
