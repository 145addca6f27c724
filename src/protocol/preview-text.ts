import type { Preview } from './commands';

/** A document's requests as a person reads them: each context as it is, what is scored behind it in ⟦ ⟧, then the target. */
export function previewText({ requests, target }: Preview): string {
  const asked = requests.map(({ type, context, continuation, generation_kwargs }, index) => {
    const scored = continuation === undefined ? '' : `⟦${continuation}⟧`;
    const settings = generation_kwargs === undefined ? '' : `\n${JSON.stringify(generation_kwargs)}`;
    return `--- request ${index} (${type})\n${context ?? ''}${scored}${settings}\n`;
  });
  return `${asked.join('\n')}${asked.length > 0 ? '\n' : ''}--- target: ${JSON.stringify(target)}\n`;
}
