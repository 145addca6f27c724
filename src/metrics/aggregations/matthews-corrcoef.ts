import { mccDelta } from '../../statistics/corpus';
import { ofCorpus } from './corpus';

export const matthewsCorrcoef = ofCorpus('matthews_corrcoef', { delta: mccDelta, lowest: -1, takesClasses: true });
