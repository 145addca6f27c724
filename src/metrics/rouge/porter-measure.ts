/** What Porter's rules ask of a stem. `y` is a consonant at the start and after a vowel; digits are consonants. */

const VOWELS: ReadonlySet<string> = new Set('aeiou');

export function isConsonant(word: string, place: number): boolean {
  const letter = word[place] ?? '';
  if (VOWELS.has(letter)) return false;
  if (letter !== 'y') return true;
  // A run of y alternates, from a consonant at the start of the word or the other of what stands before it.
  let first = place;
  while (first > 0 && word[first - 1] === 'y') first--;
  const consonant = first === 0 || VOWELS.has(word[first - 1] ?? '');
  return (place - first) % 2 === 0 ? consonant : !consonant;
}

/** How often a vowel is followed by a consonant: m of [C](VC)^m[V]. */
export function measure(stem: string): number {
  let count = 0;
  let before = true;
  for (const isOne of consonants(stem)) {
    if (isOne && !before) count++;
    before = isOne;
  }
  return count;
}

/** There is a vowel. */
export function contains(stem: string): boolean {
  return consonants(stem).includes(false);
}

export function endsInDouble(stem: string): boolean {
  return stem.length >= 2 && stem.at(-1) === stem.at(-2) && isConsonant(stem, stem.length - 1);
}

/** Consonant, vowel, consonant other than w, x and y; of two letters vowel and consonant. */
export function endsInClosed(stem: string): boolean {
  const [third, second, last] = [stem.length - 3, stem.length - 2, stem.length - 1];
  if (stem.length === 2) return !isConsonant(stem, 0) && isConsonant(stem, 1);
  return stem.length > 2 && isConsonant(stem, third) && !isConsonant(stem, second) && isConsonant(stem, last) && !/[wxy]$/.test(stem);
}

/** In one pass, whatever the word. */
function consonants(word: string): boolean[] {
  const found: boolean[] = [];
  for (let place = 0; place < word.length; place++) {
    const letter = word[place] ?? '';
    found.push(!VOWELS.has(letter) && (letter !== 'y' || place === 0 || !(found[place - 1] ?? false)));
  }
  return found;
}
