import { arc, commonsenseQa, hellaswag, openbookqa, piqa, sciq, socialIqa, truthfulQa } from './choice';
import { blimp } from './blimp';
import type { BuiltInFile, Family } from './family';
import { glue } from './glue';
import { gsm8k } from './gsm8k';
import { lambada } from './lambada';
import { mmlu } from './mmlu';
import { nqOpen, triviaQa } from './open-questions';
import { superGlue } from './super-glue';
import { translation } from './translation';

const FAMILIES: readonly Family[] = [
  glue, superGlue, hellaswag, arc, piqa, openbookqa, sciq, commonsenseQa, socialIqa, lambada, mmlu, truthfulQa, gsm8k, triviaQa, nqOpen, translation, blimp,
];

/** Every built-in task and group by its name, with the folder of its family. */
export const builtIns: ReadonlyMap<string, BuiltInFile & { readonly folder: string }> = new Map(
  FAMILIES.flatMap(({ folder, files }) => files.map((file) => [file.name, { ...file, folder }] as const)),
);
