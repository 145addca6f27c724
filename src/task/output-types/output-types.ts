import type { OutputType } from '../../config/definition';
import { generateUntil } from './generate-until';
import { loglikelihood } from './loglikelihood';
import { loglikelihoodRolling } from './loglikelihood-rolling';
import { multipleChoice } from './multiple-choice';
import type { OutputTypeRules } from './output-type';

export const outputTypes: Readonly<Record<OutputType, OutputTypeRules>> = {
  multiple_choice: multipleChoice,
  loglikelihood,
  loglikelihood_rolling: loglikelihoodRolling,
  generate_until: generateUntil,
};
