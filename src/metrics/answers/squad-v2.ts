/** SQuAD 2 over all questions (its official script): an answer may be that there is none. */
import { type AnswerScore, percent, scoreBest } from './squad';

export type Question = {
  readonly prediction: string;
  /** Of there being no answer. */
  readonly noAnswerProbability: number;
  /** None: the question has no answer. */
  readonly golds: readonly string[];
};

/** Percent, counts and the thresholds that would have been best; keys for questions with and without answers only where there are such. */
export function squadV2(questions: readonly Question[], threshold = 1): Readonly<Record<string, number>> {
  const scored = questions.map((question): Scored => {
    const raw = scoreBest(question.prediction, question.golds, 2);
    const hasAnswer = question.golds.length > 0;
    const none = hasAnswer ? 0 : 1;
    return { ...question, hasAnswer, raw, final: question.noAnswerProbability > threshold ? { exact: none, f1: none } : raw };
  });
  return {
    ...summary(scored, ''),
    ...summary(scored.filter(({ hasAnswer }) => hasAnswer), 'HasAns_'),
    ...summary(scored.filter(({ hasAnswer }) => !hasAnswer), 'NoAns_'),
    ...best(scored, 'exact'),
    ...best(scored, 'f1'),
  };
}

type Scored = Question & { readonly hasAnswer: boolean; readonly raw: AnswerScore; readonly final: AnswerScore };

function summary(scored: readonly Scored[], prefix: string): Record<string, number> {
  if (scored.length === 0) return {};
  return { [`${prefix}exact`]: percent(scored, ({ final }) => final.exact), [`${prefix}f1`]: percent(scored, ({ final }) => final.f1), [`${prefix}total`]: scored.length };
}

/** Answers are taken from the surest on; the first best place to stop counts. */
function best(scored: readonly Scored[], part: keyof AnswerScore): Record<string, number> {
  let current = scored.filter(({ hasAnswer }) => !hasAnswer).length;
  let [most, threshold] = [current, 0];
  for (const { hasAnswer, raw, prediction, noAnswerProbability } of scored.toSorted((a, b) => a.noAnswerProbability - b.noAnswerProbability)) {
    current += hasAnswer ? raw[part] : prediction === '' ? 0 : -1;
    if (current > most) [most, threshold] = [current, noAnswerProbability];
  }
  return { [`best_${part}`]: (100 * most) / scored.length, [`best_${part}_thresh`]: threshold };
}
