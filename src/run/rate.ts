/** Tokens per second over the last seconds, and the time left by documents. The clock is passed in. */
const WINDOW_MS = 5_000;

export class Rate {
  private readonly samples: { readonly time: number; readonly tokens: number; readonly work: number }[] = [];

  constructor(private readonly now: () => number) {}

  /** `tokens` pushed through the model and `work` (characters of finished documents), both since the start. */
  record(tokens: number, work: number): void {
    const time = this.now();
    this.samples.push({ time, tokens, work });
    while (this.samples.length > 2 && time - (this.samples[1]?.time ?? time) > WINDOW_MS) this.samples.shift();
  }

  get tokensPerSecond(): number {
    return this.perSecond('tokens');
  }

  /** Seconds for the remaining work, null until there is a rate. */
  secondsFor(remaining: number): number | null {
    const rate = this.perSecond('work');
    return rate > 0 ? remaining / rate : null;
  }

  private perSecond(what: 'tokens' | 'work'): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.time <= first.time) return 0;
    return ((last[what] - first[what]) * 1000) / (last.time - first.time);
  }
}
