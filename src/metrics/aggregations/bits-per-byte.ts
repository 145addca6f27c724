import { ofRates } from './rates';

export const bitsPerByte = ofRates('bits_per_byte', {
  value: (rate) => -rate / Math.LN2,
  estimate: (value, { stderr, interval }, method, approximate) => ({
    value,
    stderr: stderr === null ? null : stderr / Math.LN2,
    interval: interval === null ? null : [-interval[1] / Math.LN2, -interval[0] / Math.LN2],
    method: interval === null ? null : method,
    approximate: interval !== null && approximate,
  }),
  unit: -1 / Math.LN2,
});
