/** Porter's stemmer as nltk 3.10.3 has it (Porter 1980, with nltk's additions). */
import { contains, endsInClosed, endsInDouble, isConsonant, measure } from './porter-measure';

/** What comes off, what comes on, and when; the first suffix that fits decides, also where its condition fails. */
type Rule = readonly [suffix: string, replacement: string, condition?: (stem: string, word: string) => boolean];

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'], ['skies', 'sky'], ['dying', 'die'], ['lying', 'lie'], ['tying', 'tie'], ['news', 'news'],
  ['inning', 'inning'], ['innings', 'inning'], ['outing', 'outing'], ['outings', 'outing'], ['canning', 'canning'], ['cannings', 'canning'],
  ['howe', 'howe'], ['proceed', 'proceed'], ['exceed', 'exceed'], ['succeed', 'succeed'],
]);

/** Of a word in lower case. */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined || word.length <= 2) return irregular ?? word;
  return [plural, participle, final, doubled, derived, longDerived, silent].reduce((stem, step) => step(stem), word);
}

function applied(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const stem = without(word, suffix);
  return condition === undefined || condition(stem, word) ? stem + replacement : word;
}

function without(word: string, suffix: string): string {
  return word.slice(0, word.length - suffix.length);
}

const positive = (stem: string): boolean => measure(stem) > 0;
const long = (stem: string): boolean => measure(stem) > 1;

/** 1a */
function plural(word: string): string {
  if (word.length === 4 && word.endsWith('ies')) return word.slice(0, -1);
  return applied(word, [['sses', 'ss'], ['ies', 'i'], ['ss', 'ss'], ['s', '']]);
}

/** 1b */
function participle(word: string): string {
  if (word.endsWith('ied')) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith('eed')) return applied(word, [['eed', 'ee', positive]]);
  const suffix = ['ed', 'ing'].find((one) => word.endsWith(one) && contains(without(word, one)));
  if (suffix === undefined) return word;
  const stem = without(word, suffix);
  if (['at', 'bl', 'iz'].some((end) => stem.endsWith(end))) return `${stem}e`;
  if (endsInDouble(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsInClosed(stem) ? `${stem}e` : stem;
}

/** 1c */
function final(word: string): string {
  return applied(word, [['y', 'i', (stem) => stem.length > 1 && isConsonant(stem, stem.length - 1)]]);
}

const DOUBLED: readonly Rule[] = [
  ['ational', 'ate', positive], ['tional', 'tion', positive], ['enci', 'ence', positive], ['anci', 'ance', positive], ['izer', 'ize', positive],
  ['bli', 'ble', positive], ['alli', 'al', positive], ['entli', 'ent', positive], ['eli', 'e', positive], ['ousli', 'ous', positive],
  ['ization', 'ize', positive], ['ation', 'ate', positive], ['ator', 'ate', positive], ['alism', 'al', positive], ['iveness', 'ive', positive],
  ['fulness', 'ful', positive], ['ousness', 'ous', positive], ['aliti', 'al', positive], ['iviti', 'ive', positive], ['biliti', 'ble', positive],
  ['fulli', 'ful', positive], ['logi', 'log', (_, word) => positive(word.slice(0, -3))],
];

/** 2 */
function doubled(word: string): string {
  if (word.endsWith('alli') && positive(without(word, 'alli'))) return doubled(without(word, 'li'));
  return applied(word, DOUBLED);
}

/** 3 */
function derived(word: string): string {
  return applied(word, [['icate', 'ic', positive], ['ative', '', positive], ['alize', 'al', positive], ['iciti', 'ic', positive], ['ical', 'ic', positive], ['ful', '', positive], ['ness', '', positive]]);
}

const LONG_DERIVED: readonly Rule[] = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent'].map((suffix): Rule => [suffix, '', long]),
  ['ion', '', (stem) => long(stem) && /[st]$/.test(stem)],
  ...['ou', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize'].map((suffix): Rule => [suffix, '', long]),
];

/** 4 */
function longDerived(word: string): string {
  return applied(word, LONG_DERIVED);
}

/** 5a and 5b */
function silent(word: string): string {
  const open = applied(word, [['e', '', (stem) => long(stem) || (measure(stem) === 1 && !endsInClosed(stem))]]);
  return applied(open, [['ll', 'l', (_, whole) => long(whole.slice(0, -1))]]);
}
