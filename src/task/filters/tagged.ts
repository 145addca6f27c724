/** Answers that name parts of a text with their labels (lm-evaluation-harness 0.4.13, filters `format_span` and `regex_pos`). */
import { iterate } from '../../python/compare';
import { PyError } from '../../python/errors';
import { repr } from '../../python/print';
import { PyPattern } from '../../python/regex';
import { strip } from '../../python/string';
import { PyTuple, type PyValue } from '../../python/value';
import { eachAnswer, type Filter, type FilterMaker, knownKeys, plain, requireText, textOption, wholeNumberOption } from './filter';

/** In the order in which they are rewritten: what an earlier one left is seen by the later ones. */
const LABELS: readonly (readonly [written: string, label: string])[] = [
  ['person', 'PER'], ['location', 'LOC'], ['organization', 'ORG'], ['counties', 'LOC'], ['places', 'LOC'], ['people', 'PER'], ['persons', 'PER'],
  ['company', 'ORG'], ['country', 'LOC'], ['continent', 'LOC'], ['time', 'DATE'], ['date', 'DATE'], ['per', 'PER'], ['loc', 'LOC'], ['org', 'ORG'],
];
const RENAMED = LABELS.map(([written, label]) => ({ pattern: new PyPattern(`\\b${written}\\s*:`), label: `${label}:` }));
const ENTITIES = new PyPattern('\\b(PER|LOC|ORG|DATE):\\s*([^$]+)');

/** `Person: Ada, Bob $$ location: none` becomes `per: ada $ per: bob`. */
export const formatSpan: FilterMaker = plain(eachAnswer((answer) => entitiesIn(withShortLabels(requireText(answer, 'lower').toLowerCase()))));

function withShortLabels(text: string): string {
  const renamed = RENAMED.reduce((left, { pattern, label }) => pattern.sub(label, left, 0), text);
  return strip(renamed.replaceAll('$$', '$'), '$', 'right');
}

function entitiesIn(text: string): string {
  const found = ENTITIES.findAll(strip(text.replaceAll('\n', '$'), null, 'both')).flatMap((match) => {
    const [label, values] = match instanceof PyTuple ? (match.items as string[]) : [];
    const entities = (values ?? '').split(',').map((entity) => strip(entity, null, 'both'));
    return entities.filter((entity) => entity !== 'none').map((entity) => `${(label ?? '').toLowerCase()}: ${entity}`);
  });
  return found.join(' $ ');
}

const TAGGED = new PyPattern("\\('([^']*)', '([^']*)'\\)");

/** The tags of `[('I', 'PRON'), …]`, else the fallback. The harness checks its pattern and group and then uses neither. */
export const regexPos: FilterMaker = (options): Filter => {
  knownKeys(options, ['regex_pattern', 'group_select', 'fallback']);
  new PyPattern(textOption(options, 'regex_pattern', "\\['(.*?)'\\]"));
  wholeNumberOption(options, 'group_select', 0n);
  const fallback = options['fallback'] ?? ['invalid'];
  return eachAnswer((answer) => {
    const pairs: Iterable<PyValue> = typeof answer === 'string' ? TAGGED.findAll(answer) : iterate(answer);
    const tags = [...pairs].map(secondOf);
    return tags.length > 0 ? tags : fallback;
  });
};

function secondOf(pair: PyValue): PyValue {
  const [, tag, ...more] = iterate(pair);
  if (tag === undefined || more.length > 0) throw new PyError('ValueError', `a tagged word is a pair, not ${repr(pair)}`);
  return tag;
}
