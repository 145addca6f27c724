/** BLEU, chrF and TER are sacrebleu 2.6.0's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bleu, BLEU_FORMULA, type BleuFormula, type Smoothing } from '../../src/metrics/bleu/score';
import { bleuStatistics, type BleuText } from '../../src/metrics/bleu/statistics';
import { TOKENIZERS, type TokenizerName } from '../../src/metrics/bleu/tokenizers';
import { chrf } from '../../src/metrics/chrf/score';
import { chrfStatistics } from '../../src/metrics/chrf/statistics';
import { ter, terStatistics } from '../../src/metrics/ter/statistics';
import { type TerText, terWords } from '../../src/metrics/ter/tokenize';
import { type Case, casesOf, close, maybe, raises, the } from './cases';

type References = readonly (readonly (string | null)[])[];

/** Sums over the documents of a case; a reference that is missing is left out. */
function summed({ inputs }: Case, statistics: (hypothesis: string, references: readonly string[]) => readonly number[]): number[] {
  const references = the<References>(inputs, 'references').map((some) => some.filter((one) => one !== null));
  const rows = the<readonly string[]>(inputs, 'hypotheses').map((hypothesis, index) => statistics(hypothesis, references[index] ?? []));
  return (rows[0] ?? []).map((_, place) => rows.reduce((total, row) => total + (row[place] ?? NaN), 0));
}

const terText = ({ options }: Case): TerText => ({
  normalized: maybe(options, 'normalized', false),
  noPunct: maybe(options, 'no_punct', false),
  asianSupport: maybe(options, 'asian_support', false),
  caseSensitive: maybe(options, 'case_sensitive', false),
});

for (const item of casesOf('tokenize')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const name = the<string>(item.options, 'tokenizer');
    const tokens = the<readonly string[]>(item.inputs, 'texts').map((text) => (name === 'ter' ? terWords(text, terText(item)) : TOKENIZERS[name as TokenizerName](text)));
    assert.deepEqual(tokens, the(item.expected, 'tokens'));
  });
}

const SMOOTH_VALUES: Readonly<Record<Smoothing, number>> = { exp: 0, floor: 0.1, 'add-k': 1, none: 0 };

for (const item of casesOf('bleu')) {
  // A document needs a reference; what a task gives is looked at before (references.ts).
  if (raises(item)) continue;
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const { options, expected } = item;
    const text: BleuText = { tokenize: maybe(options, 'tokenize', '13a'), lowercase: maybe(options, 'lowercase', false), maxOrder: maybe(options, 'max_ngram_order', 4) };
    const smoothing = maybe<Smoothing>(options, 'smooth_method', 'exp');
    const formula: BleuFormula = {
      smoothing,
      smoothValue: maybe(options, 'smooth_value', SMOOTH_VALUES[smoothing]),
      effectiveOrder: maybe(options, 'effective_order', options['level'] === 'sentence'),
    };
    const sums = summed(item, (hypothesis, references) => bleuStatistics(hypothesis, references, text));
    const { score, matches, totals, precisions, brevityPenalty } = bleu(sums, formula);
    const { score: wanted, counts, totals: all, precisions: percent, bp, sys_len, ref_len } = expected;
    close({ score, matches, totals, precisions, brevityPenalty, lengths: sums.slice(0, 2) }, { score: wanted, matches: counts, totals: all, precisions: percent, brevityPenalty: bp, lengths: [sys_len, ref_len] } as never, item.id);
  });
}

for (const item of casesOf('bleu_truthfulqa')) {
  test(item.id, () => {
    const sums = bleuStatistics(the(item.inputs, 'prediction'), [the(item.inputs, 'reference')], { tokenize: 'intl', lowercase: false, maxOrder: 4 });
    close(bleu(sums, { ...BLEU_FORMULA, smoothing: 'exp' }).score, the(item.expected, 'score'), item.id);
  });
}

for (const item of casesOf('chrf')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const { options } = item;
    const text = { charOrder: maybe(options, 'char_order', 6), wordOrder: maybe(options, 'word_order', 0), lowercase: maybe(options, 'lowercase', false), whitespace: maybe(options, 'whitespace', false) };
    const formula = { beta: maybe(options, 'beta', 2), epsSmoothing: maybe(options, 'eps_smoothing', false) };
    close(chrf(summed(item, (hypothesis, references) => chrfStatistics(hypothesis, references, text, formula)), formula), the(item.expected, 'score'), item.id);
  });
}

for (const item of casesOf('ter')) {
  test(`${item.id} ${JSON.stringify(item.options)}`, () => {
    const sums = summed(item, (hypothesis, references) => terStatistics(hypothesis, references, terText(item)));
    const { score, num_edits, ref_length } = item.expected;
    close([ter(sums), ...sums], [score, num_edits, ref_length] as never, item.id);
  });
}
