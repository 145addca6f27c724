import { type BuiltInFile, type Facts, type Family, means, named, version } from './family';

/** Subjects by the part of MMLU they belong to. */
const SUBJECTS = {
  stem: 'abstract_algebra anatomy astronomy college_biology college_chemistry college_computer_science college_mathematics college_physics computer_security conceptual_physics electrical_engineering elementary_mathematics high_school_biology high_school_chemistry high_school_computer_science high_school_mathematics high_school_physics high_school_statistics machine_learning',
  other: 'business_ethics clinical_knowledge college_medicine global_facts human_aging management marketing medical_genetics miscellaneous nutrition professional_accounting professional_medicine virology',
  social_sciences: 'econometrics high_school_geography high_school_government_and_politics high_school_macroeconomics high_school_microeconomics high_school_psychology human_sexuality professional_psychology public_relations security_studies sociology us_foreign_policy',
  humanities: 'formal_logic high_school_european_history high_school_us_history high_school_world_history international_law jurisprudence logical_fallacies moral_disputes moral_scenarios philosophy prehistory professional_law world_religions',
};

const facts = (description: string): Facts => ({ description, source: 'https://arxiv.org/abs/2009.03300', licence: 'MIT', columns: ['question', 'subject', 'choices', 'answer'] });

/** Every question counts the same, as in the paper. */
const BY_SIZE = 'aggregate_metric_list:\n  - metric: acc\n    weight_by_size: True\nmetadata:\n  version: 2';

function part(name: string, subjects: readonly string[]): BuiltInFile[] {
  const title = name.replaceAll('_', ' ');
  const group = named(facts(`MMLU, ${title === 'stem' ? 'STEM' : title}: ${subjects.length} subjects`), `group: mmlu_${name}\ngroup_alias: ${title}\ntask:\n  - mmlu_${name}_tasks`, BY_SIZE);
  return [group, ...subjects.map((subject) => task(subject, name))];
}

function task(subject: string, part: string): BuiltInFile {
  const title = subject.replaceAll('_', ' ');
  return named(facts(`MMLU: exam questions on ${title}, four answers each`), String.raw`
dataset_name: ${subject}
description: "The following are multiple choice questions (with answers) about ${title}.\n\n"
tag: mmlu_${part}_tasks
task: mmlu_${subject}
task_alias: ${subject}
dataset_path: cais/mmlu
test_split: test
fewshot_split: dev
fewshot_config:
  sampler: first_n
output_type: multiple_choice
doc_to_text: "{{question.strip()}}\nA. {{choices[0]}}\nB. {{choices[1]}}\nC. {{choices[2]}}\nD. {{choices[3]}}\nAnswer:"
doc_to_choice: ["A", "B", "C", "D"]
doc_to_target: answer`, means('acc'), version('1.0'));
}

const whole = named(facts('Massive Multitask Language Understanding: exam questions of 57 subjects; accuracy over all questions'), 'group: mmlu\ntask:\n  - mmlu_stem\n  - mmlu_other\n  - mmlu_social_sciences\n  - mmlu_humanities', BY_SIZE);

export const mmlu: Family = { folder: 'mmlu/default', files: [whole, ...Object.entries(SUBJECTS).flatMap(([name, subjects]) => part(name, subjects.split(' ')))] };
