/** A sentence in pieces, so that numbers, checkpoints and asides can look like what they are. */
import type { Key } from './l10n-keys';
import { template } from './strings';

export type Piece = {
  readonly text: string;
  readonly tone: 'plain' | 'strong' | 'quiet' | 'checkpoint';
  /** Place of the checkpoint in the evaluation: its colour. */
  readonly colour?: number;
  /** Full precision, on hover. */
  readonly title?: string;
};

export function plain(text: string): Piece {
  return { text, tone: 'plain' };
}

export function strong(text: string, title?: string): Piece {
  return title === undefined ? { text, tone: 'strong' } : { text, tone: 'strong', title };
}

export function checkpointPiece(name: string, colour: number): Piece {
  return { text: name, tone: 'checkpoint', colour };
}

/** Every piece of plain tone made quiet. */
export function quiet(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece) => (piece.tone === 'plain' ? { ...piece, tone: 'quiet' } : piece));
}

/** Puts pieces into the places of a sentence. */
export function compose(key: Key, ...args: readonly (Piece | readonly Piece[])[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const part of template(key).split(/(\{\d+\})/)) {
    const place = /^\{(\d+)\}$/.exec(part);
    if (place === null) {
      if (part !== '') pieces.push(plain(part));
      continue;
    }
    const arg = args[Number(place[1])];
    if (arg === undefined) pieces.push(plain(part));
    else if ('text' in arg) pieces.push(arg);
    else pieces.push(...arg);
  }
  return pieces;
}

export function joinPieces(key: Key, clauses: readonly (readonly Piece[])[]): readonly Piece[] {
  return clauses.reduce<readonly Piece[]>((left, right) => (left.length === 0 ? right : compose(key, left, right)), []);
}

/** A sentence begins with a capital, unless it begins with a name. */
export function sentenceCase(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  if (first === undefined || first.tone === 'checkpoint') return pieces;
  return [{ ...first, text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest];
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('');
}
