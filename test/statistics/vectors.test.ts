import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { betaMixture, rho2Optimal, tMixture } from '../../src/statistics/anytime';
import { bcaInterval, harnessBootstrapSteps, linearQuantile, type Statistic } from '../../src/statistics/bootstrap';
import { debiasedSquaredCalibration, expectedCalibrationError } from '../../src/metrics/calibration';
import { f1Delta, mccDelta } from '../../src/statistics/corpus';
import { kendall, permutationP, spearman } from '../../src/statistics/correlation';
import { onLogScale } from '../../src/statistics/estimate';
import { pooledStderr, unweightedStderr } from '../../src/statistics/group';
import { mcnemarExact } from '../../src/statistics/mcnemar';
import { meanT } from '../../src/statistics/mean';
import { pairedT } from '../../src/statistics/paired';
import { wilson } from '../../src/statistics/proportion';
import { perplexityDifference, ratioEstimate } from '../../src/statistics/ratio';
import { tango } from '../../src/statistics/tango';
import { completed } from './values';

type Inputs = Record<string, never>;
type Case = { procedure: string; inputs: Inputs; expected: Record<string, unknown>; tolerance: number; edge?: string };

const cases = JSON.parse(readFileSync(join(__dirname, '../fixtures/statistics.json'), 'utf8')) as Case[];

/** Values computed by scipy, statsmodels, scikit-learn and CPython; the file says which. */
const procedures: Record<string, (i: Inputs) => Record<string, unknown>> = {
  wilson: (i) => ({ interval: wilson(i['successes']!, i['n']!, i['confidence']!) }),
  mean_t: (i) => ({ ...meanT(i['values']!, i['confidence']!) }),
  ratio_perplexity: (i) => {
    const rate = ratioEstimate(i['loglikelihoods']!, i['weights']!, i['confidence']!);
    const { value, ...rest } = onLogScale(Math.exp(-rate.rate), rate, 'ratio', false);
    return { ...rest, perplexity: value, log_stderr: rate.stderr };
  },
  f1_delta: (i) => f1Delta(i as never),
  mcc_delta: (i) => mccDelta(i as never),
  bca_from_replicates: (i) => ({ interval: bcaInterval(i['replicates']!, i['observed']!, i['jackknife']!, i['confidence']!) }),
  percentile_from_replicates: (i) => {
    const sorted = Float64Array.from(i['replicates']! as readonly number[]).sort();
    const tail = (1 - i['confidence']!) / 2;
    return { interval: [linearQuantile(sorted, tail), linearQuantile(sorted, 1 - tail)] };
  },
  kendall_tau_b: (i) => ({ tau: kendall(i['x']!, i['y']!), p: permutationP(kendall, i['x']!, i['y']!) }),
  spearman: (i) => ({ rho: spearman(i['x']!, i['y']!), p: permutationP(spearman, i['x']!, i['y']!) }),
  calibration_error: (i) => {
    const [confidences, outcomes]: [readonly number[], readonly number[]] = [i['confidences']!, i['correct']!];
    // The likeliest label is 0; an answer that is wrong has none of the labels.
    const ece = expectedCalibrationError(outcomes.map((right) => (right === 1 ? 0 : -1)), confidences.map((confidence) => [confidence]), i['bins']!);
    return { ece, debiased_squared: debiasedSquaredCalibration(outcomes.map((right) => right === 1), confidences, i['bins']!) };
  },
  harness_bootstrap_stderr: (i) => {
    const values: number[] = i['values']!;
    return { stderr: completed(harnessBootstrapSteps(values.length, statistic(i['aggregation']!, values), i['iterations']!)) };
  },
  group_mean: (i) => ({ harness_stderr: i['weight_by_size']! ? pooledStderr(i['stderrs']!, i['sizes']!) : unweightedStderr(i['stderrs']!) }),
  rho2_optimal: (i) => ({ rho2: rho2Optimal(i['n_opt']!, i['alpha']!) }),
  t_mixture_cs: (i) => ({ half_width: tMixture(i['sd']!, i['n']!, i['rho2']!, i['alpha']!) }),
  beta_mixture_cs: (i) => ({ interval: betaMixture(i['successes']!, i['n']!, i['kappa']!, i['alpha']!) }),
  mcnemar_exact: (i) => ({ p: mcnemarExact(i['only_baseline']!, i['only_other']!) }),
  paired_difference_tango: (i) => ({
    difference: (i['only_other']! - i['only_baseline']!) / i['n']!,
    interval: tango(i['only_baseline']!, i['only_other']!, i['n']!, i['confidence']!),
  }),
  paired_t: (i) => pairedT(i['baseline']!, i['other']!, i['confidence']!),
  perplexity_difference: (i) => {
    const { difference, stderr, interval, p } = perplexityDifference(i['baseline']!, i['other']!, i['weights']!, i['confidence']!);
    return { log_ratio: -difference, log_stderr: stderr, ratio: Math.exp(-difference), interval: interval && [Math.exp(-interval[1]), Math.exp(-interval[0])], p };
  },
};

