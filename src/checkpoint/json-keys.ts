import { endOfString } from './json-file';

/**
 * The first key that occurs twice in one object, at any depth, of a text that is valid JSON; null if there is none.
 * JSON.parse keeps the last of equal keys, so a header could show one tensor to a checker and another to a reader.
 */
export function firstDuplicateKey(json: string): string | null {
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') {
      const end = endOfString(json, at);
      const keys = open.at(-1);
      if (expectsKey && keys) {
        const plain = json.slice(at + 1, end - 1);
        const key = plain.includes('\\') ? (JSON.parse(json.slice(at, end)) as string) : plain;
        if (keys.has(key)) return key;
        keys.add(key);
        expectsKey = false;
      }
      at = end - 1;
    } else if (char === '{') {
      open.push(new Set());
      expectsKey = true;
    } else if (char === '[') {
      open.push(null);
      expectsKey = false;
    } else if (char === '}' || char === ']') {
      open.pop();
      expectsKey = false;
    } else if (char === ',') {
      expectsKey = open.at(-1) !== null;
    }
  }
  return null;
}
