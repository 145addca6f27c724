import { f1Delta } from '../../statistics/corpus';
import { ofCorpus } from './corpus';

/** Of class 1; other labels than 0 and 1 have none. */
export const f1 = ofCorpus('f1', { delta: f1Delta, lowest: 0, takesClasses: false });
