import { define } from '../define';
import type { GenerationOutcome, Metric } from '../metric';
import { choice, options } from '../options';
import { comparedTexts } from '../references';
import { type AnswerScore, scoreBest } from './squad';

/** The best of the targets by SQuAD's rules, 0 … 1; `version` 1 or 2 (2: targets that normalise to nothing are left out, two empty answers agree). */
function answerBy(name: 'squad_exact' | 'squad_f1', part: keyof AnswerScore, version: 1 | 2): Metric<GenerationOutcome> {
  return {
    name,
    outputTypes: ['generate_until'],
    aggregation: 'mean',
    higherIsBetter: true,
    form: part === 'exact' ? 'proportion' : 'score',
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts(name, outcome);
      return { kind: 'number', value: scoreBest(hypothesis, references, version)[part] };
    },
    configure: (given) => answerBy(name, part, choice(options(name, { ...given, ...('version' in given && { version: String(given['version']) }) }, ['version']), 'version', ['1', '2'], '2') === '1' ? 1 : 2),
  };
}

export const squadExact = define<GenerationOutcome>(answerBy('squad_exact', 'exact', 2));
export const squadF1 = define<GenerationOutcome>(answerBy('squad_f1', 'f1', 2));
