/** What is fed to the model at once: `targets` belong to the last `targets.length` tokens of `fed`, one for each. */
export type Sequence = { readonly fed: readonly number[]; readonly targets: readonly number[] };

export type WindowShape = {
  /** Tokens a window feeds at most. */
  readonly window: number;
  /** Tokens scored by every window after the first; at most `window`. */
  readonly stride: number;
};

/** A window as views of the text's tokens: nothing is copied. `first`: place of its first target in the text. */
export type WindowView = { readonly fed: Int32Array; readonly targets: Int32Array; readonly first: number };

/**
 * Windows over a text for its rolling log-likelihood (lm-evaluation-harness 0.4.13, `get_rolling_token_windows` with
 * `context_len` = window - stride + 1, then `make_disjoint_window`). Every token is scored exactly once, in order.
 * Only the first window sees the prefix token; every later one scores `stride` tokens, the last one what is left with a full-size
 * left context. With stride = window each full window has one token of context: the harness's disjoint windows.
 */
export class RollingWindows {
  /** Windows of the whole text. */
  readonly count: number;
  /** Tokens of the text. */
  readonly length: number;
  /** Tokens that every window feeds. */
  readonly width: number;
  private readonly stream: Int32Array;

  constructor(
    tokens: ArrayLike<number>,
    prefix: number,
    private readonly shape: WindowShape,
  ) {
    this.length = tokens.length;
    this.width = Math.min(shape.window, this.length);
    this.count = this.length === 0 ? 0 : 1 + Math.ceil((this.length - this.width) / shape.stride);
    this.stream = new Int32Array(this.length + 1);
    this.stream[0] = prefix;
    this.stream.set(tokens, 1);
  }

  at(index: number): WindowView {
    const { window, stride } = this.shape;
    const first = index === 0 ? 0 : this.width + (index - 1) * stride;
    const end = index === 0 ? this.width : Math.min(first + stride, this.length);
    return { fed: this.stream.subarray(Math.max(0, end - window), end), targets: this.stream.subarray(first + 1, end + 1), first };
  }

  /** The token ids from `start` to before `end`. */
  tokens(start: number, end: number): number[] {
    return Array.from(this.stream.subarray(start + 1, end + 1));
  }
}

/** All windows of a short text, as sequences of their own. */
export function rollingSequences(windows: RollingWindows): Sequence[] {
  return Array.from({ length: windows.count }, (_, index) => {
    const { fed, targets } = windows.at(index);
    return { fed: Array.from(fed), targets: Array.from(targets) };
  });
}

/** The shape asked for, within what the model can hold. */
export function windowShape(maxLength: number, window?: number, stride?: number): WindowShape {
  const size = clamp(window ?? maxLength, maxLength);
  return { window: size, stride: clamp(stride ?? size, size) };
}

function clamp(wanted: number, most: number): number {
  return Math.max(1, Math.min(Math.floor(wanted), most));
}
