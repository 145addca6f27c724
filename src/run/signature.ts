import type { RunPlan } from './plan';

/** One line that says how the numbers were made, in the manner of sacrebleu's signatures. */
export function signature(plan: RunPlan, versions: Readonly<Record<string, string>>): string {
  const tasks = plan.tasks.map(({ name, numFewshot, documents }) => `${name}/${numFewshot}-shot/n=${documents}`);
  const parts = [
    `assay:${versions['assay'] ?? '?'}`,
    `tasks:${tasks.join('+')}`,
    `seed:${plan.options.seed}`,
    `device:${plan.device?.kind ?? 'served'}`,
    `precision:${plan.options.precision}`,
    `chat:${plan.options.applyChatTemplate === false ? 'no' : 'yes'}`,
    `compat:${plan.options.compat}`,
    `bootstrap:${plan.options.bootstrapIters}`,
    ...(plan.checkpoint.served === undefined ? [`onnxruntime:${versions['onnxruntime'] ?? '?'}`, `tokenizers:${versions['tokenizers'] ?? '?'}`] : [`served:${versions['served'] ?? '?'}`]),
  ];
  return parts.join('|');
}
