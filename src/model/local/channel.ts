/** A queue with one reader: items are pushed as they come and read by `for await`. Leaving the loop calls `abandoned`. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly items: T[] = [];
  private ending: { readonly error: Error | null } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly abandoned: () => void) {}

  push(...items: readonly T[]): void {
    this.items.push(...items);
    this.wake?.();
  }

  /** What was pushed is still read, then the loop ends. */
  end(): void {
    this.ending ??= { error: null };
    this.wake?.();
  }

  /** What was pushed is still read, then the loop throws. */
  fail(error: Error): void {
    this.ending ??= { error };
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const item = this.items.shift();
        if (item !== undefined) {
          yield item;
        } else if (this.ending !== undefined) {
          if (this.ending.error !== null) throw this.ending.error;
          return;
        } else {
          await new Promise<void>((resolve) => (this.wake = resolve));
        }
      }
    } finally {
      this.abandoned();
    }
  }
}
