import { define } from '../define';
import type { GenerationOutcome, Metric } from '../metric';
import { flag, options } from '../options';
import { comparedTexts } from '../references';
import { terStatistics } from './statistics';
import { TER_TEXT, type TerText } from './tokenize';

/** Translation edit rate over the corpus with sacrebleu's defaults. Its options say how texts are cut; the harness takes none. */
function terBy(text: TerText): Metric<GenerationOutcome> {
  return {
    name: 'ter',
    outputTypes: ['generate_until'],
    aggregation: 'ter',
    higherIsBetter: false,
    form: 'score',
    signature: `case:${text.caseSensitive ? 'mixed' : 'lc'}|tok:tercom|norm:${text.normalized ? 'yes' : 'no'}|punct:${text.noPunct ? 'no' : 'yes'}|asian:${text.asianSupport ? 'yes' : 'no'}`,
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts('ter', outcome);
      return { kind: 'counts', counts: terStatistics(hypothesis, references, text) };
    },
    configure: (given) => {
      const asked = options('ter', given, ['normalized', 'no_punct', 'asian_support', 'case_sensitive']);
      return terBy({ normalized: flag(asked, 'normalized'), noPunct: flag(asked, 'no_punct'), asianSupport: flag(asked, 'asian_support'), caseSensitive: flag(asked, 'case_sensitive') });
    },
  };
}

export const ter = define<GenerationOutcome>(terBy(TER_TEXT));
