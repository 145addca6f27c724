/**
 * The English text of every problem and error, by code. `{name}` is replaced by `args.name`.
 * The editor translates by code (l10n/); nobody else formats text for people.
 * A message says what is wrong, and what to do about it. Each room keeps its own file under messages/.
 */
import { checkpointMessages } from './messages/checkpoint';
import { configMessages } from './messages/config';
import { datasetMessages } from './messages/dataset';
import { endpointMessages } from './messages/endpoint';
import { modelMessages } from './messages/model';
import { runMessages } from './messages/run';
import { taskMessages } from './messages/task';

export const messages = {
  internal: 'Something went wrong inside Assay: {message}',
  cancelled: 'Cancelled.',
  ...checkpointMessages,
  ...configMessages,
  ...datasetMessages,
  ...endpointMessages,
  ...modelMessages,
  ...runMessages,
  ...taskMessages,
} as const satisfies Record<string, string>;

export type MessageCode = keyof typeof messages;
export type MessageArgs = Readonly<Record<string, string | number>>;

/** Fills a template. Unknown placeholders stay visible, so a missing argument is seen in a test; a hint may be absent. */
export function fill(template: string, args: MessageArgs): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in args ? String(args[name]) : name === 'hint' ? '' : whole));
}

/** The English text of a message. */
export function describe(code: MessageCode, args: MessageArgs): string {
  return fill(messages[code], args);
}
