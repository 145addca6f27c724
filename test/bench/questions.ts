import type { EncodedRequest } from '../../src/model/local/encode';

/** Token ids that look like no pattern; which ones they are does not matter for speed. */
const token = (index: number): number => (index * 7919 + 13) % 2000;
export const tokens = (start: number, length: number): number[] => Array.from({ length }, (_, index) => token(start + index));

export type QuestionShape = {
  readonly documents: number;
  /** Tokens that all documents begin with. */
  readonly examples: number;
  /** Tokens of a question, at least; up to six more, so that lengths differ. */
  readonly question: number;
  readonly choices: number;
  /** Tokens of a choice. */
  readonly choice: number;
};

/** The encoded requests of a multiple-choice task: one for each choice of each document. */
export function questions({ documents, examples, question, choices, choice }: QuestionShape): EncodedRequest[] {
  const head = tokens(0, examples);
  return Array.from({ length: documents }, (_, document) => {
    const context = [...head, ...tokens(document * 997 + 5000, question + (document % 7))];
    return Array.from({ length: choices }, (_each, index): EncodedRequest => {
      const targets = tokens(document * 31 + index * 7 + 90_000, choice);
      return {
        request: { kind: 'loglikelihood', id: `${document}/${index}`, context: String(document), continuation: '' },
        sequences: [{ fed: [...context, ...targets.slice(0, -1)], targets }],
        truncated: 0,
      };
    });
  }).flat();
}

/** Windows of a long text, each token scored once. */
export function rolling(windows: number, window: number): EncodedRequest[] {
  return Array.from({ length: windows }, (_, index) => {
    const text = tokens(index * window, window + 1);
    return { request: { kind: 'loglikelihood_rolling', id: String(index), text: '' }, sequences: [{ fed: text.slice(0, -1), targets: text.slice(1) }], truncated: 0 };
  });
}
