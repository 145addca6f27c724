/**
 * What a checkpoint's engine runs on, and how much it takes at once: all budgets of a model in one place. `kind` changes numbers beyond
 * their last bits and belongs to a run's identity; the budgets change how sums are cut, which is below 1e-5.
 */
export type DeviceProfile = {
  readonly kind: 'cpu';
  /** Of a matrix product. Those that have nothing to do sleep. */
  readonly threads: number;
  /** Tokens of one run: rows × longest row. On a CPU more is slower, not faster: the activations leave the cache. */
  readonly tokenBudget: number;
  /** Tokens of a prompt that are run at once before it is generated from: between two runs messages are read. */
  readonly promptTokens: number;
  /** Rows that generate together at most: more gain nothing on a CPU. */
  readonly cacheRows: number;
  /** Bytes of logits that are computed at once. */
  readonly headBytes: number;
  /** Of the memory that is free: what copies of the weights, and what keys and values, may take. */
  readonly memoryShare: number;
};
