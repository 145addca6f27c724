import { porterStem } from './porter';

/** Words of `a-z0-9` in lower case, those of more than three letters stemmed if asked: everything else parts words and vanishes (rouge_score). */
export function rougeTokens(text: string, stem: boolean): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return stem ? words.map((word) => (word.length > 3 ? porterStem(word) : word)) : words;
}
