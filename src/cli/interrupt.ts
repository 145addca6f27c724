/** Ctrl-C and a polite kill: a command may have its own way to stop; otherwise, and at the second signal, it ends at once with exit code 130. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

const EXIT_INTERRUPTED = 130;

let stop: () => void = () => undefined;
let isAsked = false;

/** `otherwise`: what ends a command that has no way of its own. */
export function watchInterrupts(otherwise: () => void): void {
  stop = otherwise;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      // Model processes are killed when this process exits.
      if (isAsked) process.exit(EXIT_INTERRUPTED);
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
