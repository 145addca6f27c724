import { fitText, PRICE, spend, spendText } from '../python/effort';
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

/** What one rendering, or a block or macro in it, has printed. */
export class Output {
  private readonly pieces: string[] = [];
  private size = 0;

  write(text: string): void {
    this.size += text.length;
    spend(PRICE.item);
    fitText(this.size);
    this.pieces.push(text);
  }

  text(): string {
    const [only = ''] = this.pieces;
    if (this.pieces.length <= 1) return only;
    spendText(this.size);
    return this.pieces.join('');
  }
}
