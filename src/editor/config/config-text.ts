import path from 'node:path';

/** A list of checkpoints on one text, as an eval config. Absolute paths. */
export type PerplexityConfig = { readonly checkpoints: readonly string[]; readonly text: string; readonly textColumn?: string; readonly outputPath: string | null };

/** Config text with paths relative to `folder` (where it will be saved), or absolute when null. */
export function perplexityConfigText({ checkpoints, text, textColumn, outputPath }: PerplexityConfig, folder: string | null): string {
  const shown = (file: string): string => scalar(folder === null ? file : path.relative(folder, file).split(path.sep).join('/') || '.');
  const lines = ['checkpoints:', ...checkpoints.map((checkpoint) => `  - ${shown(checkpoint)}`), 'tasks:', `  - perplexity: ${shown(text)}`];
  if (textColumn !== undefined) lines.push(`    text_column: ${JSON.stringify(textColumn)}`);
  if (outputPath !== null) lines.push(`output_path: ${shown(outputPath)}`);
  return `${lines.join('\n')}\n`;
}

/** A path as YAML reads it back: in quotes where it might read as something else than a text. */
function scalar(value: string): string {
  return /^[A-Za-z./][\w./-]*\/[\w./-]+$/.test(value) || /^[A-Za-z][\w-]*\.[A-Za-z]+$/.test(value) ? value : JSON.stringify(value);
}
