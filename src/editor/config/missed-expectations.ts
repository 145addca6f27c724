import type { Expectation } from '../../protocol/events';
import type { Memory } from '../evaluations/memory';

/** Expectations the last run of each checkpoint missed: a problem on their line until a run meets them. */
export class MissedExpectations {
  constructor(
    private readonly memory: Memory,
    private readonly changed: () => void,
  ) {}

  judge(expectation: Expectation): void {
    const { config, config_path: path } = expectation;
    if (config === null || path === null) return;
    const others = this.memory.missed.filter((known) => !(known.config === config && known.config_path === path && known.checkpoint === expectation.checkpoint));
    this.memory.missed = expectation.met ? others : [...others, expectation];
    this.changed();
  }

  of(file: string): readonly Expectation[] {
    return this.memory.missed.filter((expectation) => expectation.config === file);
  }
}
