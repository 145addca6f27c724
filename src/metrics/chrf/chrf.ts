import { define } from '../define';
import type { GenerationOutcome, Metric } from '../metric';
import { flag, options } from '../options';
import { comparedTexts } from '../references';
import { CHRF_TEXT, CHRF_WORDS_TEXT, type ChrfText, chrfStatistics } from './statistics';

/** chrF over the corpus with sacrebleu's defaults. Its options say how texts are cut; the harness takes none. */
function chrfBy(name: 'chrf' | 'chrf++', text: ChrfText): Metric<GenerationOutcome> {
  return {
    name,
    outputTypes: ['generate_until'],
    aggregation: name,
    higherIsBetter: true,
    form: 'score',
    signature: `case:${text.lowercase ? 'lc' : 'mixed'}|eff:yes|nc:6|nw:${name === 'chrf' ? 0 : 2}|space:${text.whitespace ? 'yes' : 'no'}`,
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts(name, outcome);
      return { kind: 'counts', counts: chrfStatistics(hypothesis, references, text) };
    },
    configure: (given) => {
      const asked = options(name, given, ['lowercase', 'whitespace']);
      return chrfBy(name, { ...text, lowercase: flag(asked, 'lowercase'), whitespace: flag(asked, 'whitespace') });
    },
  };
}

export const chrf = define<GenerationOutcome>(chrfBy('chrf', CHRF_TEXT));

/** With words of one and two beside the characters. */
export const chrfWords = define<GenerationOutcome>(chrfBy('chrf++', CHRF_WORDS_TEXT));
