import { spendText } from './effort';

/** A moment as the clock on the wall shows it; `datetime.now()` knows no time zone. */
export type LocalTime = { readonly year: number; readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number; readonly microsecond: number };

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const DIRECTIVE = /%([-_0^#]?)(\d*)([A-Za-z%])/g;
/** Formats that stand for others, in the C locale. */
const COMPOUND: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y', D: '%m/%d/%y', F: '%Y-%m-%d', h: '%b', r: '%I:%M:%S %p', R: '%H:%M', T: '%H:%M:%S', x: '%m/%d/%y', X: '%H:%M:%S',
};

/** Python's `datetime.strftime` over glibc in the C locale; what it does not know stands as it is. */
export function strftime(time: LocalTime, format: string): string {
  spendText(format.length * 32);
  return format.replace(DIRECTIVE, (whole: string, flag: string, width: string, letter: string) => {
    const compound = COMPOUND[letter];
    const plain = compound === undefined ? directive(time, letter) : { text: strftime(time, compound), pad: ' ', width: 0 };
    return plain === null ? whole : laidOut(plain, flag, Math.min(Number(width), 99));
  });
}

type Printed = { readonly text: string; readonly pad: string; readonly width: number };

function laidOut({ text, pad, width }: Printed, flag: string, wanted: number): string {
  const filling = flag === '_' ? ' ' : flag === '0' ? '0' : pad;
  const filled = text.padStart(wanted > 0 ? wanted : flag === '-' ? 0 : width, filling);
  return flag === '^' || flag === '#' ? filled.toUpperCase() : filled;
}

function directive(time: LocalTime, letter: string): Printed | null {
  const number = (value: number, width: number, pad = '0'): Printed => ({ text: String(value), pad, width });
  const text = (value: string): Printed => ({ text: value, pad: ' ', width: 0 });
  const { year, month, day, hour } = time;
  const weekday = weekdayOf(time);
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  switch (letter) {
    case 'a': return text((DAYS[weekday] ?? '').slice(0, 3));
    case 'A': return text(DAYS[weekday] ?? '');
    case 'b': return text((MONTHS[month - 1] ?? '').slice(0, 3));
    case 'B': return text(MONTHS[month - 1] ?? '');
    case 'C': return number(Math.floor(year / 100), 2);
    case 'd': return number(day, 2);
    case 'e': return number(day, 2, ' ');
    case 'f': return text(String(time.microsecond).padStart(6, '0'));
    case 'G': return number(isoWeek(time).year, 4);
    case 'g': return number(isoWeek(time).year % 100, 2);
    case 'H': return number(hour, 2);
    case 'I': return number(twelve, 2);
    case 'j': return number(dayOfYear(time), 3);
    case 'k': return number(hour, 2, ' ');
    case 'l': return number(twelve, 2, ' ');
    case 'm': return number(month, 2);
    case 'M': return number(time.minute, 2);
    case 'n': return text('\n');
    case 'p': return text(hour < 12 ? 'AM' : 'PM');
    case 'P': return text(hour < 12 ? 'am' : 'pm');
    case 'S': return number(time.second, 2);
    case 't': return text('\t');
    case 'u': return number(weekday === 0 ? 7 : weekday, 1);
    case 'U': return number(Math.floor((dayOfYear(time) + 6 - weekday) / 7), 2);
    case 'V': return number(isoWeek(time).week, 2);
    case 'w': return number(weekday, 1);
    case 'W': return number(Math.floor((dayOfYear(time) + 6 - ((weekday + 6) % 7)) / 7), 2);
    case 'y': return number(year % 100, 2);
    case 'Y': return number(year, 4);
    case 'z':
    case 'Z': return text('');
    case '%': return text('%');
    default: return null;
  }
}

const DAY_MS = 86_400_000;

const dateOf = ({ year, month, day }: LocalTime): number => Date.UTC(year, month - 1, day);
const weekdayOf = (time: LocalTime): number => new Date(dateOf(time)).getUTCDay();
const dayOfYear = (time: LocalTime): number => (dateOf(time) - Date.UTC(time.year, 0, 1)) / DAY_MS + 1;

/** ISO 8601: the week belongs to the year of its Thursday. */
function isoWeek(time: LocalTime): { readonly year: number; readonly week: number } {
  const thursday = new Date(dateOf(time) + (3 - ((weekdayOf(time) + 6) % 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 };
}
