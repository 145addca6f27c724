import { edits } from './edits';
import { TER_TEXT, type TerText, terWords } from './tokenize';

/** What TER needs of a segment: its edits against the nearest reference, and the mean length of the references (sacrebleu 2.6.0). */
export function terStatistics(hypothesis: string, references: readonly string[], text: TerText = TER_TEXT): number[] {
  const words = terWords(hypothesis, text);
  let [fewest, lengths] = [Infinity, 0];
  for (const reference of references) {
    const theirs = terWords(reference, text);
    fewest = Math.min(fewest, edits(words, theirs));
    lengths += theirs.length;
  }
  return [fewest, lengths / references.length];
}

/** Edits for each hundred words of the references. `sums`: of `terStatistics`. */
export function ter(sums: ArrayLike<number>): number {
  const [edited, length] = [sums[0] ?? 0, sums[1] ?? 0];
  if (length > 0) return (100 * edited) / length;
  return edited > 0 ? 100 : 0;
}
