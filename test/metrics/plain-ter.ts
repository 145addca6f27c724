/**
 * Translation edit rate the plain way, step for step as sacrebleu 2.6.0's lib_ter: the whole table anew for every shift that is tried.
 * What the fast one is held against; nothing here is part of the product.
 */
type Words = readonly string[];
type Cell = { readonly cost: number; readonly step: 'match' | 'substitute' | 'delete' | 'insert' };

const FAR: Cell = { cost: 1e16, step: 'insert' };

function distance(hypothesis: Words, reference: Words): { readonly cost: number; readonly trace: Cell['step'][] } {
  const ratio = hypothesis.length > 0 ? reference.length / hypothesis.length : 1;
  const width = 25 < ratio / 2 ? Math.ceil(ratio / 2 + 25) : 25;
  const table: Cell[][] = [Array.from({ length: reference.length + 1 }, (_, j): Cell => ({ cost: j, step: 'insert' }))];
  for (let i = 1; i <= hypothesis.length; i++) {
    const row = new Array<Cell>(reference.length + 1).fill(FAR);
    const above = table[i - 1] as Cell[];
    const diagonal = Math.floor(i * ratio);
    const to = i === hypothesis.length ? reference.length + 1 : Math.min(reference.length + 1, diagonal + width);
    for (let j = Math.max(0, diagonal - width); j < to; j++) {
      if (j === 0) {
        row[0] = { cost: (above[0] as Cell).cost + 1, step: 'delete' };
        continue;
      }
      const same = hypothesis[i - 1] === reference[j - 1];
      const ways: Cell[] = [
        { cost: (above[j - 1] as Cell).cost + (same ? 0 : 1), step: same ? 'match' : 'substitute' },
        { cost: (above[j] as Cell).cost + 1, step: 'delete' },
        { cost: (row[j - 1] as Cell).cost + 1, step: 'insert' },
      ];
      for (const way of ways) if ((row[j] as Cell).cost > way.cost) row[j] = way;
    }
    table.push(row);
  }
  const trace: Cell['step'][] = [];
  let [i, j] = [hypothesis.length, reference.length];
  while (i > 0 || j > 0) {
    const { step } = table[i]?.[j] as Cell;
    trace.unshift(step);
    if (step !== 'insert') i--;
    if (step !== 'delete') j--;
  }
  return { cost: table[hypothesis.length]?.[reference.length]?.cost ?? NaN, trace };
}

function shifted(words: Words, start: number, length: number, target: number): string[] {
  const block = words.slice(start, start + length);
  if (target < start) return [...words.slice(0, target), ...block, ...words.slice(target, start), ...words.slice(start + length)];
  if (target > start + length) return [...words.slice(0, start), ...words.slice(start + length, target), ...block, ...words.slice(target)];
  return [...words.slice(0, start), ...words.slice(start + length, length + target), ...block, ...words.slice(length + target)];
}

type Candidate = { readonly rank: readonly number[]; readonly words: string[] };

function shift(hypothesis: Words, reference: Words, checked: number): { readonly best: Candidate | null; readonly checked: number } {
  const { cost, trace } = distance(hypothesis, reference);
  const [hypothesisErrors, referenceErrors, align]: [number[], number[], number[]] = [[], [], []];
  let at = -1;
  for (const step of trace) {
    const wrong = step === 'match' ? 0 : 1;
    if (step !== 'insert') {
      at++;
      hypothesisErrors.push(wrong);
    }
    if (step !== 'delete') {
      align.push(at);
      referenceErrors.push(wrong);
    }
  }
  const wrong = (errors: readonly number[], from: number, length: number): boolean => errors.slice(from, from + length).includes(1);
  let best: Candidate | null = null;
  for (let start = 0; start < hypothesis.length; start++) {
    for (let target = 0; target < reference.length; target++) {
      if (Math.abs(target - start) > 50) continue;
      for (let length = 1; length <= 10 && start + length <= hypothesis.length && target + length <= reference.length; length++) {
        if (hypothesis[start + length - 1] !== reference[target + length - 1]) break;
        if (!wrong(hypothesisErrors, start, length) || !wrong(referenceErrors, target, length)) continue;
        const place = align[target] as number;
        if (start <= place && place < start + length) continue;
        let previous = -1;
        for (let offset = -1; offset < length; offset++) {
          let index: number;
          if (target + offset === -1) index = 0;
          else if (target + offset < align.length) index = (align[target + offset] as number) + 1;
          else break;
          if (index === previous) continue;
          previous = index;
          const words = shifted(hypothesis, start, length, index);
          const rank = [cost - distance(words, reference).cost, length, -start, -index];
          checked++;
          const difference = best === null ? 1 : (rank.map((value, k) => value - (best as Candidate).rank[k]!).find((d) => d !== 0) ?? 0);
          if (difference > 0) best = { rank, words };
        }
        if (checked >= 1000) return { best, checked };
      }
    }
  }
  return { best, checked };
}

export function plainEdits(hypothesis: Words, reference: Words): number {
  if (reference.length === 0) return hypothesis.length;
  let [words, shifts, checked]: [Words, number, number] = [hypothesis, 0, 0];
  for (;;) {
    const found = shift(words, reference, checked);
    checked = found.checked;
    if (checked >= 1000 || found.best === null || (found.best.rank[0] ?? 0) <= 0) break;
    words = found.best.words;
    shifts++;
  }
  return shifts + distance(words, reference).cost;
}
