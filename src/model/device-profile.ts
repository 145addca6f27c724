import type { DeviceProfile } from '../protocol/device';
import { defaultThreads } from './local/threads';

/** A CPU with that many threads. */
export function cpuProfile(threads: number): DeviceProfile {
  return { kind: 'cpu', threads, tokenBudget: 512, promptTokens: 256, cacheRows: 32, headBytes: 64 * 2 ** 20, memoryShare: 0.4 };
}

/** What checkpoints run on here. `threads` null: as many as the machine has to spare. */
export function deviceProfile(threads: number | null): DeviceProfile {
  return cpuProfile(threads ?? defaultThreads());
}
