import type { EtsBounds, EtsForm, EtsParameters } from "./types.js";

export type SmoothingName = keyof EtsParameters;

/** Smoothing parameters of a form, in the order in which the limits of each depend on those before it. */
export function smoothingNames({ trend, season }: EtsForm): SmoothingName[] {
  const names: SmoothingName[] = ["alpha"];
  if (trend === "Ad") names.unshift("phi");
  if (season !== "N") names.push("gamma");
  if (trend !== "N") names.push("beta");
  return names;
}

/** Distance kept from the edges, and the range of the damping, as in R's `ets`. */
const EDGE = 1e-4;
const PHI = [0.8, 0.98] as const;
/** Halvings that find how far beta may go: to one part in 1e7. */
const HALVINGS = 24;

/**
 * The region of the free smoothing parameters as a unit cube: each coordinate is a parameter's place between the limits
 * that the parameters before it leave.
 */
export class EtsRegion {
  readonly free: readonly SmoothingName[];

  /** @param period 1 without a season */
  constructor(
    private readonly form: EtsForm,
    private readonly period: number,
    private readonly bounds: EtsBounds,
    private readonly fixed: Partial<EtsParameters>,
  ) {
    this.free = smoothingNames(form).filter((name) => fixed[name] === undefined);
  }

  /** Parameters at the coordinates `x[from]`, `x[from + 1]`, … */
  decode(x: Float64Array, from: number): EtsParameters {
    const p = { alpha: 0, beta: 0, gamma: 0, phi: 1, ...this.fixed };
    this.free.forEach((name, i) => {
      const [low, high] = this.limits(name, p);
      p[name] = low + x[from + i] * (high - low);
    });
    return p;
  }

  /** Coordinates of parameters; those outside their limits are moved to them. */
  encode(parameters: EtsParameters): number[] {
    const p = { alpha: 0, beta: 0, gamma: 0, phi: 1, ...this.fixed };
    return this.free.map((name) => {
      const [low, high] = this.limits(name, p);
      p[name] = Math.min(high, Math.max(low, parameters[name]));
      return high > low ? (p[name] - low) / (high - low) : 0;
    });
  }

  /** Whether the parameters lie in the region, which the limits alone do not always guarantee. */
  allows(p: EtsParameters): boolean {
    return this.bounds === "usual" || isAdmissible(this.form, p, this.period);
  }

  private limits(name: SmoothingName, p: EtsParameters): readonly [number, number] {
    if (name === "phi") return PHI;
    const [low, high] = this.bounds === "admissible" ? this.wide(name, p) : this.usual(name, p);
    if (name !== "beta" || this.form.season === "N") return [low, Math.max(low, high)];
    return [low, this.highestBeta(p, low, Math.max(low, high))];
  }

  private usual(name: SmoothingName, p: EtsParameters): readonly [number, number] {
    if (name === "beta") return [EDGE, p.alpha];
    if (name === "gamma") return [EDGE, 1 - p.alpha];
    return [Math.max(EDGE, this.fixed.beta ?? 0), Math.min(1 - EDGE, 1 - (this.fixed.gamma ?? 0))];
  }

  /** What of the admissible region has a closed form. */
  private wide(name: SmoothingName, { alpha, gamma, phi }: EtsParameters): readonly [number, number] {
    const within = (low: number, high: number) => [low + EDGE, high - EDGE] as const;
    if (name === "alpha") return within(1 - 1 / phi, 1 + 1 / phi);
    if (name === "gamma") return within(Math.max(0, 1 - 1 / phi - alpha), 1 + 1 / phi - alpha);
    const low = this.form.season === "N" ? alpha * (phi - 1) : (phi - 1) * (gamma / this.period + alpha);
    return within(low, (1 + phi) * (2 - alpha));
  }

  /** With a season the admissible values of beta are an interval whose end has no closed form. */
  private highestBeta(p: EtsParameters, low: number, high: number): number {
    const tried = { ...p, beta: high };
    if (this.allows(tried)) return high;
    let inside = low;
    let outside = high;
    for (let i = 0; i < HALVINGS; i++) {
      tried.beta = (inside + outside) / 2;
      if (this.allows(tried)) inside = tried.beta;
      else outside = tried.beta;
    }
    return inside;
  }
}

/** Roots of the characteristic polynomial may lie so far outside the unit circle. */
const SLACK = 1e-9;

/**
 * Whether the influence of the initial states dies out (Hyndman et al. 2008, section 10.2): the eigenvalues of the
 * discount matrix, less the one that belongs to the free constant between level and season, lie in the unit circle.
 *
 * @param period 1 without a season
 */
export function isAdmissible(form: EtsForm, { alpha, beta, gamma, phi }: EtsParameters, period: number): boolean {
  const trended = form.trend !== "N";
  if (form.season === "N") {
    if (!trended) return alpha > 0 && alpha < 2;
    return alpha > 1 - 1 / phi && alpha < 1 + 1 / phi && beta > alpha * (phi - 1) && beta < (1 + phi) * (2 - alpha);
  }
  const degree = period + (trended ? 1 : 0);
  const coefficients = new Float64Array(degree + 1).fill(trended ? alpha + beta - alpha * phi : alpha);
  coefficients[degree] = 1;
  if (trended) {
    coefficients[0] = phi * (1 - alpha - gamma);
    coefficients[1] += gamma - 1;
    coefficients[period] = alpha + beta - phi;
  } else coefficients[0] = alpha + gamma - 1;
  return rootsWithin(coefficients, 1 + SLACK);
}

/**
 * Whether all roots of a polynomial lie within a circle around 0 (Schur–Cohn recursion, no root is computed).
 *
 * @param c coefficients by ascending powers, the last one not 0; overwritten
 */
export function rootsWithin(c: Float64Array, radius: number): boolean {
  for (let i = 1, power = radius; i < c.length; i++, power *= radius) c[i] *= power;
  const top = c.length - 1;
  for (let from = 0; from < top; from++) {
    const reflection = c[from] / c[top];
    if (!(Math.abs(reflection) < 1)) return false;
    // c(z) less reflection times its reverse has no constant term: what is left is divided by z.
    for (let i = from, j = top; i <= j; i++, j--) {
      const low = c[i];
      const high = c[j];
      c[i] = low - reflection * high;
      c[j] = high - reflection * low;
    }
  }
  return true;
}
