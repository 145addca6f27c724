/** Every text a person may see, as the sources hold it: what the translations must cover. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { messages } from '../../src/protocol/messages';
import { keys as pageKeys } from '../../webview/l10n-keys';

const repository = path.resolve(__dirname, '../..');

export type JsonTexts = Readonly<Record<string, string>>;

export function readTexts(relative: string): JsonTexts {
  return JSON.parse(readFileSync(path.join(repository, relative), 'utf8')) as JsonTexts;
}

/** Keys written as `%key%` in the manifest. */
export function manifestKeys(): string[] {
  const manifest = readFileSync(path.join(repository, 'package.json'), 'utf8');
  return [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''))];
}

/** First arguments of `l10n.t`: literals; anything else but a protocol message is a defect of the source. */
export function editorTexts(): { readonly texts: readonly string[]; readonly computed: readonly string[] } {
  const texts = new Set<string>();
  const computed: string[] = [];
  for (const file of sources('src')) {
    const source = ts.createSourceFile(file, readFileSync(path.join(repository, file), 'utf8'), ts.ScriptTarget.ES2022, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
        const [key] = node.arguments;
        if (key && ts.isStringLiteralLike(key)) texts.add(key.text);
        else computed.push(`${file}: ${node.getText(source)}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { texts: [...texts], computed };
}

export function messageTexts(): string[] {
  return Object.values(messages);
}

export function pageTexts(): readonly string[] {
  return pageKeys;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(repository, path.join(entry.parentPath, entry.name)));
}
