import { cpuProfile, type DeviceProfile } from '../device-profile';
import { defaultThreads } from './threads';

/** What checkpoints run on here. `threads` null: as many as the machine has to spare. */
export function deviceProfile(threads: number | null): DeviceProfile {
  return cpuProfile(threads ?? defaultThreads());
}
