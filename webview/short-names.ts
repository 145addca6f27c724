/** Long names where there is little room: the middle gives way, for names of one family differ at their ends. */

/** In the order given, at most `most` characters each; where two would look alike they stay as they are. */
export function shortNames(names: readonly string[], most: number): readonly string[] {
  const short = names.map((name) => (name.length <= most ? name : `${name.slice(0, Math.floor((most - 1) * 0.4))}…${name.slice(-Math.ceil((most - 1) * 0.6))}`));
  return short.map((name, index) => (short.some((other, at) => at !== index && other === name) ? (names[index] ?? name) : name));
}

/** Characters as columns of text: those of East Asia are two wide. */
export function columnsOf(name: string): number {
  return name.length + (name.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60]/g)?.length ?? 0);
}
