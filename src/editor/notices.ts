/** The one place where VS Code is asked to tell a person something, or to let them choose: every text on the way is made plain. */
import * as vscode from 'vscode';
import { shownText } from './shown-text';

/** A notification; the button that was pressed, if any. */
export function inform(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(shownText(text), ...buttons);
}

export function warn(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(shownText(text), ...buttons);
}

export function complain(text: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(shownText(text), ...buttons);
}

/** A whole number, 0 or more; undefined where the person gave none. */
export async function askNumber(prompt: string, proposed: number): Promise<number | undefined> {
  const isNumber = (text: string): boolean => /^\d{1,9}$/.test(text.trim());
  const validateInput = (text: string): string | null => (isNumber(text) ? null : vscode.l10n.t('A whole number, 0 or more.'));
  const given = await vscode.window.showInputBox({ prompt: shownText(prompt), value: String(proposed), validateInput });
  return given !== undefined && isNumber(given) ? Number(given) : undefined;
}

export type Choice<Value> = { readonly label: string; readonly description?: string; readonly detail?: string; readonly value: Value };

/** One of `choices`; undefined where the person chose none. */
export async function choose<Value>(placeHolder: string, choices: readonly Choice<Value>[]): Promise<Value | undefined> {
  const items = choices.map(({ label, description, detail, value }) => ({
    label: shownText(label),
    ...(description !== undefined && { description: shownText(description) }),
    ...(detail !== undefined && { detail: shownText(detail) }),
    value,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true }))?.value;
}
