import { PyOpaque } from './value';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** `datetime.date`. */
export class PyDate extends PyOpaque {
  readonly typeName = 'date';
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {
    super();
  }

  str(): string {
    return `${pad(this.year, 4)}-${pad(this.month, 2)}-${pad(this.day, 2)}`;
  }

  repr(): string {
    return `datetime.date(${this.year}, ${this.month}, ${this.day})`;
  }
}

/** `datetime.datetime`; `offsetMinutes` null = naive. */
export class PyDatetime extends PyOpaque {
  readonly typeName = 'datetime';
  constructor(
    readonly date: PyDate,
    readonly hour: number,
    readonly minute: number,
    readonly second: number,
    readonly microsecond: number,
    readonly offsetMinutes: number | null,
  ) {
    super();
  }

  str(): string {
    const fraction = this.microsecond === 0 ? '' : `.${pad(this.microsecond, 6)}`;
    return `${this.date.str()} ${pad(this.hour, 2)}:${pad(this.minute, 2)}:${pad(this.second, 2)}${fraction}${this.offset()}`;
  }

  repr(): string {
    const { year, month, day } = this.date;
    const parts = [year, month, day, this.hour, this.minute];
    if (this.second !== 0 || this.microsecond !== 0) parts.push(this.second);
    if (this.microsecond !== 0) parts.push(this.microsecond);
    return `datetime.datetime(${parts.join(', ')}${this.zone()})`;
  }

  private offset(): string {
    if (this.offsetMinutes === null) return '';
    const size = Math.abs(this.offsetMinutes);
    return `${this.offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`;
  }

  private zone(): string {
    if (this.offsetMinutes === null) return '';
    if (this.offsetMinutes === 0) return ', tzinfo=datetime.timezone.utc';
    // A timedelta is normalised to non-negative seconds, so a negative offset shows as days=-1.
    const seconds = this.offsetMinutes * 60;
    const delta = seconds < 0 ? `days=-1, seconds=${seconds + 86400}` : `seconds=${seconds}`;
    return `, tzinfo=datetime.timezone(datetime.timedelta(${delta}))`;
  }
}

/** Days in a month of the proleptic Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}
