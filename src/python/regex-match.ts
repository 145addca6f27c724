import { PyError } from './errors';
import { isAsciiWord, isWord } from './regex-class';
import type { At } from './regex-node';
import type { Program } from './regex-program';

/** Steps of a whole search: about a second. A pattern may take time that grows exponentially with its repetitions. */
const MOST_STEPS = 30_000_000;
/** Numbers on the stack: ways that were not taken yet. */
const MOST_STACK = 40_000_000;

/** Kinds of entries of the stack, four numbers each. */
const WAY = 0;
const REGISTER = 1;
const FEWER = 2;
const MORE = 3;

/** Runs a pattern on one text, as CPython's `_sre` does. */
export class Matcher {
  /** Places in the text, -1 where there is none. */
  readonly registers: Int32Array;
  private readonly stack: number[] = [];
  private steps = 0;

  constructor(
    private readonly program: Program,
    /** Code points. */
    private readonly text: Uint32Array,
  ) {
    this.registers = new Int32Array(program.registers);
  }

  /** The first match at `from` or later; afterwards `registers` holds its groups. `advancing`: at `from` itself an empty one does not count. Throws PyError MemoryError when it takes too long. */
  search(from: number, advancing: boolean): boolean {
    for (let at = from; at <= this.text.length; at++) {
      this.registers.fill(-1);
      this.stack.length = 0;
      const end = this.run(0, at, advancing && at === from ? at : -1);
      if (end < 0) continue;
      this.registers[0] = at;
      this.registers[1] = end;
      return true;
    }
    return false;
  }

  /** Where the match ends, -1: there is none. `refused`: an end that does not count. */
  private run(start: number, from: number, refused: number): number {
    const { code } = this.program;
    const { text, stack, registers } = this;
    const base = stack.length;
    let pc = start;
    let at = from;
    for (;;) {
      if (++this.steps > MOST_STEPS) throw new PyError('MemoryError', `more than ${MOST_STEPS / 1e6} million steps`);
      const instruction = code[pc];
      if (instruction === undefined) throw new RangeError('a pattern without an end');
      let matches = true;
      switch (instruction.op) {
        case 'literal':
          matches = at < text.length && text[at] === instruction.character;
          at++;
          pc++;
          break;
        case 'test':
          matches = at < text.length && instruction.test(text[at] ?? 0);
          at++;
          pc++;
          break;
        case 'at':
          matches = this.isAt(instruction.at, at);
          pc++;
          break;
        case 'mark':
          this.set(instruction.register, at);
          pc++;
          break;
        case 'fork':
          this.push(WAY, instruction.other, at, 0);
          pc++;
          break;
        case 'jump':
          pc = instruction.to;
          break;
        case 'run': {
          const { test, least, most, mode } = instruction;
          const limit = most === Infinity ? text.length : Math.min(text.length, at + most);
          const wanted = mode === 'lazy' ? Math.min(limit, at + least) : limit;
          const began = at;
          while (at < wanted && test(text[at] ?? 0)) at++;
          this.steps += (at - began) >> 3;
          matches = at - began >= least;
          pc++;
          if (matches && mode === 'greedy' && at > began + least) this.push(FEWER, pc, at, began + least);
          if (matches && mode === 'lazy' && at < limit) this.push(MORE, pc - 1, at, limit);
          break;
        }
        case 'begin':
          this.set(instruction.count, -1);
          this.set(instruction.count + 1, -1);
          pc = instruction.to;
          break;
        case 'until': {
          const { count: register, body, least, most, lazy } = instruction;
          const count = (registers[register] ?? -1) + 1;
          const goesOn = count < most && at !== registers[register + 1];
          this.set(register, count);
          if (count < least) {
            pc = body;
          } else if (lazy) {
            if (goesOn) this.push(WAY, ~pc, at, 0);
            pc++;
          } else if (goesOn) {
            this.push(WAY, pc + 1, at, 0);
            this.set(register + 1, at);
            pc = body;
          } else pc++;
          break;
        }
        case 'inner': {
          const { kind, back, next } = instruction;
          const own = stack.length;
          const end = at < back ? -1 : this.run(pc + 1, at - back, -1);
          matches = kind === 'refuse' ? end < 0 : end >= 0;
          if (end >= 0 && kind === 'refuse') this.undo(own);
          else if (end >= 0) this.keepRegisters(own);
          if (kind === 'atomic') at = end;
          pc = next;
          break;
        }
        case 'reference': {
          const [begin = -1, end = -1] = [registers[2 * instruction.index], registers[2 * instruction.index + 1]];
          matches = begin >= 0 && end >= begin && this.isSame(begin, end, at, instruction.fold);
          at += end - begin;
          pc++;
          break;
        }
        case 'condition':
          pc = (registers[2 * instruction.index + 1] ?? -1) >= 0 ? pc + 1 : instruction.no;
          break;
        case 'done':
          if (at !== refused) return at;
          matches = false;
      }
      if (matches) continue;
      // Back to the last way that was not taken.
      for (;;) {
        if (stack.length === base) return -1;
        const [c, b, a, kind] = [stack.pop() ?? 0, stack.pop() ?? 0, stack.pop() ?? 0, stack.pop()];
        if (kind === REGISTER) {
          registers[a] = b;
          continue;
        }
        if (kind === WAY && a < 0) {
          // A lazy repetition takes one more round.
          const until = code[~a];
          if (until?.op !== 'until') throw new RangeError('no repetition');
          at = b;
          this.set(until.count + 1, at);
          pc = until.body;
          break;
        }
        if (kind === WAY) [pc, at] = [a, b];
        else if (kind === FEWER) {
          [pc, at] = [a, b - 1];
          if (at > c) this.push(FEWER, a, at, c);
        } else {
          const run = code[a];
          if (run?.op !== 'run' || !run.test(text[b] ?? 0)) continue;
          [pc, at] = [a + 1, b + 1];
          if (at < c) this.push(MORE, a, at, c);
        }
        break;
      }
    }
  }

