/** Column values that JavaScript has no type for and a template only prints. */
import { PyOpaque } from '../python/value';

/** `bytes`. */
export class PyBytes extends PyOpaque {
  readonly typeName = 'bytes';
  constructor(readonly bytes: Uint8Array) {
    super();
  }

  str(): string {
    return this.repr();
  }

  /** Double quotes only where the bytes hold a single one and no double one. */
  repr(): string {
    const quote = this.bytes.includes(0x27) && !this.bytes.includes(0x22) ? '"' : "'";
    const body = Array.from(this.bytes, (byte) => printed(byte, quote)).join('');
    return `b${quote}${body}${quote}`;
  }
}

function printed(byte: number, quote: string): string {
  const character = String.fromCharCode(byte);
  if (character === '\\' || character === quote) return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** `decimal.Decimal` with a fixed number of digits behind the point. */
export class PyDecimal extends PyOpaque {
  readonly typeName = 'Decimal';
  constructor(
    readonly unscaled: bigint,
    readonly scale: number,
  ) {
    super();
  }

  str(): string {
    const digits = (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const sign = this.unscaled < 0n ? '-' : '';
    const point = digits.length - this.scale;
    return this.scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }

  repr(): string {
    return `Decimal('${this.str()}')`;
  }
}

/** `datetime.time`. */
export class PyTime extends PyOpaque {
  readonly typeName = 'time';
  /** Microseconds since midnight. */
  constructor(readonly microseconds: bigint) {
    super();
  }

  str(): string {
    const [hour, minute, second, fraction] = this.parts();
    const pad = (value: number): string => String(value).padStart(2, '0');
    const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`;
    return `${pad(hour)}:${pad(minute)}:${pad(second)}${tail}`;
  }

  repr(): string {
    const [hour, minute, second, fraction] = this.parts();
    const tail = fraction !== 0 ? [second, fraction] : second !== 0 ? [second] : [];
    return `datetime.time(${[hour, minute, ...tail].join(', ')})`;
  }

  private parts(): [hour: number, minute: number, second: number, fraction: number] {
    const seconds = Number(this.microseconds / 1_000_000n);
    return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, Number(this.microseconds % 1_000_000n)];
  }
}
