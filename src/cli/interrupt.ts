/** Ctrl-C and a polite kill: a command may have its own way to stop; otherwise, and at the second signal, it ends at once with exit code 130. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const EXIT_INTERRUPTED = 130;

let stop: () => void = () => undefined;
let isAsked = false;

/** `atOnce`: says that a command was cancelled which has no way of its own to say so, or no time. */
export function watchInterrupts(atOnce: () => void): void {
  const end = (): void => {
    atOnce();
    // Processes it started are killed when this process exits.
    process.exit(EXIT_INTERRUPTED);
  };
  stop = end;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isAsked) end();
      isAsked = true;
      stop();
    });
  }
}

/** While `work` runs, an interrupt asks it to stop. */
export async function interruptible<T>(work: Promise<T>, ask: () => void): Promise<T> {
  const before = stop;
  stop = ask;
  try {
    return await work;
  } finally {
    stop = before;
  }
}
