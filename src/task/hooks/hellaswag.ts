/** HellaSwag: endings of a situation, cleaned of what WikiHow left in them (lm-evaluation-harness 0.4.13). */
import { capitalize } from '../../python/string';
import type { NativeFunction } from './hook';
import { at, int, replaced, strip, sub, textAt, texts } from './python';
import { mapped } from './rows';

export const hellaswag: readonly NativeFunction[] = [
  {
    name: 'lm_eval.tasks.hellaswag.utils.process_docs',
    fingerprints: ['a675832d1f3b3d0363cca779d95d5ae3'],
    hook: mapped((doc) => ({
      query: cleaned(`${textAt(doc, 'activity_label')}: ${textAt(doc, 'ctx_a')} ${capitalize(textAt(doc, 'ctx_b'))}`),
      choices: texts(at(doc, 'endings')).map(cleaned),
      gold: int(at(doc, 'label')),
    })),
  },
];

/** Each double space becomes one, once. */
function cleaned(text: string): string {
  return replaced(sub('\\[.*?\\]', '', replaced(strip(text), ' [title]', '. ')), '  ', ' ');
}
