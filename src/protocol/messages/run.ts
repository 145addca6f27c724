/** Planning, running, resuming and reporting. */
export const runMessages = {
  'expectation-missed': '{checkpoint}: {metric} is {actual}, expected {expected}.',
} as const;
