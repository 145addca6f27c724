import { parseEvalConfig, type ParsedConfig } from '../../config/eval-config';
import { outlineOf, type Outlined } from '../../config/outline';
import { firstLineEnd } from '../../config/source';
import type { TextRange } from '../../protocol/problem';

type Parsed = ParsedConfig & { readonly outlined: Outlined };

/** Texts kept: the open ones, and a few that were looked at in passing. */
const kept = 40;

/** UTF-16 units of a text that is read in the host, which answers nobody meanwhile. The longest task file of lm-evaluation-harness has 62 000. */
const mostRead = 65_536;

/** Longer than any config: the evaluator reads it, the editor shows no lenses and entries of it. */
export function isTooLong(text: string): boolean {
  return text.length > mostRead;
}

/** The texts of configs as they are in the editor, parsed once per version for lenses, problems, trees and places. */
export class ParsedConfigs {
  private readonly byFile = new Map<string, Parsed>();

  /** `file` is absolute. Never throws. */
  read(file: string, text: string): Parsed {
    const known = this.byFile.get(file);
    this.byFile.delete(file);
    const parsed = known?.source.text === text ? known : parse(file, text);
    this.byFile.set(file, parsed);
    for (const [oldest] of this.byFile) if (this.byFile.size > kept) this.byFile.delete(oldest);
    return parsed;
  }

  outline(file: string, text: string): Outlined {
    return this.read(file, text).outlined;
  }

  /** Where a config path stands in a text: `tasks[1].expect.acc` with its key. null: no longer there. */
  find(file: string, text: string, configPath: string): TextRange | null {
    const place = this.read(file, text).source.rangeOf(configPath);
    return place && { start: place.key?.start ?? place.value.start, end: place.value.end };
  }
}

function parse(file: string, text: string): Parsed {
  if (isTooLong(text)) return unread(file, text);
  const parsed = parseEvalConfig(text, file);
  return { ...parsed, outlined: outlineOf(parsed) };
}

function unread(file: string, text: string): Parsed {
  const parsed = parseEvalConfig('', file);
  const args = { size: Math.ceil(text.length / 1024), most: mostRead / 1024 };
  return { ...parsed, problems: [{ file, range: { start: 0, end: firstLineEnd(text) }, severity: 'information', code: 'config-too-long', args }], outlined: 'broken' };
}
