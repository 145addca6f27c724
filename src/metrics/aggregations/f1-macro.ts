import { ofCorpus } from './corpus';

/** Mean F1 of the labels in gold or prediction, each against the rest. */
export const f1Macro = ofCorpus('f1_macro', { delta: () => ({ stderr: null }), lowest: 0, takesClasses: true, isOwn: true });