  private push(kind: number, a: number, b: number, c: number): void {
    if (this.stack.length > MOST_STACK) throw new PyError('MemoryError', 'the pattern takes more memory than is there');
    this.stack.push(kind, a, b, c);
  }

  private set(register: number, value: number): void {
    this.push(REGISTER, register, this.registers[register] ?? -1, 0);
    this.registers[register] = value;
  }

  /** Registers as they were when the stack had this length. */
  private undo(length: number): void {
    const { stack } = this;
    while (stack.length > length) {
      const [, b, a, kind] = [stack.pop(), stack.pop() ?? 0, stack.pop() ?? 0, stack.pop()];
      if (kind === REGISTER) this.registers[a] = b;
    }
  }

  /** Gives up the ways into a part that has matched; what its groups were before is still known. */
  private keepRegisters(length: number): void {
    const { stack } = this;
    let kept = length;
    for (let place = length; place < stack.length; place += 4) {
      if (stack[place] !== REGISTER) continue;
      for (let offset = 0; offset < 4; offset++) stack[kept + offset] = stack[place + offset] ?? 0;
      kept += 4;
    }
    stack.length = kept;
  }

  private isSame(begin: number, end: number, at: number, fold: ((character: number) => number) | null): boolean {
    const { text } = this;
    if (at + end - begin > text.length) return false;
    for (let offset = 0; offset < end - begin; offset++) {
      const [first = 0, second = 0] = [text[begin + offset], text[at + offset]];
      if (first !== second && (fold === null || fold(first) !== fold(second))) return false;
    }
    this.steps += (end - begin) >> 3;
    return true;
  }

  private isAt(where: At, at: number): boolean {
    const { text } = this;
    switch (where) {
      case 'start':
        return at === 0;
      case 'line-start':
        return at === 0 || text[at - 1] === 0x0a;
      case 'end':
        return at === text.length || (at === text.length - 1 && text[at] === 0x0a);
      case 'line-end':
        return at === text.length || text[at] === 0x0a;
      case 'very-end':
        return at === text.length;
      case 'boundary':
        return this.isBorder(at, isWord);
      case 'ascii-boundary':
        return this.isBorder(at, isAsciiWord);
      // An empty text has neither, in CPython 3.11.
      case 'no-boundary':
        return text.length > 0 && !this.isBorder(at, isWord);
      case 'no-ascii-boundary':
        return text.length > 0 && !this.isBorder(at, isAsciiWord);
    }
  }

  private isBorder(at: number, isWordCharacter: (character: number) => boolean): boolean {
    const { text } = this;
    const before = at > 0 && isWordCharacter(text[at - 1] ?? 0);
    return before !== (at < text.length && isWordCharacter(text[at] ?? 0));
  }
}
