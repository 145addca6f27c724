import { BINS, calibrationError } from '../calibration';
import { ofCounts } from './counted';

/** Over bins of the likeliest choice's probability. */
export const expectedCalibrationError = ofCounts('expected_calibration_error', { width: 1 + 2 * BINS, score: calibrationError, zeroIsUndefined: false });
