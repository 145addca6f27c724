import type { ModelConfig } from '../checkpoint/checkpoint';
import { AssayError } from '../protocol/errors';
import { describeArchitecture } from './registry';
import { tensorsOf } from './tensors';

/** What is taken off without a question: wrappers of training scripts keep the model as `model`. */
const KNOWN_WRAPPER = 'model.';

/**
 * What stands before the names the model type gives its tensors: '' or `model.`. Throws `wrapped-tensors` where all names
 * share another beginning, behind which the model would be found. Other problems are left to whoever needs the tensors.
 */
export function wrapperOf(config: ModelConfig, names: readonly string[]): '' | typeof KNOWN_WRAPPER {
  let wrapper = '';
  const found = namesFound(config, names);
  if (found === null || found > 0) return '';
  for (;;) {
    const next = commonSegment(names, wrapper.length);
    if (next === null) return '';
    wrapper += next;
    const inside = namesFound(config, names.map((name) => name.slice(wrapper.length)));
    if (inside === null || inside === 0) continue;
    if (wrapper === KNOWN_WRAPPER) return wrapper;
    throw new AssayError('wrapped-tensors', { wrapper }, { tensor: names[0] ?? '' });
  }
}

/** How many tensors of the model are there under their own names; null where config.json describes no model. */
function namesFound(config: ModelConfig, names: readonly string[]): number | null {
  const held = new Set(names);
  try {
    // Whether a missing head is an error is for later.
    const wanted = tensorsOf(describeArchitecture({ ...config, tie_word_embeddings: true }, { has: (name) => held.has(name) }).description);
    return [...wanted.keys()].filter((name) => held.has(name)).length;
  } catch {
    return null;
  }
}

/** The segment, with its dot, that all names have in common from `start` on. */
function commonSegment(names: readonly string[], start: number): string | null {
  const [first] = names;
  const end = first?.indexOf('.', start) ?? -1;
  if (first === undefined || end < 0) return null;
  const segment = first.slice(start, end + 1);
  return names.every((name) => name.startsWith(segment, start)) ? segment : null;
}
