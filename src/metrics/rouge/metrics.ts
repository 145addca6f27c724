import { define } from '../define';
import type { GenerationOutcome, Metric } from '../metric';
import { flag, options } from '../options';
import { comparedTexts } from '../references';
import { rougeBest, type RougeType } from './rouge';

/** F of the target that fits best, 0 … 1, as rouge_score has it; `use_stemmer` as there. The harness has no such metric: its tasks compute their own. */
function rougeBy(type: RougeType, stem: boolean): Metric<GenerationOutcome> {
  return {
    name: type,
    outputTypes: ['generate_until'],
    aggregation: 'mean',
    higherIsBetter: true,
    form: 'score',
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts(type, outcome);
      return { kind: 'number', value: rougeBest(type, references, hypothesis, stem).fmeasure };
    },
    configure: (given) => rougeBy(type, flag(options(type, given, ['use_stemmer']), 'use_stemmer')),
  };
}

export const rouge1 = define<GenerationOutcome>(rougeBy('rouge1', false));
export const rouge2 = define<GenerationOutcome>(rougeBy('rouge2', false));
export const rougeL = define<GenerationOutcome>(rougeBy('rougeL', false));
export const rougeLsum = define<GenerationOutcome>(rougeBy('rougeLsum', false));
