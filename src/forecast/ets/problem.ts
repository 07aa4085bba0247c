import { dot, dotMany } from "../dot.js";
import type { LeastSquares, NormalEquations } from "./levenberg-marquardt.js";
import { type EtsPass, runEts } from "./recursion.js";
import type { EtsRegion } from "./region.js";
import { differentiateEts } from "./sensitivity.js";
import type { EtsForm, EtsParameters, EtsState } from "./types.js";

/** Step of the numerical derivatives of smoothing parameters by their coordinates; the map is almost linear. */
const COORDINATE_STEP = 1e-4;

/**
 * The likelihood of a form as a problem of least squares.
 *
 * Minus twice the log-likelihood is n·log Σ r² with r = y − f for additive errors and r = (y / f − 1)·G for
 * multiplicative ones, G the geometric mean of the forecasts f (Hyndman et al. 2008, section 5.1, rearranged).
 *
 * Coordinates: seasonal states; free smoothing parameters, each as its place in [0, 1] between the limits that the ones
 * before it leave; level (only without a season); slope. With a season the level stays where it is, since level and
 * season share a free constant (factor).
 */
export class EtsProblem implements LeastSquares {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Columns of derivatives of the forecasts by coordinate, views of one workspace. */
  private readonly columns: Float64Array[];
  private readonly workspace: Float64Array;
  /** Columns for multiplicative errors. */
  private readonly relative: readonly Float64Array[];

  constructor(
    private readonly y: Float64Array,
    private readonly form: EtsForm,
    private readonly period: number,
    private readonly region: EtsRegion,
    private readonly level: number,
  ) {
    const n = y.length;
    const smoothing = region.free.length;
    const seasons = form.season === "N" ? 0 : period;
    const others = smoothing + (seasons ? 0 : 1) + (form.trend === "N" ? 0 : 1);
    this.lower = new Float64Array(seasons + others).fill(Number.NEGATIVE_INFINITY);
    this.upper = this.lower.map(() => Number.POSITIVE_INFINITY);
    this.lower.fill(0, seasons, seasons + smoothing);
    this.upper.fill(1, seasons, seasons + smoothing);
    // Additive seasonal states act alike, each a step later: with zeros in front, one column holds them all.
    const computed = form.season === "A" ? 1 : seasons;
    const zeros = form.season === "A" ? period - 1 : 0;
    const buffer = new Float64Array(zeros + (computed + others) * n);
    this.workspace = buffer.subarray(zeros);
    this.columns = Array.from({ length: seasons + others }, (_, c) => {
      const from = c >= seasons ? zeros + (computed + c - seasons) * n : zeros ? zeros - c : c * n;
      return buffer.subarray(from, from + n);
    });
    this.relative = form.error === "M" ? this.columns.map(() => new Float64Array(n)) : [];
  }

  /** Coordinates of smoothing parameters and states; parameters outside their limits are moved to them. */
  encode(parameters: EtsParameters, { level, trend, season }: EtsState): Float64Array {
    const states = this.form.season === "N" ? [level] : [];
    const slope = this.form.trend === "N" ? [] : [trend];
    return Float64Array.from([...season, ...this.region.encode(parameters), ...states, ...slope]);
  }

  /** Smoothing parameters at a point. */
  parametersAt(x: Float64Array): EtsParameters {
    return this.region.decode(x, this.seasons);
  }

  /** States before the first value at a point. */
  statesAt(x: Float64Array): EtsState {
    const at = this.seasons + this.region.free.length;
    return {
      level: this.form.season === "N" ? x[at] : this.level,
      trend: this.form.trend === "N" ? 0 : x[x.length - 1],
      season: x.slice(0, this.seasons),
    };
  }

  value(x: Float64Array): number {
    const parameters = this.parametersAt(x);
    const pass = this.region.allows(parameters) ? runEts(this.y, this.form, parameters, this.statesAt(x)) : null;
    return pass ? sumOfSquares(this.form, pass) : Number.POSITIVE_INFINITY;
  }

