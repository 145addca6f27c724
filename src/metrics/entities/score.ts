/** Precision, recall and F1 of entities (seqeval 1.2.2): a hit has the same place and type. */
import { PyError } from '../../python/errors';
import { chunks, type Entity } from './chunks';
import { detectedScheme, type SchemeName } from './schemes';
import { lettersOf, strictEntities } from './strict';

export type EntityOptions = {
  /** `strict` reads tags by a scheme, which is found from the right answers where none is named. */
  readonly mode: 'default' | 'strict';
  readonly scheme: SchemeName | null;
  /** The letter stands at the end of a tag. */
  readonly suffix: boolean;
  /** What 0/0 gives. */
  readonly zeroDivision: 0 | 1;
};

export const ENTITY_OPTIONS: EntityOptions = { mode: 'default', scheme: null, suffix: false, zeroDivision: 0 };

export type EntityScore = { readonly precision: number; readonly recall: number; readonly f1: number; readonly support: number };

export type EntityReport = {
  /** Entities that are right, predicted and wanted, of all types. */
  readonly counts: Counts;
  /** By type, in the order of their names. */
  readonly types: ReadonlyMap<string, EntityScore>;
  readonly micro: EntityScore;
  /** Mean over types; NaN where there is no entity at all. */
  readonly macro: EntityScore;
  /** Mean over types by support. */
  readonly weighted: EntityScore;
  /** Of tags. */
  readonly accuracy: number;
};

type Sequences = readonly (readonly string[])[];
export type Counts = { readonly hits: number; readonly predicted: number; readonly wanted: number };

/** Throws PyError for sequences that are not of the same lengths, and for tags that cannot be read. */
export function entityReport(wanted: Sequences, predicted: Sequences, options: EntityOptions = ENTITY_OPTIONS): EntityReport {
  const lengths = (sequences: Sequences): string => sequences.map(({ length }) => length).join(', ');
  if (lengths(wanted) !== lengths(predicted)) throw new PyError('ValueError', `Found input variables with inconsistent numbers of samples: [${lengths(wanted)}] and [${lengths(predicted)}]`);
  const { zeroDivision } = options;
  const [theirs, ours] = entitiesOf(wanted, predicted, options);
  const counts = countsByType(theirs, ours);
  const types = new Map(Array.from(counts, ([type, one]) => [type, scored(one, zeroDivision)]));
  const total = Array.from(counts.values()).reduce((sum, one) => ({ hits: sum.hits + one.hits, predicted: sum.predicted + one.predicted, wanted: sum.wanted + one.wanted }), { hits: 0, predicted: 0, wanted: 0 });
  const scores = Array.from(types.values());
  return {
    counts: total,
    types,
    micro: scored(total, zeroDivision),
    macro: averaged(scores, scores.map(() => 1), total.wanted),
    weighted: total.wanted > 0 ? averaged(scores, scores.map(({ support }) => support), total.wanted) : unsupported(total.predicted === 0 ? zeroDivision : 0, zeroDivision),
    accuracy: accuracyOf(wanted, predicted),
  };
}

function entitiesOf(wanted: Sequences, predicted: Sequences, { mode, scheme, suffix }: EntityOptions): [Entity[], Entity[]] {
  if (mode === 'default') return [chunks(wanted, suffix), chunks(predicted, suffix)];
  const found = scheme ?? detectedScheme(lettersOf(wanted, suffix));
  return [strictEntities(wanted, found, suffix), strictEntities(predicted, found, suffix)];
}

function countsByType(wanted: readonly Entity[], predicted: readonly Entity[]): Map<string, Counts> {
  const keyOf = ({ sequence, start, end }: Entity): string => `${sequence} ${start} ${end}`;
  const byType = (entities: readonly Entity[]): Map<string, Set<string>> => {
    const keys = new Map<string, Set<string>>();
    for (const entity of entities) keys.set(entity.type, (keys.get(entity.type) ?? new Set()).add(keyOf(entity)));
    return keys;
  };
  const [theirs, ours] = [byType(wanted), byType(predicted)];
  const types = Array.from(new Set([...theirs.keys(), ...ours.keys()])).sort();
  return new Map(
    types.map((type) => {
      const [right, given] = [theirs.get(type) ?? new Set<string>(), ours.get(type) ?? new Set<string>()];
      return [type, { hits: Array.from(given).filter((key) => right.has(key)).length, predicted: given.size, wanted: right.size }];
    }),
  );
}

function scored({ hits, predicted, wanted }: Counts, zeroDivision: number): EntityScore {
  const precision = predicted === 0 ? zeroDivision : hits / predicted;
  const recall = wanted === 0 ? zeroDivision : hits / wanted;
  return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall), support: wanted };
}

function averaged(scores: readonly EntityScore[], weights: readonly number[], support: number): EntityScore {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (score: EntityScore) => number): number => scores.reduce((sum, score, index) => sum + of(score) * (weights[index] ?? 0), 0) / total;
  return { precision: mean(({ precision }) => precision), recall: mean(({ recall }) => recall), f1: mean(({ f1 }) => f1), support };
}

function unsupported(nothingPredicted: number, zeroDivision: number): EntityScore {
  return { precision: nothingPredicted, recall: zeroDivision, f1: nothingPredicted, support: 0 };
}

/** NaN of no tags. */
function accuracyOf(wanted: Sequences, predicted: Sequences): number {
  const [theirs, ours] = [wanted.flat(), predicted.flat()];
  return theirs.filter((tag, place) => tag === ours[place]).length / theirs.length;
}
