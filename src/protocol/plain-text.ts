/**
 * Text from files, as text: a name of a task or a checkpoint, a message that quotes a config, a line of data. What would steer a
 * terminal, turn the order of what is read, or hide, goes; what is left is one line.
 */

/** Line breaks, tabs and separators part words. */
const breaks = /[\t-\r\u0085\u2028\u2029]+/gu;

/**
 * Controls (C0, DEL, C1), marks that turn the direction of text or embed another, characters of no width or for fillers,
 * invisible operators, interlinear marks, tags, and halves of surrogate pairs.
 */
const unseen = /[\p{Cc}\p{Cs}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]+/gu;

/**
 * `text` without anything that is not seen, in one line, at most `most` UTF-16 units long; what is cut ends in `…`.
 * Letters of every script stay as they are.
 */
export function plainText(text: string, most: number): string {
  // A name of megabytes costs no more than what is shown of it.
  const part = text.length > 4 * most + 64 ? text.slice(0, 4 * most + 64) : text;
  const clean = part.replace(breaks, ' ').replace(unseen, '');
  if (clean.length <= most && part.length === text.length) return clean;
  const cut = clean.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut}\u2026`.slice(0, most);
}
