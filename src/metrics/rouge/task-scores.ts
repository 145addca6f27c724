/** ROUGE as tasks of the harness compute it in their own code. */
import { split } from '../../python/string';
import { rouge, type RougeType } from './rouge';

/** truthfulqa_gen: F in percent, sentences that end in ` . ` a line each, no stemmer. */
export function truthfulqaRouge(target: string, prediction: string): Readonly<Record<'rouge1' | 'rouge2' | 'rougeLsum', number>> {
  const lines = (text: string): string => text.replaceAll(' . ', '.\n');
  const score = (type: RougeType): number => rouge(type, lines(target), lines(prediction), false).fmeasure * 100;
  return { rouge1: score('rouge1'), rouge2: score('rouge2'), rougeLsum: score('rougeLsum') };
}

/** cnn_dailymail_abisee: F with the stemmer, white space squeezed; `summary_length` in words. */
export function cnnDailymailRouge(target: string, prediction: string): Readonly<Record<'rouge1' | 'rouge2' | 'rougeL' | 'summary_length', number>> {
  const squeezed = (text: string): string => split(text, null, -1).join(' ');
  const score = (type: RougeType): number => rouge(type, squeezed(target), squeezed(prediction), true).fmeasure;
  return { rouge1: score('rouge1'), rouge2: score('rouge2'), rougeL: score('rougeL'), summary_length: split(prediction, null, -1).length };
}
