/** A folder of its own with small tasks and data, as a user's project has them; random tiny checkpoints stand in for theirs. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { assay, assayInShell, fixtures, type Ran } from './command';

/** Path of a checkpoint with random weights, one an architecture. */
export function architecture(name: string): string {
  return join(fixtures, 'arch', name);
}

export const DOCUMENTS = 30;

const PARITY = `dataset_path: json
dataset_kwargs: {data_files: {train: ../data/items.jsonl, test: ../data/items.jsonl}}
training_split: train
test_split: test
output_type: multiple_choice
doc_to_text: "{{q}}"
doc_to_target: label
doc_to_choice: [even, odd]
metric_list: [{metric: acc}, {metric: f1}]
`;

const FILES: Readonly<Record<string, string>> = {
  'data/items.jsonl': Array.from({ length: DOCUMENTS }, (_, n) => `${JSON.stringify({ q: `Item ${n} on the shelf is`, label: n % 2 })}\n`).join(''),
  'data/heldout.txt': 'The film was released in the autumn of that year. Most reviewers found it average.\n'.repeat(4),
  'data/more/heldout.jsonl': ['The river rose.', 'Nobody had seen it before, and nobody has since.'].map((page) => `${JSON.stringify({ id: 7, page })}\n`).join(''),
  'tasks/parity.yaml': `task: parity\n${PARITY}`,
  'tasks/two_shot.yaml': `task: two_shot\nnum_fewshot: 2\nlimit: 6\n${PARITY}`,
  'tasks/zero_shot.yaml': `task: zero_shot\nnum_fewshot: 0\n${PARITY}`,
  'tasks/typical.yaml': `task: typical\ngeneration_kwargs: {typical_p: 0.9}\n${PARITY.replace('multiple_choice', 'generate_until').replace('metric_list: [{metric: acc}, {metric: f1}]', 'metric_list: [{metric: exact_match}]')}`,
  'tasks/hook.yaml': `task: hook\n${PARITY}process_docs: !function utils.process\n`,
  'tasks/no_data.yaml': `task: no_data\n${PARITY.replace('test: ../data/items.jsonl', 'test: ../data/gone.jsonl')}`,
  'tasks/family.yaml': `group: family
task:
  - parity
  - group: shots
    task: [two_shot, zero_shot]
    aggregate_metric_list: [{metric: acc, weight_by_size: false}]
aggregate_metric_list: [{metric: acc, weight_by_size: true}]
`,
};

export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-cli-'));

  constructor() {
    for (const [file, text] of Object.entries(FILES)) this.write(file, text);
  }

  /** Writes a file; returns its path. */
  write(file: string, text: string): string {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), 'utf8');
  }

  /** `assay` with this folder as the working folder. */
  assay(...args: readonly string[]): Promise<Ran> {
    return assay(args, this.folder);
  }

  /** The same inside a shell script, as `"$@"`. */
  inShell(script: string, ...args: readonly string[]): Promise<Ran> {
    return assayInShell(script, args, this.folder);
  }
}

/** A workspace for the tests of one file; it goes when they are done. */
export function workspace(): Workspace {
  const made = new Workspace();
  after(() => rmSync(made.folder, { recursive: true, force: true }));
  return made;
}

export function jsonLines<T>(text: string): T[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}
