/** A pattern as instructions for a matcher with a stack of its own: what takes steps is counted, and no text is too long for the machine's stack. */
import type { At, CharacterTest, RegexNode } from './regex-node';

export type Instruction =
  | { readonly op: 'literal'; readonly character: number }
  | { readonly op: 'test'; readonly test: CharacterTest }
  | { readonly op: 'at'; readonly at: At }
  | { readonly op: 'mark'; readonly register: number }
  /** Tries the next instruction first, then `other`. */
  | { readonly op: 'fork'; other: number }
  | { readonly op: 'jump'; to: number }
  /** One character again and again. */
  | { readonly op: 'run'; readonly test: CharacterTest; readonly least: number; readonly most: number; readonly mode: 'greedy' | 'lazy' | 'possessive' }
  /** Before a repetition: `count` and `last` are registers. */
  | { readonly op: 'begin'; readonly count: number; to: number }
  /** Behind the body of one, and in front of its first round. */
  | { readonly op: 'until'; readonly count: number; readonly body: number; readonly least: number; readonly most: number; readonly lazy: boolean }
  /** Looks ahead, or behind, or takes a part without coming back into it; the part ends with `done`, and what follows it is at `next`. */
  | { readonly op: 'inner'; readonly kind: 'look' | 'refuse' | 'atomic'; readonly back: number; next: number }
  | { readonly op: 'reference'; readonly index: number; readonly fold: ((character: number) => number) | null }
  | { readonly op: 'condition'; readonly index: number; no: number }
  | { readonly op: 'done' };

export type Program = { readonly code: readonly Instruction[]; readonly registers: number };

/** Group n is between the registers 2n and 2n + 1; `count` of a repetition is followed by the place its last round began at. */
export function programOf(node: RegexNode, groupCount: number): Program {
  const writer = new Writer(2 * (groupCount + 1));
  writer.write(node);
  writer.code.push({ op: 'done' });
  return { code: writer.code, registers: writer.registers };
}

class Writer {
  readonly code: Instruction[] = [];

  constructor(public registers: number) {}

  write(node: RegexNode): void {
    switch (node.kind) {
      case 'literal':
        this.code.push({ op: 'literal', character: node.character });
        return;
      case 'character':
        this.code.push({ op: 'test', test: node.test });
        return;
      case 'at':
        this.code.push({ op: 'at', at: node.at });
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'branch':
        this.branch(node.branches);
        return;
      case 'group':
        this.code.push({ op: 'mark', register: 2 * node.index });
        this.write(node.body);
        this.code.push({ op: 'mark', register: 2 * node.index + 1 });
        return;
      case 'repeat':
        this.repeat(node);
        return;
      case 'atomic':
        this.inner('atomic', 0, node.body);
        return;
      case 'look':
        this.inner(node.negative ? 'refuse' : 'look', node.back, node.body);
        return;
      case 'reference':
        this.code.push({ op: 'reference', index: node.index, fold: node.fold });
        return;
      case 'condition':
        this.condition(node);
        return;
    }
  }

  private branch(branches: readonly RegexNode[]): void {
    const ends: { to: number }[] = [];
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const fork = { op: 'fork' as const, other: 0 };
      if (!isLast) this.code.push(fork);
      this.write(branch);
      if (!isLast) ends.push(this.jump());
      fork.other = this.code.length;
    }
    for (const end of ends) end.to = this.code.length;
  }

  private condition({ index, yes, no }: Extract<RegexNode, { kind: 'condition' }>): void {
    const test = { op: 'condition' as const, index, no: 0 };
    this.code.push(test);
    this.write(yes);
    const end = this.jump();
    test.no = this.code.length;
    this.write(no);
    end.to = this.code.length;
  }

  private repeat(node: Extract<RegexNode, { kind: 'repeat' }>): void {
    const { least, most, mode } = node;
    const single = singleTest(node.body);
    if (single !== null) {
      this.code.push({ op: 'run', test: single, least, most, mode });
    } else if (mode === 'possessive') {
      this.inner('atomic', 0, { ...node, mode: 'greedy' });
    } else {
      const count = this.registers;
      this.registers += 2;
      const begin = { op: 'begin' as const, count, to: 0 };
      this.code.push(begin);
      const body = this.code.length;
      this.write(node.body);
      begin.to = this.code.length;
      this.code.push({ op: 'until', count, body, least, most, lazy: mode === 'lazy' });
    }
  }

  private inner(kind: 'look' | 'refuse' | 'atomic', back: number, body: RegexNode): void {
    const inner = { op: 'inner' as const, kind, back, next: 0 };
    this.code.push(inner);
    this.write(body);
    this.code.push({ op: 'done' });
    inner.next = this.code.length;
  }

  private jump(): { to: number } {
    const jump = { op: 'jump' as const, to: 0 };
    this.code.push(jump);
    return jump;
  }
}

/** Of a part that is one character and no group. */
function singleTest(node: RegexNode): CharacterTest | null {
  if (node.kind === 'character') return node.test;
  if (node.kind === 'literal') return (character) => character === node.character;
  const [only] = node.kind === 'sequence' ? node.items : [];
  return node.kind === 'sequence' && node.items.length === 1 && only !== undefined ? singleTest(only) : null;
}
