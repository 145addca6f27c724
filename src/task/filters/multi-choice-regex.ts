/** The letter of an answered choice, `(A)` (lm-evaluation-harness 0.4.13, MultiChoiceRegexFilter): by a pattern, else by a choice's own text, else by `: A`. */
import { iterate } from '../../python/compare';
import { PyError } from '../../python/errors';
import { PyPattern } from '../../python/regex';
import { strip } from '../../python/string';
import { codePointCount } from '../../python/unicode';
import { type Doc, PyTuple, type PyValue } from '../../python/value';
import { type Filter, type FilterMaker, flagOption, knownKeys, requireText, textOption, wholeNumberOption } from './filter';
import { DEFAULT_FALLBACK, DEFAULT_PATTERN, selectedMatch } from './regex';

/** Unicode categories P*, as `str.translate` deletes them. */
const PUNCTUATION = /\p{P}/gu;
/** What Python's `re.escape` puts a backslash before. */
const SPECIAL = /[()[\]{}?*+\-|^$\\.&~#\s]/g;

export const multiChoiceRegex: FilterMaker = (options): Filter => {
  knownKeys(options, ['regex_pattern', 'group_select', 'fallback', 'ignore_case', 'ignore_punctuation', 'regexes_to_ignore']);
  const pattern = new PyPattern(textOption(options, 'regex_pattern', DEFAULT_PATTERN));
  const select = wholeNumberOption(options, 'group_select', 0n);
  const fallback = options['fallback'] ?? DEFAULT_FALLBACK;
  const ignores = ignoredBy(options);
  return (answers, doc) => {
    const choices = new Choices(doc, ignores);
    return [...iterate(answers)].map((answer) => {
      const text = typeof answer === 'string' ? answer : '';
      const byPattern = found(selectedMatch(pattern, text, select), new Map());
      if (byPattern !== '') return byPattern;
      const byText = found(selectedMatch(choices.texts, ignores(requireText(answer, 'lower')), select), choices.letterOfText);
      if (byText !== '') return byText;
      const byLetter = found(selectedMatch(choices.letters, text, select), choices.letterOfLetter);
      return byLetter === '' ? fallback : byLetter;
    });
  };
};

/** A document's choices as patterns, with the letters they stand for. */
class Choices {
  readonly texts: PyPattern;
  readonly letters: PyPattern;
  readonly letterOfText = new Map<string, string>();
  readonly letterOfLetter = new Map<string, string>();

  constructor(doc: Doc, ignores: (text: string) => string) {
    const choices = doc.get('choices');
    if (choices === undefined) throw new PyError('KeyError', "'choices': multi_choice_regex needs a column of that name");
    const sources: string[] = [];
    const letters: string[] = [];
    for (const [index, choice] of [...iterate(choices)].entries()) {
      const text = ignores(strip(requireText(choice, 'strip'), null, 'both'));
      const letter = String.fromCharCode('A'.charCodeAt(0) + index);
      sources.push(text.replace(SPECIAL, '\\$&'));
      letters.push(letter);
      this.letterOfText.set(text, `(${letter})`);
      this.letterOfLetter.set(letter, `(${letter})`);
    }
    // The longest first: one may begin like another.
    this.texts = new PyPattern(sources.sort((a, b) => codePointCount(b) - codePointCount(a)).join('|'));
    this.letters = new PyPattern(`:[\\s]*(${letters.join('|')})`);
  }
}

function found(match: string | PyTuple | null, names: ReadonlyMap<string, string>): string {
  const group = match instanceof PyTuple ? (match.items.find((item) => item !== '') ?? '') : (match ?? '');
  const text = typeof group === 'string' ? strip(group, null, 'both') : '';
  return text === '' ? '' : (names.get(text) ?? text);
}

function ignoredBy(options: Readonly<Record<string, PyValue>>): (text: string) => string {
  const sources = options['regexes_to_ignore'] ?? [];
  if (!Array.isArray(sources)) throw new PyError('TypeError', 'regexes_to_ignore must be a list');
  const patterns = sources.map((source) => new PyPattern(requireText(source, 'sub')));
  const [ignoresCase, ignoresPunctuation] = [flagOption(options, 'ignore_case'), flagOption(options, 'ignore_punctuation')];
  return (text) => {
    let left = text;
    for (const pattern of patterns) left = pattern.sub('', left, 0);
    if (ignoresCase) left = left.toLowerCase();
    return ignoresPunctuation ? left.replace(PUNCTUATION, '') : left;
  };
}
