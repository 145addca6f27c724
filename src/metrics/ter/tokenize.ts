import { split } from '../../python/string';

/** Options of tercom's tokenizer, as sacrebleu 2.6.0 has it. */
export type TerText = { readonly normalized: boolean; readonly noPunct: boolean; readonly asianSupport: boolean; readonly caseSensitive: boolean };

export const TER_TEXT: TerText = { normalized: false, noPunct: false, asianSupport: false, caseSensitive: false };

export function terWords(segment: string, { normalized, noPunct, asianSupport, caseSensitive }: TerText = TER_TEXT): string[] {
  let text = caseSensitive ? segment : segment.toLowerCase();
  if (normalized && text !== '') text = normalizedWestern(text);
  if (normalized && asianSupport) text = normalizedAsian(text);
  if (noPunct) text = text.replace(/[.,?:;!"()]/g, '');
  if (noPunct && asianSupport) text = text.replace(ASIAN_MARKS, '').replace(FULL_WIDTH_MARKS, '');
  return split(text, null, -1);
}

function normalizedWestern(text: string): string {
  const line = text.replaceAll('\n-', '').replaceAll('\n', ' ');
  const plain = line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  return ` ${plain} `
    .replace(/[{-~[-` -&(-+:-@/]/g, ' $& ')
    .replaceAll("'s ", " 's ")
    .replace(/'s$/, " 's")
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ');
}

const IDEOGRAPHS = /[\u4e00-\u9fff\u3400-\u4dbf]/g;
const STROKES_AND_RADICALS = /[\u31c0-\u31ef\u2e80-\u2eff]/g;
const COMPATIBILITY = /[\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f]/g;
/** As sacrebleu writes it; enclosed letters would end at U+32FF. */
const ENCLOSED = /[\u3200-\u3f22]/g;
const ASIAN_MARKS = /[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb]/g;
const FULL_WIDTH_MARKS = /[\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]/g;

/** Kana stay joined: sacrebleu's rules for them want the start of the line, where a blank stands. */
function normalizedAsian(text: string): string {
  return [IDEOGRAPHS, STROKES_AND_RADICALS, COMPATIBILITY, ENCLOSED, ASIAN_MARKS, FULL_WIDTH_MARKS].reduce((line, characters) => line.replace(characters, ' $& '), text);
}
