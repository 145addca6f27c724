import { define } from '../define';
import type { GenerationOutcome, Metric } from '../metric';
import { choice, flag, options } from '../options';
import { comparedTexts } from '../references';
import { BLEU_TEXT, type BleuText, bleuStatistics } from './statistics';
import { TOKENIZERS, type TokenizerName } from './tokenizers';

/** BLEU over the corpus with sacrebleu's defaults. Its options say how texts are cut; the harness takes none. */
function bleuBy(text: BleuText): Metric<GenerationOutcome> {
  return {
    name: 'bleu',
    outputTypes: ['generate_until'],
    aggregation: 'bleu',
    higherIsBetter: true,
    form: 'score',
    signature: `case:${text.lowercase ? 'lc' : 'mixed'}|eff:no|tok:${text.tokenize}|smooth:exp`,
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts('bleu', outcome);
      return { kind: 'counts', counts: bleuStatistics(hypothesis, references, text) };
    },
    configure: (given) => {
      const asked = options('bleu', given, ['tokenize', 'lowercase']);
      return bleuBy({ ...text, tokenize: choice(asked, 'tokenize', Object.keys(TOKENIZERS) as TokenizerName[], text.tokenize), lowercase: flag(asked, 'lowercase') });
    },
  };
}

export const bleu = define<GenerationOutcome>(bleuBy(BLEU_TEXT));
