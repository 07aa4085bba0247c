import type { Differencing } from "./difference.js";
import type { ArimaMethod, Estimate } from "./estimate.js";
import { type ArimaFit, assembleFit } from "./fit.js";
import { correctedAic, longEnough, type Specification } from "./orders.js";
import { armaAt, coefficientCount } from "./parameters.js";
import { type ScaledRegression, scaledRegression } from "./regression.js";

/** A model with its estimate. */
export interface Judged {
  spec: Specification;
  estimate: Estimate;
  aicc: number;
}

/** Estimates and compares models of one series with one way of differencing. */
export class Judge {
  private readonly scaled: { plain: ScaledRegression | null; centred: ScaledRegression | null };

  constructor(
    private readonly y: Float64Array,
    by: Differencing,
    private readonly regressors: readonly Float64Array[] = [],
  ) {
    this.scaled = {
      plain: scaledRegression(y, by, false, regressors),
      centred: scaledRegression(y, by, true, regressors),
    };
  }

  /** False when nothing is left to explain after differencing and a constant. */
  get varies(): boolean {
    return this.scaled.centred !== null;
  }

  /** Null for a model that is too large for the series or cannot be estimated. */
  judge(spec: Specification, method: ArimaMethod, start?: Float64Array): Judged | null {
    const scaled = this.regressionOf(spec);
    if (scaled === null || !longEnough(this.y.length, spec, this.regressors.length)) return null;
    const estimate = scaled.regression.estimate(spec.shape, method, start);
    if (estimate === null) return null;
    const n = scaled.regression.w.length;
    const parameters = coefficientCount(spec.shape) + estimate.beta.length + 1;
    const aicc = correctedAic(estimate.logLikelihood - n * Math.log(scaled.scale), parameters, n);
    return Number.isFinite(aicc) ? { spec, estimate, aicc } : null;
  }

  /** The full fit of a model judged here. */
  fit({ spec, estimate }: Judged): ArimaFit | null {
    const beta = this.regressionOf(spec)?.unscale(estimate.beta);
    return beta ? assembleFit(this.y, spec, this.regressors, armaAt(spec.shape, estimate.u), beta) : null;
  }

  private regressionOf({ constant }: Specification): ScaledRegression | null {
    return constant ? this.scaled.centred : this.scaled.plain;
  }
}
