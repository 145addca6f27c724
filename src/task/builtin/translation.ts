import { type BuiltInFile, type Family, named } from './family';

const LANGUAGES = { de: 'German', en: 'English', fr: 'French', ro: 'Romanian' };
type Language = keyof typeof LANGUAGES;

/** `config`: the pair as the data set names it. */
function task(year: 'wmt14' | 'wmt16', config: string, from: Language, to: Language): BuiltInFile {
  const facts = { description: `${year.toUpperCase()}: news from ${LANGUAGES[from]} into ${LANGUAGES[to]}`, source: year === 'wmt14' ? 'https://www.statmt.org/wmt14/translation-task.html' : 'https://www.statmt.org/wmt16/translation-task.html', licence: null, columns: ['translation'] };
  return named(facts, String.raw`
dataset_name: ${config}
dataset_path: wmt/${year}
doc_to_target: ' {{translation["${to}"]}}'
doc_to_text: "${LANGUAGES[from]} phrase: {{translation[\"${from}\"]}}\n${LANGUAGES[to]} phrase:"
tag:
- translation
- ${year}
- gpt3_translation_benchmarks
task: ${year}-${from}-${to}
output_type: generate_until
training_split: train
validation_split: validation
fewshot_split: validation
test_split: test
metric_list:
  - metric: bleu
  - metric: ter
  - metric: chrf
generation_kwargs:
  until:
    - "\n"
  do_sample: false
  temperature: 0.0
repeats: 1
metadata:
  version: 1.0`);
}

export const translation: Family = {
  folder: 'translation',
  files: [
    task('wmt14', 'fr-en', 'en', 'fr'),
    task('wmt14', 'fr-en', 'fr', 'en'),
    task('wmt16', 'de-en', 'de', 'en'),
    task('wmt16', 'de-en', 'en', 'de'),
    task('wmt16', 'ro-en', 'en', 'ro'),
    task('wmt16', 'ro-en', 'ro', 'en'),
  ],
};
