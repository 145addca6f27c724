/** A benchmark that comes with Assay: task files as lm-evaluation-harness 0.4.13 (MIT) has them, prompts and names to the letter, and what is known of the data. */
export type Family = {
  /** Below the harness's folder of tasks: a `!function` without a file is known by it. */
  readonly folder: string;
  readonly files: readonly BuiltInFile[];
};

export type BuiltInFile = {
  /** Of the task or group in `text`. */
  readonly name: string;
  /** YAML. */
  readonly text: string;
  readonly facts: Facts;
  /** Below the family's folder, where the harness has one for it. */
  readonly folder?: string;
};

/** What `assay tasks` and the editor say beside what the task file says itself. */
export type Facts = {
  readonly description: string;
  /** The paper or the page of the benchmark. */
  readonly source: string;
  /** Of the data; null where it is not known. */
  readonly licence: string | null;
  /** Of the data set. */
  readonly columns: readonly string[];
};

/** Lines of a task file: parts without a line break around them. */
export function lines(...parts: readonly string[]): string {
  return `${parts.map((part) => part.replace(/^\n+|\n+$/g, '')).join('\n')}\n`;
}

/** The name a task or group file says. */
export function named(facts: Facts, ...parts: readonly string[]): BuiltInFile {
  const text = lines(...parts);
  const name = /^(?:task|group): (\S+)$/m.exec(text)?.[1];
  if (name === undefined) throw new Error(`a built-in task without a name:\n${text}`);
  return { name, text, facts };
}

/** A metric that is averaged over documents, as most of the harness's files write it. */
export function means(...metrics: readonly string[]): string {
  return `metric_list:\n${metrics.map((metric) => `  - metric: ${metric}\n    aggregation: mean\n    higher_is_better: true`).join('\n')}`;
}

export function version(number: string): string {
  return `metadata:\n  version: ${number}`;
}
