import { createHash } from 'node:crypto';

/** Windows keeps these names for devices, with any extension. */
const DEVICES = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
const UNSAFE = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const MOST_BYTES = 150;

/** A name that every file system takes, the same for the same text each time: unsafe characters become `_`, a long name keeps its start and a digest of the whole. */
export function fileNameOf(text: string): string {
  const safe = text.replaceAll(UNSAFE, '_').replace(/^\./, '_').replace(/[. ]$/, '_');
  const usable = safe === '' || DEVICES.test(safe) ? `_${safe}` : safe;
  return Buffer.byteLength(usable) <= MOST_BYTES ? usable : withDigest(usable, text);
}

/** A file name for each text, no two equal even where letter case is not told apart, nor a letter with its accent from both apart. */
export function fileNamesOf(texts: Iterable<string>): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of texts) {
    if (names.has(text)) continue;
    const name = fileNameOf(text);
    const own = taken.has(folded(name)) ? withDigest(name, text) : name;
    taken.add(folded(own));
    names.set(text, own);
  }
  return names;
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

function withDigest(name: string, text: string): string {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  let start = name;
  while (Buffer.byteLength(start) > MOST_BYTES - 9) start = [...start].slice(0, -Math.ceil((Buffer.byteLength(start) - MOST_BYTES + 9) / 4)).join('');
  return `${start}-${digest}`;
}
