import { define } from './define';
import { type EntityOptions, ENTITY_OPTIONS, entityReport } from './entities/score';
import { SCHEMES, type SchemeName } from './entities/schemes';
import type { GenerationOutcome, Metric } from './metric';
import { choice, flag, options } from './options';
import { comparedTexts } from './references';
import { PyError } from '../python/errors';
import { split } from '../python/string';

/**
 * F1 of entities over the corpus, as seqeval's micro average has it. Answer and target are tags between blanks (`B-PER I-PER O`); a document
 * whose answer has another number of tags has none right. Options: `mode` (default | strict), `scheme` (IOB1 … BILOU), `suffix`.
 */
function entityF1By(asked: EntityOptions): Metric<GenerationOutcome> {
  return {
    name: 'entity_f1',
    outputTypes: ['generate_until'],
    aggregation: 'entity_f1',
    higherIsBetter: true,
    form: 'score',
    value: (outcome) => {
      const { hypothesis, references } = comparedTexts('entity_f1', outcome);
      const [wanted, given] = [split(references[0] ?? '', null, -1), split(hypothesis, null, -1)];
      const fitting = given.length === wanted.length ? given : wanted.map(() => 'O');
      const counts = entityReport([wanted], [fitting], asked).counts;
      return { kind: 'counts', counts: [counts.hits, counts.predicted, counts.wanted] };
    },
    configure: (given) => {
      const keys = options('entity_f1', given, ['mode', 'scheme', 'suffix']);
      const scheme = given['scheme'] === undefined ? null : choice(keys, 'scheme', Object.keys(SCHEMES) as SchemeName[], 'IOB2');
      const mode = choice(keys, 'mode', ['default', 'strict'], 'default');
      // A document alone may not show which scheme all of them follow.
      if (mode === 'strict' && scheme === null) throw new PyError('ValueError', `option "scheme" is needed where mode is strict: one of ${Object.keys(SCHEMES).join(', ')}`);
      return entityF1By({ ...asked, mode, scheme, suffix: flag(keys, 'suffix') });
    },
  };
}

export const entityF1 = define<GenerationOutcome>(entityF1By(ENTITY_OPTIONS));