function statistic(aggregation: string, values: readonly number[]): Statistic {
  const at = (indices: Uint32Array): number[] => Array.from(indices, (index) => values[index] ?? NaN);
  const mean = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0) / numbers.length;
  switch (aggregation) {
    case 'median':
      return (indices) => at(indices).sort((a, b) => a - b)[Math.floor(indices.length / 2)] ?? NaN;
    case 'perplexity':
      return (indices) => Math.exp(-mean(at(indices)));
    case 'mean':
      return (indices) => mean(at(indices));
    default:
      throw new Error(`aggregation ${aggregation}`);
  }
}

function close(got: unknown, want: unknown, tolerance: number, what: string): void {
  if (want === null) return assert.ok(got === null || got === undefined || Number.isNaN(got), `${what}: ${String(got)} want none`);
  if (want === 'inf') return assert.equal(got, Infinity, what);
  if (Array.isArray(want)) {
    assert.ok(Array.isArray(got), `${what}: ${String(got)} want ${String(want)}`);
    want.forEach((item, index) => close((got as unknown[])[index], item, tolerance, `${what}[${index}]`));
    return undefined;
  }
  assert.ok(typeof got === 'number' && Math.abs(got - (want as number)) <= tolerance, `${what}: ${String(got)} want ${String(want)} ± ${tolerance}`);
  return undefined;
}

/** Vectors that wait for a part of Assay that needs them. */
const NOT_IMPLEMENTED = [
  'asymptotic_cs', 'beta_mixture_cs_finite', 'clopper_pearson', 'clustered_mean', 'jeffreys', 'mcnemar_midp', 'paired_difference_bonett_price',
  'paired_effect_binary', 'sign_flip_exact',
  'benjamini_hochberg', 'benjamini_yekutieli', 'bootstrap_bca_mean', 'detectable_paired_binary', 'detectable_paired_mean',
  'discordant_e_value', 'documents_paired_binary', 'documents_paired_mean', 'exhaustive_bootstrap_mean', 'hedged_capital', 'holm',
  'min_k', 'min_k_plus_plus', 'ngram_overlap', 'prompt_variance', 'wilcoxon',
];

/** Of some vectors Assay makes a part. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = { group_mean: ['value', 'stderr'], paired_t: ['t', 'cohen_dz'] };

describe('published vectors', () => {
  test('every procedure is either held against its vectors or named as not implemented', () => {
    const all = new Set(cases.map(({ procedure }) => procedure));
    assert.deepEqual([...Object.keys(procedures), ...NOT_IMPLEMENTED].sort(), [...all].sort());
  });

  for (const [procedure, run] of Object.entries(procedures)) {
    test(procedure, () => {
      const mine = cases.filter((item) => item.procedure === procedure);
      assert.ok(mine.length > 0, `no vector for ${procedure}`);
      for (const { inputs, expected, tolerance, edge } of mine) {
        const got = run(inputs);
        for (const [key, want] of Object.entries(expected)) {
          if (LEFT_OUT[procedure]?.includes(key)) continue;
          close(got[key], want, tolerance, `${procedure} ${edge ?? ''} ${key}`);
        }
      }
    });
  }
});
