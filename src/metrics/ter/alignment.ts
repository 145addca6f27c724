import { INSERT, MATCH, DELETE } from './edit-distance';

/** Where the words of the reference stand in the hypothesis, and which words of either are wrong. */
export type Alignment = {
  /** By word of the reference: the word of the hypothesis it goes with, or the last one before it; −1 at the beginning. */
  readonly places: Int32Array;
  /** By word, how many before it are wrong; one more at the end. */
  readonly referenceErrors: Int32Array;
  readonly hypothesisErrors: Int32Array;
};

/** `trace`: from the end to the beginning. */
export function alignmentOf(trace: Uint8Array, hypothesisWords: number, referenceWords: number): Alignment {
  const places = new Int32Array(referenceWords);
  const referenceErrors = new Int32Array(referenceWords + 1);
  const hypothesisErrors = new Int32Array(hypothesisWords + 1);
  let [i, j] = [0, 0];
  for (let k = trace.length - 1; k >= 0; k--) {
    const step = trace[k] ?? MATCH;
    const wrong = step === MATCH ? 0 : 1;
    if (step !== INSERT) {
      hypothesisErrors[i + 1] = (hypothesisErrors[i] ?? 0) + wrong;
      i++;
    }
    if (step !== DELETE) {
      places[j] = i - 1;
      referenceErrors[j + 1] = (referenceErrors[j] ?? 0) + wrong;
      j++;
    }
  }
  return { places, referenceErrors, hypothesisErrors };
}
