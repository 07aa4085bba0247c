import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import type { DemandScenarios } from "./types.js";

/** Forecast quantiles by family and hour. */
export interface DemandQuantiles {
  families: readonly string[];
  /** Probabilities, ascending. */
  probabilities: readonly number[];
  hours: number;
  firstHour: number;
  /** GPUs by family; `probabilities × hours`, one row a probability. */
  gpus: readonly Float64Array[];
}

/** Options of {@link sampleQuantiles}; defaults are in {@link DEFAULT_SAMPLE_OPTIONS}. */
export interface SampleOptions {
  scenarios?: number;
  /** Correlation of neighbouring hours. */
  hourCorrelation?: number;
  /** Correlation of two families in the same hour. */
  familyCorrelation?: number;
  seed?: number;
}

/**
 * Defaults of {@link SampleOptions}; the correlations are those of hourly demand around its daily course in the 16 queues
 * of Helios Earth, May 2020 (median 0.95 between hours, mean 0.20 between queues). Neither correlation changes what reservations are worth on average; they make the
 * costs of scenarios spread, and so weigh on CVaR, foresight and savings plans.
 */
export const DEFAULT_SAMPLE_OPTIONS = Object.freeze({
  scenarios: 500,
  hourCorrelation: 0.95,
  familyCorrelation: 0.2,
  seed: 42,
});

/**
 * Scenarios from quantiles, by inverse distribution functions under a Gaussian copula: each family follows an AR(1)
 * process over the hours, and all share one factor, itself AR(1).
 *
 * Of the copula only the ranks are used: the k-th smallest of n scenarios stands for the probability (k − ½) ÷ n (Latin
 * hypercube; Stein 1987), so that every hour follows its quantiles exactly, however few the scenarios. Between the given
 * probabilities the quantile is linear; beyond the outermost it stays at their value: no tail is made up.
 *
 * @throws InputError when quantiles cross or an option has no meaning
 */
export function sampleQuantiles(quantiles: DemandQuantiles, options: SampleOptions = {}): DemandScenarios {
  const { scenarios, hourCorrelation, familyCorrelation, seed } = { ...DEFAULT_SAMPLE_OPTIONS, ...options };
  const { families, hours, firstHour } = quantiles;
  checkOptions(scenarios, hourCorrelation, familyCorrelation);
  checkQuantiles(quantiles);
  const random = createRandom(seed);
  const common = walk(random.child("common"), scenarios, hours, hourCorrelation);
  const [shared, own] = [Math.sqrt(familyCorrelation), Math.sqrt(1 - familyCorrelation)];
  const gpus = families.map((family, f) => {
    const alone = walk(random.child("family").child(family), scenarios, hours, hourCorrelation);
    const values = new Float64Array(scenarios * hours);
    const score = new Float64Array(scenarios);
    for (let h = 0; h < hours; h++) {
      for (let s = 0; s < scenarios; s++)
        score[s] = shared * common[h * scenarios + s] + own * alone[h * scenarios + s];
      const ascending = Array.from(score.keys()).sort((a, b) => score[a] - score[b] || a - b);
      ascending.forEach((s, rank) => {
        values[s * hours + h] = inverse(quantiles, f, h, (rank + 0.5) / scenarios);
      });
    }
    return values;
  });
  return { families, scenarios, hours, firstHour, gpus };
}

/** Stationary AR(1) paths with unit variance, hour-major. */
function walk(random: Random, scenarios: number, hours: number, correlation: number): Float64Array {
  const news = Math.sqrt(1 - correlation * correlation);
  const path = new Float64Array(scenarios * hours);
  for (let i = 0; i < path.length; i++) {
    path[i] = i < scenarios ? random.normal() : correlation * path[i - scenarios] + news * random.normal();
  }
  return path;
}

/** Quantile of a family's hour at a probability. */
function inverse({ probabilities, gpus, hours }: DemandQuantiles, family: number, hour: number, p: number): number {
  const at = (k: number) => gpus[family][k * hours + hour];
  const above = probabilities.findIndex((one) => one >= p);
  if (above < 0) return at(probabilities.length - 1);
  if (above === 0) return at(0);
  const share = (p - probabilities[above - 1]) / (probabilities[above] - probabilities[above - 1]);
  return at(above - 1) + share * (at(above) - at(above - 1));
}

function checkQuantiles({ families, probabilities, hours, firstHour, gpus }: DemandQuantiles): void {
  if (probabilities.length < 2) {
    throw new InputError("the quantiles have one probability only: at least two are needed to tell how demand spreads");
  }
  for (const [f, family] of families.entries()) {
    for (let h = 0; h < hours; h++) {
      for (let k = 1; k < probabilities.length; k++) {
        const [below, above] = [gpus[f][(k - 1) * hours + h], gpus[f][k * hours + h]];
        if (above >= below) continue;
        throw new InputError(
          `quantiles cross: family "${family}" hour ${firstHour + h} has ${above} GPUs at q ${probabilities[k]}, below the ${below} at q ${probabilities[k - 1]}; sort them or mend the forecast`,
          { family, hour: firstHour + h },
        );
      }
    }
  }
}

function checkOptions(scenarios: number, hourCorrelation: number, familyCorrelation: number): void {
  if (!Number.isInteger(scenarios) || scenarios < 1) {
    throw new InputError(`scenarios must be a whole number from 1, got ${scenarios}`, { scenarios });
  }
  if (!(hourCorrelation >= 0 && hourCorrelation < 1)) {
    throw new InputError(`hourCorrelation must be from 0 to below 1, got ${hourCorrelation}`, { hourCorrelation });
  }
  if (!(familyCorrelation >= 0 && familyCorrelation <= 1)) {
    throw new InputError(`familyCorrelation must be from 0 to 1, got ${familyCorrelation}`, { familyCorrelation });
  }
}
