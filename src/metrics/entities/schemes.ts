/** Tagging schemes: which letters there are, and where an entity starts, goes on and ends (seqeval 1.2.2). */
import { PyError } from '../../python/errors';

export type SchemeName = 'IOB1' | 'IOB2' | 'IOE1' | 'IOE2' | 'IOBES' | 'BILOU';

/**
 * Rules are the previous letter and this one; `*` is any letter, `=` the same type, `!` another, nothing whichever. Gaps are seqeval's:
 * in IOB1 nothing starts at `O B`, in IOE1 nothing ends at `E O`.
 */
export type Scheme = { readonly letters: string; readonly start: readonly string[]; readonly inside: readonly string[]; readonly end: readonly string[] };

export const SCHEMES: Readonly<Record<SchemeName, Scheme>> = {
  IOB1: { letters: 'IOB', start: ['OI', 'II!', 'BI', 'IB=', 'BB='], inside: ['BI=', 'II='], end: ['II!', 'IO', 'IB', 'BO', 'BI!', 'BB='] },
  IOB2: { letters: 'IOB', start: ['*B'], inside: ['BI=', 'II='], end: ['IO', 'II!', 'IB', 'BO', 'BI!', 'BB'] },
  IOE1: { letters: 'IOE', start: ['OI', 'II!', 'EI', 'EE='], inside: ['II=', 'IE='], end: ['II!', 'IO', 'IE!', 'EI=', 'EE='] },
  IOE2: { letters: 'IOE', start: ['OI', 'OE', 'EI', 'EE', 'II!', 'IE!'], inside: ['IE=', 'II='], end: ['E*'] },
  IOBES: { letters: 'IOBES', start: ['*B', '*S'], inside: ['BI=', 'BE=', 'II=', 'IE='], end: ['S*', 'E*'] },
  BILOU: { letters: 'IOBLU', start: ['*B', '*U'], inside: ['BI=', 'BL=', 'II=', 'IL='], end: ['U*', 'L*'] },
};

/** Sets of letters that seqeval takes for a scheme, `O` left out; it may be there but where a set is one of the closed. */
const DETECTED: readonly (readonly [scheme: SchemeName, sets: readonly string[], closed: readonly string[]])[] = [
  ['IOB2', ['BI', 'B'], []],
  ['IOE2', ['EI', 'E'], []],
  ['IOBES', ['BEIS', 'BEI', 'BES', 'BE'], ['S']],
  ['BILOU', ['BILU', 'BIL', 'BLU', 'BL'], ['U']],
];

/** The scheme that the letters of the right answers belong to: IOB1 data are read as IOB2, IOE1 as IOE2. Throws PyError ValueError where it is none. */
export function detectedScheme(letters: Iterable<string>): SchemeName {
  const all = new Set(letters);
  const isOutside = all.delete('O');
  const found = Array.from(all).sort().join('');
  const [scheme] = DETECTED.find(([, sets, closed]) => sets.includes(found) || (!isOutside && closed.includes(found))) ?? [];
  if (scheme === undefined) throw new PyError('ValueError', `This scheme is not supported: tags begin with ${found || 'O alone'}`);
  return scheme;
}
