/** What is fed to the model at once: `targets` belong to the last `targets.length` tokens of `fed`, one for each. */
export type Sequence = { readonly fed: readonly number[]; readonly targets: readonly number[] };

export type WindowShape = {
  /** Tokens a window feeds at most. */
  readonly window: number;
  /** Tokens scored by every window after the first; at most `window`. */
  readonly stride: number;
};

/**
 * Windows over a text for its rolling log-likelihood (lm-evaluation-harness 0.4.13, `get_rolling_token_windows` with
 * `context_len` = window - stride + 1, then `make_disjoint_window`). Every token is scored exactly once, in order.
 * Only the first window sees `prefix`; every later one scores `stride` tokens, the last one what is left with a full-size left
 * context. With stride = window each full window has one token of context: the harness's disjoint windows.
 */
export function rollingWindows(tokens: readonly number[], prefix: number, { window, stride }: WindowShape): Sequence[] {
  if (tokens.length === 0) return [];
  const first = Math.min(window, tokens.length);
  const windows: Sequence[] = [{ fed: [prefix, ...tokens.slice(0, first - 1)], targets: tokens.slice(0, first) }];
  for (let start = first; start < tokens.length; start += stride) {
    const end = Math.min(start + stride, tokens.length);
    windows.push({ fed: tokens.slice(Math.max(0, end - window - 1), end - 1), targets: tokens.slice(start, end) });
  }
  return windows;
}

/** The shape asked for, within what the model can hold. */
export function windowShape(maxLength: number, window?: number, stride?: number): WindowShape {
  const size = clamp(window ?? maxLength, maxLength);
  return { window: size, stride: clamp(stride ?? size, size) };
}

function clamp(wanted: number, most: number): number {
  return Math.max(1, Math.min(Math.floor(wanted), most));
}
