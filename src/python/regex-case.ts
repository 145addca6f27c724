/** Letters that are equal where case is ignored, as CPython's `re` has it: simple lower case, and some letters that share an upper case. */
const SHARED = [
  [0x69, 0x131], [0x73, 0x17f], [0xb5, 0x3bc], [0x345, 0x3b9, 0x1fbe], [0x390, 0x1fd3], [0x3b0, 0x1fe3], [0x3b2, 0x3d0], [0x3b5, 0x3f5], [0x3b8, 0x3d1],
  [0x3ba, 0x3f0], [0x3c0, 0x3d6], [0x3c1, 0x3f1], [0x3c2, 0x3c3], [0x3c6, 0x3d5], [0x432, 0x1c80], [0x434, 0x1c81], [0x43e, 0x1c82], [0x441, 0x1c83],
  [0x442, 0x1c84, 0x1c85], [0x44a, 0x1c86], [0x463, 0x1c87], [0x1c88, 0xa64b], [0x1e61, 0x1e9b], [0xfb05, 0xfb06],
];
const SHARING: ReadonlyMap<number, readonly number[]> = new Map(SHARED.flatMap((letters) => letters.map((letter) => [letter, letters] as const)));

/** Its lower case; the one letter whose lower case is two characters becomes the first of them. */
export function lowerCase(character: number): number {
  if (character < 0x80) return character >= 0x41 && character <= 0x5a ? character + 0x20 : character;
  if (character === 0x130) return 0x69;
  return String.fromCodePoint(character).toLowerCase().codePointAt(0) ?? character;
}

export const lowerCaseAscii = (character: number): number => (character >= 0x41 && character <= 0x5a ? character + 0x20 : character);

/** Letters, in lower case, that stand for one where case is ignored. */
export function alike(character: number, ascii: boolean): readonly number[] {
  if (ascii) return [lowerCaseAscii(character)];
  const lower = lowerCase(character);
  return SHARING.get(lower) ?? [lower];
}
