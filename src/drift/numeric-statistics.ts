import { type AndersonTest, andersonOfSteps } from "./anderson-darling.js";
import { type CvmTest, cvmOfSteps } from "./cramer-von-mises.js";
import { decileCounts } from "./decile-counts.js";
import { energyOfSteps } from "./energy.js";
import { evidentlyCounts } from "./evidently-counts.js";
import { hellingerOfCounts } from "./hellinger.js";
import { jsOfCounts } from "./jensen-shannon.js";
import { type KsTest, ksOfSorted } from "./ks.js";
import { klOfCounts } from "./kullback-leibler.js";
import { type MannWhitneyTest, mannWhitneyOfSteps } from "./mann-whitney.js";
import { momentsOfSorted } from "./moments.js";
import { pooledSteps } from "./pooled-steps.js";
import { type Psi, type PsiMode, psiOfCounts } from "./psi.js";
import { type WassersteinDistance, wassersteinOfSteps } from "./wasserstein.js";
import { type WelchTest, welchFromMoments } from "./welch.js";

export interface StatisticsOptions {
  /** Kind of the population stability index, default `deciles`. */
  psi?: PsiMode;
}

/** Every statistic of two samples of numbers. */
export interface NumericStatistics {
  ks: KsTest;
  wasserstein: WassersteinDistance;
  psi: Psi;
  energy: { value: number };
  mannwhitney: MannWhitneyTest;
  cvm: CvmTest;
  welch: WelchTest;
  anderson: AndersonTest;
  hellinger: { value: number };
  js: { distance: number };
  kl: { value: number };
}

/**
 * Every statistic of two samples of numbers, where what several of them need is done once.
 *
 * @param reference ascending, finite, at least one
 * @param current ascending, finite, at least one
 */
export function numericStatistics(
  reference: Float64Array,
  current: Float64Array,
  options: StatisticsOptions = {},
): NumericStatistics {
  const mode = options.psi ?? "deciles";
  const steps = pooledSteps(reference, current);
  const moments = momentsOfSorted(reference);
  const deciles = decileCounts(reference, current);
  return {
    ks: ksOfSorted(reference, current),
    wasserstein: wassersteinOfSteps(steps, moments),
    psi: psiOfCounts(mode === "evidently" ? evidentlyCounts(reference, current, steps) : deciles, mode),
    energy: energyOfSteps(steps),
    mannwhitney: mannWhitneyOfSteps(steps),
    cvm: cvmOfSteps(steps),
    welch: welchFromMoments(moments, momentsOfSorted(current)),
    anderson: andersonOfSteps(steps),
    hellinger: hellingerOfCounts(deciles),
    js: jsOfCounts(deciles),
    kl: klOfCounts(deciles),
  };
}
