/** Entities in tagged sequences that follow a scheme to the letter (seqeval 1.2.2, strict mode). */
import { PyError } from '../../python/errors';
import type { Entity } from './chunks';
import { SCHEMES, type Scheme, type SchemeName } from './schemes';

type Token = { readonly text: string; readonly letter: string; readonly type: string };

const OUTSIDE: Token = { text: 'O', letter: 'O', type: '_' };

/** Throws PyError: KeyError for a letter that no scheme has, ValueError for one that this has not, IndexError for an empty tag. */
export function strictEntities(sequences: readonly (readonly string[])[], name: SchemeName, suffix: boolean): Entity[] {
  const scheme = SCHEMES[name];
  return sequences.flatMap((tags, sequence) => entitiesOf(tags.map((tag) => parsed(tag, suffix)), scheme).map((entity) => ({ sequence, ...entity })));
}

/** The letters of all tags. */
export function lettersOf(sequences: readonly (readonly string[])[], suffix: boolean): Set<string> {
  return new Set(sequences.flatMap((tags) => tags.map((tag) => parsed(tag, suffix).letter)));
}

function parsed(text: string, suffix: boolean): Token {
  const characters = Array.from(text);
  const letter = characters.at(suffix ? -1 : 0);
  if (letter === undefined) throw new PyError('IndexError', 'string index out of range: a tag is empty');
  if (!'IOBESUL'.includes(letter)) throw new PyError('KeyError', `'${letter}': no scheme has a tag "${text}"`);
  const type = (suffix ? characters.slice(0, -1) : characters.slice(1)).join('').replace(/^-+|(?<!-)-+$/g, '');
  return { text, letter, type: type === '' ? '_' : type };
}

function entitiesOf(tags: readonly Token[], scheme: Scheme): Omit<Entity, 'sequence'>[] {
  const tokens = [...tags, OUTSIDE];
  const at = (place: number): Token => tokens[place] ?? OUTSIDE;
  const entities: Omit<Entity, 'sequence'>[] = [];
  for (let place = 0; place < tokens.length; ) {
    const token = at(place);
    if (!scheme.letters.includes(token.letter)) throw new PyError('ValueError', `Invalid token is found: ${token.text}. Allowed prefixes are: ${Array.from(scheme.letters).join('|')}.`);
    let next = place + 1;
    if (meets(scheme.start, place === 0 ? OUTSIDE : at(place - 1), token)) {
      while (next < tokens.length && meets(scheme.inside, at(next - 1), at(next))) next++;
      if (meets(scheme.end, at(next - 1), at(next))) entities.push({ type: token.type, start: place, end: next });
    }
    place = next;
  }
  return entities;
}

function meets(rules: readonly string[], previous: Token, token: Token): boolean {
  return rules.some((rule) => {
    const [before, here, type] = rule;
    if ((before !== '*' && before !== previous.letter) || (here !== '*' && here !== token.letter)) return false;
    return type === undefined || (type === '=') === (previous.type === token.type);
  });
}
