import { InputError } from "../../core/errors.js";
import { mean, standardDeviation } from "../../core/statistics.js";
import { estimateTheta, FIRST_SCORED, type ThetaParameters } from "./estimate-theta.js";
import { extendLine, linesBefore, type TrendLine, wholeLine } from "./trend-line.js";

/**
 * The four models of Fiorucci et al. (2016): `theta` (STM) has θ = 2, `optimised` (OTM) estimates θ; `dynamic` and
 * `dynamic_optimised` (DSTM, DOTM) are the same with a trend line that is fitted anew at every step.
 */
export type ThetaKind = "theta" | "optimised" | "dynamic" | "dynamic_optimised";

export const THETA_KINDS: readonly ThetaKind[] = Object.freeze(["theta", "optimised", "dynamic", "dynamic_optimised"]);

export interface ThetaFit extends ThetaParameters {
  kind: ThetaKind;
  /** Mean square of the one-step errors, without the first three. */
  mse: number;
  /** Number of values. */
  n: number;
  /** Level after the last value. */
  level: number;
  /** Trend line after the last value. */
  line: TrendLine;
}

/** Shorter series do not show three parameters. */
const SHORTEST_ESTIMATED = 10;

const isDynamic = (kind: ThetaKind): boolean => kind === "dynamic" || kind === "dynamic_optimised";
const isOptimised = (kind: ThetaKind): boolean => kind === "optimised" || kind === "dynamic_optimised";

/**
 * Theta model in state-space form (Assimakopoulos & Nikolopoulos 2000; Hyndman & Billah 2003; Fiorucci, Pellegrini,
 * Louzada, Petropoulos & Koehler 2016), by least squares.
 *
 * Fewer than ten values, or a constant series, take α = 0.5 and θ = 2 without estimating.
 *
 * @param y finite values without a season
 * @param kind default `dynamic_optimised`
 * @param parameters taken as they are instead of being estimated
 * @returns null for fewer than four values, and where squares of the values overflow
 * @throws InputError for parameters outside their range
 */
export function fitTheta(
  y: Float64Array,
  kind: ThetaKind = "dynamic_optimised",
  parameters?: ThetaParameters,
): ThetaFit | null {
  if (y.length <= FIRST_SCORED) return null;
  if (parameters) check(parameters);
  const { alpha, theta, initialLevel } = parameters ?? parametersFor(y, kind);
  const { intercept, slope } = linesBefore(y, isDynamic(kind));
  let level = alpha * y[0] + (1 - alpha) * initialLevel;
  let sse = 0;
  for (let t = 1; t < y.length; t++) {
    if (t >= FIRST_SCORED) sse += (y[t] - oneStep(level, intercept[t], slope[t], t, alpha, theta)) ** 2;
    level = alpha * y[t] + (1 - alpha) * level;
  }
  if (!Number.isFinite(sse)) return null;
  const n = y.length;
  return { kind, alpha, theta, initialLevel, mse: sse / (n - FIRST_SCORED), n, level, line: wholeLine(y) };
}

/** The best of the four models by mean squared error, the first of equals; null as for {@link fitTheta}. */
export function selectTheta(y: Float64Array): ThetaFit | null {
  let best: ThetaFit | null = null;
  for (const kind of THETA_KINDS) {
    const fit = fitTheta(y, kind);
    if (fit !== null && (best === null || fit.mse < best.mse)) best = fit;
  }
  return best;
}

/** Forecast of the next `horizon` steps: the model goes on, fed with its own forecasts. */
export function forecastTheta({ kind, alpha, theta, n, ...last }: ThetaFit, horizon: number): Float64Array {
  const out = new Float64Array(horizon);
  let { level, line } = last;
  for (let h = 0; h < horizon; h++) {
    out[h] = oneStep(level, line.intercept, line.slope, n + h, alpha, theta);
    level = alpha * out[h] + (1 - alpha) * level;
    if (isDynamic(kind)) line = extendLine(line, n + h, out[h]);
  }
  return out;
}

/** Forecast of value `t` (from 0) from the level and the trend line before it. */
function oneStep(level: number, intercept: number, slope: number, t: number, alpha: number, theta: number): number {
  const decay = (1 - alpha) ** t;
  return level + (1 - 1 / theta) * (intercept * decay + (slope * (1 - decay * (1 - alpha))) / alpha);
}

function parametersFor(y: Float64Array, kind: ThetaKind): ThetaParameters {
  const centre = mean(y);
  const spread = standardDeviation(y);
  if (y.length < SHORTEST_ESTIMATED || !(spread > 1e-12 * Math.abs(centre)))
    return { alpha: 0.5, theta: 2, initialLevel: y[0] / 2 };
  const standard = y.map((v) => (v - centre) / spread);
  const { alpha, theta, initialLevel } = estimateTheta(standard, isDynamic(kind), isOptimised(kind));
  // The trend line carries 1 − 1/θ of the series' own level, the initial level the rest.
  return { alpha, theta, initialLevel: centre / theta + spread * initialLevel };
}

function check({ alpha, theta, initialLevel }: ThetaParameters): void {
  if (alpha > 0 && alpha <= 1 && theta >= 1 && Number.isFinite(initialLevel)) return;
  throw new InputError(
    `theta models want 0 < alpha <= 1, theta >= 1 and a finite initial level, got ${alpha}, ${theta}, ${initialLevel}`,
    { alpha, theta, initialLevel },
  );
}
