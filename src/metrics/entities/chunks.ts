/** Entities in tagged sequences as conlleval reads them: whatever the scheme, malformed sequences too (seqeval 1.2.2, default mode). */
import { PyError } from '../../python/errors';

/** `start` and `end`: first and last token, counted over all sequences or in one of them. */
export type Entity = { readonly sequence: number; readonly type: string; readonly start: number; readonly end: number };

type Tag = { readonly letter: string; readonly type: string };

/** Entities do not go across sequences. Throws PyError IndexError for an empty tag. */
export function chunks(sequences: readonly (readonly string[])[], suffix: boolean): Entity[] {
  const tags = sequences.flatMap((sequence) => [...sequence, 'O']).map((tag) => parsed(tag, suffix));
  const entities: Entity[] = [];
  let previous: Tag = { letter: 'O', type: '' };
  let start = 0;
  for (const [place, tag] of tags.entries()) {
    if (ends(previous, tag)) entities.push({ sequence: 0, type: previous.type, start, end: place - 1 });
    if (starts(previous, tag)) start = place;
    previous = tag;
  }
  return entities;
}

function parsed(tag: string, suffix: boolean): Tag {
  const characters = Array.from(tag);
  const letter = characters.at(suffix ? -1 : 0);
  if (letter === undefined) throw new PyError('IndexError', 'string index out of range: a tag is empty');
  const rest = (suffix ? characters.slice(0, -1) : characters.slice(1)).join('');
  const hyphen = suffix ? rest.lastIndexOf('-') : rest.indexOf('-');
  const type = hyphen === -1 ? rest : suffix ? rest.slice(0, hyphen) : rest.slice(hyphen + 1);
  return { letter, type: type === '' ? '_' : type };
}

const isOne = (letter: string, letters: string): boolean => letters.includes(letter);
const changes = (outside: string, previous: Tag, tag: Tag): boolean => !isOne(outside, 'O.') && previous.type !== tag.type;

function ends(previous: Tag, tag: Tag): boolean {
  if (isOne(previous.letter, 'ES') || (isOne(previous.letter, 'BI') && isOne(tag.letter, 'BSO'))) return true;
  return changes(previous.letter, previous, tag);
}

function starts(previous: Tag, tag: Tag): boolean {
  if (isOne(tag.letter, 'BS') || (isOne(tag.letter, 'EI') && isOne(previous.letter, 'ESO'))) return true;
  return changes(tag.letter, previous, tag);
}
