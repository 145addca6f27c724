import { daysInMonth, PyDate, PyDatetime } from '../python/datetime';

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2})(?::(\d{2})(?::(\d{2})Z?)?)?)?$/;

/** Text that pyarrow takes for `timestamp[s]`: a date, or a date and a time without fractions of a second. */
export function isoTimestamp(text: string): PyDatetime | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return new PyDatetime(new PyDate(year, month, day), hour, minute, second, 0, null);
}

/** A date by days since 1970-01-01; null outside years 1 to 9999, which Python has no dates for. */
export function dateFromDays(days: number): PyDate | null {
  const date = new Date(days * 86_400_000);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return null;
  return new PyDate(year, date.getUTCMonth() + 1, date.getUTCDate());
}

const DAY = 86_400_000_000n;

/** A moment by microseconds since 1970-01-01; `utc`: with time zone UTC, else naive. */
export function datetimeFromMicroseconds(microseconds: bigint, utc: boolean): PyDatetime | null {
  const inDay = ((microseconds % DAY) + DAY) % DAY;
  const date = dateFromDays(Number((microseconds - inDay) / DAY));
  if (date === null) return null;
  const rest = Number(inDay);
  const seconds = Math.floor(rest / 1_000_000);
  return new PyDatetime(date, Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, rest % 1_000_000, utc ? 0 : null);
}