  linearise(x: Float64Array): NormalEquations {
    const { y, form } = this;
    const n = y.length;
    const parameters = this.parametersAt(x);
    const states = this.statesAt(x);
    const sources = {
      seasons: form.season === "A" ? 1 : this.seasons,
      smoothing: this.region.free,
      level: form.season === "N",
      trend: form.trend !== "N",
    };
    const fitted = differentiateEts(y, form, parameters, states, sources, this.workspace);
    this.chain(x);
    const p = x.length;
    const gram = new Float64Array(p * p);
    const gradient = new Float64Array(p);
    const residuals = new Float64Array(n);
    for (let t = 0; t < n; t++) residuals[t] = y[t] - fitted[t];
    if (form.error === "M") relativeColumns(this.columns, fitted, residuals, this.relative);
    const columns = form.error === "M" ? this.relative : this.columns;
    for (let c = 0; c < p; c++) {
      gradient[c] = -dot(columns[c], residuals, n);
      if (form.error === "A" && form.season === "A" && c > 0 && c < this.period) {
        gram[c * p] = dot(columns[c], columns[0], n);
        for (let j = 1; j <= c; j++) {
          // Products of shifted columns: the pair before it less its last term.
          gram[c * p + j] = gram[(c - 1) * p + j - 1] - columns[c - 1][n - 1] * columns[j - 1][n - 1];
        }
      } else dotMany(columns[c], columns, c + 1, n, gram, c * p);
    }
    return { gram, gradient };
  }

  private get seasons(): number {
    return this.form.season === "N" ? 0 : this.period;
  }

  /** Turns derivatives by smoothing parameters into derivatives by their coordinates. */
  private chain(x: Float64Array): void {
    const { columns, seasons } = this;
    const { free } = this.region;
    const k = free.length;
    const here = this.parametersAt(x);
    const slopes = free.map((_, i) => {
      const moved = Float64Array.from(x);
      const step = x[seasons + i] < 0.5 ? COORDINATE_STEP : -COORDINATE_STEP;
      moved[seasons + i] += step;
      const there = this.parametersAt(moved);
      return free.map((name) => (there[name] - here[name]) / step);
    });
    const by = new Float64Array(k);
    for (let t = 0; t < this.y.length; t++) {
      for (let j = 0; j < k; j++) by[j] = columns[seasons + j][t];
      for (let i = 0; i < k; i++) {
        let sum = 0;
        for (let j = 0; j < k; j++) sum += slopes[i][j] * by[j];
        columns[seasons + i][t] = sum;
      }
    }
  }
}

/** Geometric mean of positive values. */
export function geometricMean(x: Float64Array): number {
  let logs = 0;
  for (const v of x) logs += Math.log(v);
  return Math.exp(logs / x.length);
}

/** Σ r² with the residuals that the likelihood is a function of. */
export function sumOfSquares(form: EtsForm, { residuals, fitted }: EtsPass): number {
  if (form.error === "A") return dot(residuals, residuals, residuals.length);
  let sum = 0;
  for (let t = 0; t < residuals.length; t++) sum += (residuals[t] / fitted[t]) ** 2;
  return sum * geometricMean(fitted) ** 2;
}

/** Derivatives −dr of r = (y / f − 1)·G from those of f, into `out`; `residuals` become r. */
function relativeColumns(
  columns: readonly Float64Array[],
  fitted: Float64Array,
  residuals: Float64Array,
  out: readonly Float64Array[],
): void {
  const n = fitted.length;
  const mean = geometricMean(fitted);
  const inverse = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    inverse[t] = 1 / fitted[t];
    const relative = residuals[t] * inverse[t];
    weights[t] = mean * (1 + relative) * inverse[t];
    residuals[t] = mean * relative;
  }
  for (let c = 0; c < columns.length; c++) {
    const from = columns[c];
    const to = out[c];
    const drift = dot(from, inverse, n) / n;
    for (let t = 0; t < n; t++) to[t] = weights[t] * from[t] - residuals[t] * drift;
  }
}
