/** Names of data sets on the hub. */

const SEGMENT = /^[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9])?$/;

/** `name`, or `owner/name`: what a hub's address may be made of. */
export function isRepositoryId(text: string): boolean {
  const segments = text.split('/');
  return segments.length <= 2 && segments.every((segment) => SEGMENT.test(segment) && !segment.includes('..') && !segment.includes('--'));
}

/** Names from before data sets had owners; the hub sends them on to these, and caches hold either. */
const OWNERS: Readonly<Record<string, string>> = {
  glue: 'nyu-mll', super_glue: 'aps', hellaswag: 'Rowan', ai2_arc: 'allenai', piqa: 'ybisk', winogrande: 'allenai', openbookqa: 'allenai', sciq: 'allenai',
  commonsense_qa: 'tau', social_i_qa: 'allenai', lambada: 'cimec', wikitext: 'Salesforce', truthful_qa: 'truthfulqa', gsm8k: 'openai', trivia_qa: 'mandarjoshi',
  nq_open: 'google-research-datasets', squad: 'rajpurkar', squad_v2: 'rajpurkar', drop: 'ucinlp', coqa: 'stanfordnlp', cnn_dailymail: 'abisee', xsum: 'EdinburghNLP',
  conll2003: 'eriktks', wmt14: 'wmt', wmt16: 'wmt', blimp: 'nyu-mll', imdb: 'stanfordnlp', ag_news: 'fancyzhx', boolq: 'google', race: 'ehovy', xnli: 'facebook',
};
const RENAMED: Readonly<Record<string, string>> = { hendrycks_test: 'cais/mmlu' };

/** The id with its owner. */
export function canonicalId(id: string): string {
  if (id.includes('/')) return id;
  const owner = OWNERS[id];
  return RENAMED[id] ?? (owner === undefined ? id : `${owner}/${id}`);
}

/** Every name under which a cache may hold it: as it is written first. */
export function cachedIds(id: string): readonly string[] {
  const canonical = canonicalId(id);
  const bare = id.slice(id.indexOf('/') + 1);
  return [...new Set([id, canonical, ...(canonicalId(bare) === id ? [bare] : [])])];
}
