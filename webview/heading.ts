import { plainText } from '../src/protocol/plain-text';
import type { PanelState } from './state';
import { countOf, t } from './strings';

/** `language-basics` for `…/language-basics.eval.yaml`. */
export function nameOf(state: PanelState): string {
  if (state.config === null) return t('Evaluation');
  const last = state.config.split(/[\\/]/).at(-1) ?? state.config;
  return plainText(last.replace(/\.ya?ml$/, '').replace(/\.eval$/, ''), 120);
}

/** `2 checkpoints × 6 tasks` */
export function checkpointCounts(state: PanelState): string {
  const { checkpoints, tasks } = state;
  if (checkpoints.length === 0) return '';
  const left = countOf('{0} checkpoint', '{0} checkpoints', checkpoints.length, String(checkpoints.length));
  return t('{0} × {1}', left, countOf('{0} task', '{0} tasks', tasks.length, String(tasks.length)));
}
