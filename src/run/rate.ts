/** Tokens per second over the last seconds. The clock is passed in. */
const WINDOW_MS = 5_000;

export class Rate {
  private readonly samples: { readonly time: number; readonly tokens: number }[] = [];

  constructor(private readonly now: () => number) {}

  /** Tokens pushed through the model since the start. */
  record(tokens: number): void {
    const time = this.now();
    this.samples.push({ time, tokens });
    while (this.samples.length > 2 && time - (this.samples[1]?.time ?? time) > WINDOW_MS) this.samples.shift();
  }

  get tokensPerSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return 0;
    return ((last.tokens - first.tokens) * 1000) / (last.time - first.time);
  }

  /** Seconds for so many more tokens, null until there is a rate. */
  secondsFor(tokens: number): number | null {
    const rate = this.tokensPerSecond;
    return rate > 0 ? tokens / rate : null;
  }
}
