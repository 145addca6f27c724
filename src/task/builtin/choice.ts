/** Questions of common sense, science and logic, each with a few answers to choose from. */
import { type Family, means, named, version } from './family';

const choices = means('acc', 'acc_norm');

export const hellaswag: Family = {
  folder: 'hellaswag',
  files: [
    named({ description: 'HellaSwag: how does a description of an everyday scene go on?', source: 'https://arxiv.org/abs/1905.07830', licence: 'MIT', columns: ['ind', 'activity_label', 'ctx_a', 'ctx_b', 'ctx', 'endings', 'source_id', 'split', 'split_type', 'label'] }, String.raw`
tag:
  - multiple_choice
task: hellaswag
dataset_path: Rowan/hellaswag
dataset_name: null
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: null
process_docs: !function utils.process_docs
doc_to_text: "{{query}}"
doc_to_target: "{{label}}"
doc_to_choice: "choices"`, choices, version('1.0')),
  ],
};

const arcTask = (name: string, config: string, description: string) =>
  named({ description, source: 'https://arxiv.org/abs/1803.05457', licence: 'CC BY-SA 4.0', columns: ['id', 'question', 'choices', 'answerKey'] }, String.raw`
tag:
  - ai2_arc
task: ${name}
dataset_path: allenai/ai2_arc
dataset_name: ${config}
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: test
doc_to_text: "Question: {{question}}\nAnswer:"
doc_to_target: "{{choices.label.index(answerKey)}}"
doc_to_choice: "{{choices.text}}"
should_decontaminate: true
doc_to_decontamination_query: "Question: {{question}}\nAnswer:"`, choices, version('1.0'));

export const arc: Family = {
  folder: 'arc',
  files: [arcTask('arc_easy', 'ARC-Easy', 'ARC, easy part: science questions of school tests'), arcTask('arc_challenge', 'ARC-Challenge', 'ARC, challenge part: science questions that looking up does not answer')],
};

export const piqa: Family = {
  folder: 'piqa',
  files: [
    named({ description: 'PIQA: which of two ways to reach an everyday goal works?', source: 'https://arxiv.org/abs/1911.11641', licence: null, columns: ['goal', 'sol1', 'sol2', 'label'] }, String.raw`
task: piqa
dataset_path: baber/piqa
dataset_name: null
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: null
doc_to_text: "Question: {{goal}}\nAnswer:"
doc_to_target: label
doc_to_choice: "{{[sol1, sol2]}}"
should_decontaminate: true
doc_to_decontamination_query: goal`, choices, version('1.0')),
  ],
};

export const openbookqa: Family = {
  folder: 'openbookqa',
  files: [
    named({ description: 'OpenBookQA: questions about facts of elementary science, without the book', source: 'https://arxiv.org/abs/1809.02789', licence: null, columns: ['id', 'question_stem', 'choices', 'answerKey'] }, String.raw`
task: openbookqa
dataset_path: allenai/openbookqa
dataset_name: main
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: test
doc_to_text: question_stem
doc_to_target: "{{choices.label.index(answerKey.lstrip())}}"
doc_to_choice: "{{choices.text}}"
should_decontaminate: true
doc_to_decontamination_query: question_stem`, choices, version('1.0')),
  ],
};

export const sciq: Family = {
  folder: 'sciq',
  files: [
    named({ description: 'SciQ: science exam questions with a supporting text', source: 'https://allenai.org/data/sciq', licence: null, columns: ['question', 'distractor3', 'distractor1', 'distractor2', 'correct_answer', 'support'] }, String.raw`
task: sciq
dataset_path: allenai/sciq
dataset_name: null
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: test
doc_to_text: "{{support.lstrip()}}\nQuestion: {{question}}\nAnswer:"
doc_to_target: 3
doc_to_choice: "{{[distractor1, distractor2, distractor3, correct_answer]}}"
should_decontaminate: true
doc_to_decontamination_query: "{{support}} {{question}}"`, choices, version('1.0')),
  ],
};

export const commonsenseQa: Family = {
  folder: 'commonsense_qa',
  files: [
    named({ description: 'CommonsenseQA: questions that take everyday knowledge, five answers each', source: 'https://arxiv.org/abs/1811.00937', licence: null, columns: ['id', 'question', 'question_concept', 'choices', 'answerKey'] }, String.raw`
task: commonsense_qa
dataset_path: tau/commonsense_qa
training_split: train
validation_split: validation
output_type: multiple_choice
doc_to_text: "Question: {{ question.strip() }}\nA. {{choices['text'][0]}}\nB. {{choices['text'][1]}}\nC. {{choices['text'][2]}}\nD. {{choices['text'][3]}}\nE. {{choices['text'][4]}}\nAnswer:"
doc_to_target: answerKey
doc_to_choice: ['A', 'B', 'C', 'D', 'E']`, means('acc')),
  ],
};

export const socialIqa: Family = {
  folder: 'siqa',
  files: [
    named({ description: 'Social IQa: why people do what they do, and what follows', source: 'https://arxiv.org/abs/1904.09728', licence: null, columns: ['context', 'question', 'answerA', 'answerB', 'answerC', 'label'] }, String.raw`
task: social_iqa
dataset_path: lighteval/siqa
dataset_name: null
output_type: multiple_choice
training_split: train
validation_split: validation
doc_to_text: "Q: {{context}} {{question}}\nA:"
target_delimiter: " "
doc_to_choice: "{{[answerA, answerB, answerC]}}"
doc_to_target: "{{ (label|int) - 1 }}"`, means('acc'), version('0.0')),
  ],
};

export const winogrande: Family = {
  folder: 'winogrande',
  files: [
    named({ description: 'WinoGrande: which of two names fits the gap in a sentence?', source: 'https://arxiv.org/abs/1907.10641', licence: null, columns: ['sentence', 'option1', 'option2', 'answer'] }, String.raw`
task: winogrande
dataset_path: allenai/winogrande
dataset_name: winogrande_xl
output_type: multiple_choice
training_split: train
validation_split: validation
doc_to_text: !function preprocess_winogrande.doc_to_text
doc_to_target: !function preprocess_winogrande.doc_to_target
doc_to_choice: !function preprocess_winogrande.doc_to_choice
should_decontaminate: true
doc_to_decontamination_query: sentence`, means('acc'), version('1.0')),
  ],
};

export const logiqa: Family = {
  folder: 'logiqa',
  files: [
    named({ description: 'LogiQA: what follows from a passage? Questions of a civil service examination', source: 'https://arxiv.org/abs/2007.08124', licence: null, columns: ['label', 'context', 'question', 'options'] }, String.raw`
task: logiqa
dataset_path: EleutherAI/logiqa
dataset_name: logiqa
output_type: multiple_choice
training_split: train
validation_split: validation
test_split: test
doc_to_choice: "{{options}}"
doc_to_text: !function utils_logiqa.doc_to_text
doc_to_target: !function utils_logiqa.doc_to_target
doc_to_decontamination_query: "{{context}}"
should_decontaminate: true`, choices, version('1.0')),
  ],
};
