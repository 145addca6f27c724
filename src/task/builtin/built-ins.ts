import { arc, commonsenseQa, hellaswag, logiqa, openbookqa, piqa, sciq, socialIqa, winogrande } from './choice';
import { blimp } from './blimp';
import type { BuiltInFile, Family } from './family';
import { glue } from './glue';
import { gsm8k } from './gsm8k';
import { lambada } from './lambada';
import { mmlu } from './mmlu';
import { nqOpen, triviaQa } from './open-questions';
import { superGlue } from './super-glue';
import { own } from './own';
import { cnnDailymail, coqa, drop } from './reading';
import { translation } from './translation';
import { truthfulQa } from './truthful-qa';
import { wikitext } from './wikitext';

const FAMILIES: readonly Family[] = [
  glue, superGlue, hellaswag, arc, piqa, winogrande, openbookqa, sciq, commonsenseQa, socialIqa, logiqa, lambada, wikitext, mmlu, truthfulQa, gsm8k, triviaQa, nqOpen, drop, coqa, cnnDailymail,
  translation, blimp, own,
];

/** Every built-in task and group by its name, with the folder of its family. */
export const builtIns: ReadonlyMap<string, BuiltInFile & { readonly folder: string }> = new Map(
  FAMILIES.flatMap(({ folder, files }) => files.map((file) => [file.name, { ...file, folder: file.folder === undefined ? folder : `${folder}/${file.folder}` }] as const)),
);
