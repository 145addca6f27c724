import type { Interval } from '../protocol/events';

/** A number with what is known of its spread. Intervals are for the population the documents come from, live and final. */
export type Estimate = {
  readonly value: number;
  readonly stderr: number | null;
  readonly interval: Interval;
  /** null where there is no interval. */
  readonly method: string | null;
  readonly approximate: boolean;
};

/** A number of which nothing else is known. */
export function bare(value: number): Estimate {
  return { value, stderr: null, interval: null, method: null, approximate: false };
}

/** A centre, its standard error and its interval, on the scale they were made on. */
export type Spread = { readonly stderr: number | null; readonly interval: Interval };

/** From the mean log-likelihood to exp of its negative. */
export function onLogScale(value: number, { stderr, interval }: Spread, method: string, approximate: boolean): Estimate {
  return {
    value,
    stderr: stderr === null ? null : value * stderr,
    interval: interval === null ? null : [Math.exp(-interval[1]), Math.exp(-interval[0])],
    method: interval === null ? null : method,
    approximate: interval !== null && approximate,
  };
}
