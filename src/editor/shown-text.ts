import { plainText } from '../protocol/plain-text';

/** Enough for a notification; what is longer stands in the log. */
const mostShown = 1_000;

/**
 * Text that may hold names from files, as VS Code is to show it in notifications, tooltips, quick picks, lenses and the status bar:
 * one line without anything unseen, in which nothing reads as a link (`[Install](command:…)`) or as an icon (`$(error)`).
 */
export function shownText(text: string, most = mostShown): string {
  return plainText(text, most).replaceAll('](', '] (').replaceAll('$(', '$ (');
}

/** The same for a tooltip of several lines; empty ones are left out. */
export function shownLines(lines: readonly (string | null | undefined | false)[]): string {
  return lines.flatMap((line) => (line ? [shownText(line)] : [])).join('\n');
}
