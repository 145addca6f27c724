import { PyError } from '../python/errors';
import type { PyValue } from '../python/value';

/** Variables of a template, a loop turn, a macro call. Lookup goes outwards, assignment stays here. */
export class Scope {
  private own: Map<string, PyValue> | null = null;
  constructor(
    private readonly parent: Scope | null,
    /** Variables that are there from the start, such as a document's columns; never written to. */
    private readonly given: ReadonlyMap<string, PyValue> | null = null,
  ) {}

  get(name: string): PyValue | undefined {
    const own = this.own?.get(name);
    if (own !== undefined) return own;
    const given = this.given?.get(name);
    return given !== undefined || this.parent === null ? given : this.parent.get(name);
  }

  set(name: string, value: PyValue): void {
    this.own ??= new Map();
    this.own.set(name, value);
  }
}

/** More than this is a template that never ends. */
const MAX_OUTPUT = 50_000_000;
const MAX_TURNS = 1_000_000;

/** What one rendering has printed, and what it may still do. */
export class Output {
  private readonly pieces: string[] = [];
  private size = 0;
  constructor(private readonly budget: Budget) {}

  write(text: string): void {
    this.size += text.length;
    if (this.size > MAX_OUTPUT) throw new PyError('MemoryError', 'the output is too long');
    this.pieces.push(text);
  }

  text(): string {
    return this.pieces.join('');
  }

  /** A separate output of the same rendering. */
  fork(): Output {
    return new Output(this.budget);
  }

  /** Counts a turn of a loop. */
  turn(): void {
    this.budget.turn();
  }
}

export class Budget {
  private turns = 0;

  turn(): void {
    if (++this.turns > MAX_TURNS) throw new PyError('MemoryError', `more than ${MAX_TURNS} turns of loops`);
  }
}
