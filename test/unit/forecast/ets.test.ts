import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { mean } from "../../../src/core/statistics.js";
import { fitEts, parameterCount } from "../../../src/forecast/ets/fit.js";
import { minimiseSquares } from "../../../src/forecast/ets/levenberg-marquardt.js";
import { EtsProblem } from "../../../src/forecast/ets/problem.js";
import { runEts } from "../../../src/forecast/ets/recursion.js";
import { EtsRegion, isAdmissible, rootsWithin, smoothingNames } from "../../../src/forecast/ets/region.js";
import { etsForms, selectEts } from "../../../src/forecast/ets/select.js";
import type { EtsForm } from "../../../src/forecast/ets/types.js";

const ANN = { error: "A", trend: "N", season: "N" } as const;
const nameOf = ({ error, trend, season }: EtsForm) => `${error},${trend},${season}`;

/** A positive series with level, slope and a season of four. */
function quarterly(n: number, seed = 5): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, (_, t) => 40 + 0.3 * t + [6, -2, -7, 3][t % 4] + random.normal());
}

const FORMS = etsForms(quarterly(40), 4);

describe("the family", () => {
  it("has 15 forms: no multiplicative trend, no multiplicative season with an additive error", () => {
    expect(FORMS.map(nameOf)).toEqual([
      ..."A,N,N A,A,N A,Ad,N A,N,A A,A,A A,Ad,A M,N,N M,A,N M,Ad,N M,N,A M,A,A M,Ad,A M,N,M M,A,M M,Ad,M".split(" "),
    ]);
    expect(etsForms(quarterly(40), 1)).toHaveLength(6);
    expect(etsForms(Float64Array.of(1, 0, 2), 4)).toHaveLength(6);
  });

  it("counts smoothing parameters, free states and the variance", () => {
    expect(parameterCount(ANN, 1)).toBe(3);
    expect(parameterCount({ error: "M", trend: "Ad", season: "M" }, 12)).toBe(4 + 2 + 11 + 1);
    expect(parameterCount({ error: "A", trend: "A", season: "N" }, 1, { alpha: 0.2 })).toBe(4);
  });
});

describe("derivatives", () => {
  // Multiplicative errors have the geometric mean in their residuals, additive seasons a Gram matrix of shifted columns.
  it.each(FORMS.map((form) => [nameOf(form), form] as const))("ETS(%s): those of the sum of squares", (_, form) => {
    const y = quarterly(30);
    const period = form.season === "N" ? 1 : 4;
    const problem = new EtsProblem(y, form, period, new EtsRegion(form, period, "usual", {}), 38);
    const season = form.season === "A" ? [6, -2, -7, 3] : form.season === "M" ? [1.1, 0.95, 0.9, 1.05] : [];
    const initial = { level: 38, trend: form.trend === "N" ? 0 : 0.4, season: Float64Array.from(season) };
    const x = problem.encode({ alpha: 0.3, beta: 0.1, gamma: 0.2, phi: 0.9 }, initial);
    const { gradient, gram } = problem.linearise(x);
    const moved = (i: number, by: number) => x.map((v, j) => (i === j ? v + by : v));
    for (let i = 0; i < x.length; i++) {
      const slope = (problem.value(moved(i, 1e-5)) - problem.value(moved(i, -1e-5))) / 2e-5;
      expect(Math.abs(2 * gradient[i] - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)) + 1e-4);
    }
    if (form.error === "M") return;
    const residuals = (at: Float64Array) => {
      const pass = runEts(y, form, problem.parametersAt(at), problem.statesAt(at));
      return pass ? pass.residuals : new Float64Array(0);
    };
    const columns = Array.from(x, (_v, i) => {
      const [above, below] = [residuals(moved(i, 1e-5)), residuals(moved(i, -1e-5))];
      return above.map((r, t) => (r - below[t]) / 2e-5);
    });
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j <= i; j++) {
        const wanted = columns[i].reduce((sum, v, t) => sum + v * columns[j][t], 0);
        expect(Math.abs(gram[i * x.length + j] - wanted)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted)));
      }
    }
  });
});

describe("minimiseSquares", () => {
  /** Rosenbrock's valley as residuals 10(x₁ − x₀²) and 1 − x₀. */
  const valley = (upper: readonly number[]) => ({
    lower: Float64Array.of(-2, -2),
    upper: Float64Array.from(upper),
    value: ([a, b]: Float64Array) => 100 * (b - a * a) ** 2 + (1 - a) ** 2,
    linearise: ([a, b]: Float64Array) => {
      const [r0, r1] = [10 * (b - a * a), 1 - a];
      const j = [-20 * a, 10, -1, 0];
      return {
        gram: Float64Array.of(j[0] ** 2 + j[2] ** 2, 0, j[0] * j[1] + j[2] * j[3], j[1] ** 2 + j[3] ** 2),
        gradient: Float64Array.of(j[0] * r0 + j[2] * r1, j[1] * r0 + j[3] * r1),
      };
    },
  });

  it("finds a minimum inside the box", () => {
    const { x, value } = minimiseSquares(valley([2, 2]), Float64Array.of(-1.2, 1));
    expect(value).toBeLessThan(1e-12);
    expect(x[0]).toBeCloseTo(1, 6);
  });

  it("finds the one on the edge, and stays in the box on the way", () => {
    const { x, value } = minimiseSquares(valley([0.5, 2]), Float64Array.of(-1.2, 1));
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 6);
    expect(value).toBeCloseTo(0.25, 9);
  });

  it("returns a start that has no value, and one that is exact", () => {
    const nowhere = { ...valley([2, 2]), value: () => Number.POSITIVE_INFINITY };
    expect(minimiseSquares(nowhere, Float64Array.of(0, 0)).value).toBe(Number.POSITIVE_INFINITY);
    expect(minimiseSquares(valley([2, 2]), Float64Array.of(1, 1))).toMatchObject({ value: 0, iterations: 0 });
  });
});

describe("the region", () => {
  const AAA = { error: "A", trend: "A", season: "A" } as const;

  it("knows the textbook cases", () => {
    expect(isAdmissible(ANN, { alpha: 1.9, beta: 0, gamma: 0, phi: 1 }, 1)).toBe(true);
    expect(isAdmissible(ANN, { alpha: 2.1, beta: 0, gamma: 0, phi: 1 }, 1)).toBe(false);
    const holt = { error: "A", trend: "A", season: "N" } as const;
    expect(isAdmissible(holt, { alpha: 0.5, beta: 2.9, gamma: 0, phi: 1 }, 1)).toBe(true);
    expect(isAdmissible(holt, { alpha: 0.5, beta: 3.1, gamma: 0, phi: 1 }, 1)).toBe(false);
    expect(isAdmissible(AAA, { alpha: 0.2, beta: 0.01, gamma: 0.1, phi: 1 }, 12)).toBe(true);
    // Usual, and yet the seasonal states never forget (Archibald 1990).
    expect(isAdmissible(AAA, { alpha: 0.9, beta: 0.9, gamma: 0.05, phi: 1 }, 12)).toBe(false);
  });

  it("is where the influence of a seasonal state dies out", () => {
    const zero = new Float64Array(4000);
    const initial = { level: 0, trend: 0, season: Float64Array.of(1, -1, 0, 0, 0, 0) };
    const random = createRandom(3);
    let outside = 0;
    for (let i = 0; i < 60; i++) {
      const alpha = random.uniform();
      const p = { alpha, beta: alpha * random.uniform(), gamma: 1.4 * (1 - alpha) * random.uniform(), phi: 0.98 };
      const last = Math.abs(
        runEts(zero, { ...AAA, trend: "Ad" }, p, initial)?.residuals[3999] ?? Number.POSITIVE_INFINITY,
      );
      const dies = last < 1e-6;
      if (!dies) outside++;
      if (last < 1e-9 || last > 1) expect(isAdmissible({ ...AAA, trend: "Ad" }, p, 6)).toBe(dies);
    }
    expect(outside).toBeGreaterThan(3);
  });

  it("tells roots inside a circle from those outside", () => {
    // (z − 0.5)(z + 0.8) and (z − 0.5)(z + 1.1)
    expect(rootsWithin(Float64Array.of(-0.4, 0.3, 1), 1)).toBe(true);
    expect(rootsWithin(Float64Array.of(-0.55, 0.6, 1), 1)).toBe(false);
    expect(rootsWithin(Float64Array.of(-0.55, 0.6, 1), 1.2)).toBe(true);
  });

  it.each(FORMS.map((form) => [nameOf(form), form] as const))("decodes what it encodes, ETS(%s)", (_, form) => {
    for (const bounds of ["usual", "admissible", "both"] as const) {
      const region = new EtsRegion(form, form.season === "N" ? 1 : 4, bounds, {});
      const p = { alpha: 0.3, beta: 0.1, gamma: 0.2, phi: 0.9 };
      const back = region.decode(Float64Array.from(region.encode(p)), 0);
      for (const name of smoothingNames(form)) expect(back[name]).toBeCloseTo(p[name], 12);
      expect(region.allows(back)).toBe(true);
    }
  });
});

describe("the usual limits", () => {
  it("are alpha for beta and 1 − alpha for gamma, and no coordinate leads out of them", () => {
    const form = { error: "A", trend: "Ad", season: "A" } as const;
    const region = new EtsRegion(form, 4, "usual", {});
    const at = (...x: number[]) => region.decode(Float64Array.from(x), 0);
    // In the order phi, alpha, gamma, beta.
    expect(at(1, 0.5, 1, 1)).toEqual({ phi: 0.98, alpha: 0.5, gamma: 0.5, beta: 0.5 });
    expect(at(0, 0, 1, 1)).toEqual({ phi: 0.8, alpha: 1e-4, gamma: 0.9999, beta: 1e-4 });
    expect(at(0, 1, 0, 0).gamma).toBeCloseTo(1e-4, 12);
    // A fixed beta or gamma narrows alpha.
    const narrow = new EtsRegion(form, 4, "usual", { beta: 0.3, gamma: 0.2 });
    expect(narrow.decode(Float64Array.of(0.5, 0), 0).alpha).toBe(0.3);
    expect(narrow.decode(Float64Array.of(0.5, 1), 0).alpha).toBe(0.8);
  });
});

describe("fitEts", () => {
  it("with a fixed alpha smooths as one does by hand", () => {
    const y = Float64Array.of(3, 5, 9, 20, 4, 6);
    const fit = fitEts(y, { ...ANN, alpha: 0.5 });
    const level = fit?.initial.level ?? Number.NaN;
    let smoothed = level;
    y.forEach((v, t) => {
      expect(fit?.fitted[t]).toBeCloseTo(smoothed, 10);
      expect(fit?.residuals[t]).toBeCloseTo(v - smoothed, 10);
      smoothed = 0.5 * smoothed + 0.5 * v;
    });
    expect([...(fit?.forecast(2) ?? [])]).toEqual([fit?.final.level, fit?.final.level]);
    expect(fit?.final.level).toBeCloseTo(smoothed, 10);
    // Residuals are linear in the first level: the best one is a weighted mean, by hand Σ w(y − tail) / Σ w².
    const w = y.map((_, t) => 0.5 ** t);
    const tail = y.map((_, t) => y.slice(0, t).reduce((s, v, i) => s + 0.5 ** (t - i) * v, 0));
    const best = y.reduce((s, v, t) => s + w[t] * (v - tail[t]), 0) / w.reduce((s, v) => s + v * v, 0);
    expect(level).toBeCloseTo(best, 6);
  });

  it("puts AIC, AICc and BIC together from the likelihood", () => {
    const y = quarterly(30);
    const fit = fitEts(y, { ...ANN });
    if (fit === null) throw new Error("no fit");
    const squares = fit.residuals.reduce((sum, r) => sum + r * r, 0);
    expect(fit.logLikelihood).toBeCloseTo(-15 * Math.log(squares), 8);
    expect(fit.aic).toBeCloseTo(6 - 2 * fit.logLikelihood, 8);
    expect(fit.aicc).toBeCloseTo(fit.aic + 24 / 26, 8);
    expect(fit.bic).toBeCloseTo(3 * Math.log(30) - 2 * fit.logLikelihood, 8);
  });

  it("has relative innovations for multiplicative errors, and their likelihood", () => {
    const y = quarterly(40);
    const fit = fitEts(y, { error: "M", trend: "A", season: "M", period: 4 });
    if (fit === null) throw new Error("no fit");
    fit.innovations.forEach((e, t) => {
      expect(e).toBeCloseTo(y[t] / fit.fitted[t] - 1, 10);
    });
    const squares = fit.innovations.reduce((sum, e) => sum + e * e, 0);
    const logs = fit.fitted.reduce((sum, f) => sum + Math.log(f), 0);
    expect(fit.logLikelihood).toBeCloseTo(-20 * Math.log(squares) - logs, 8);
    expect(mean(fit.initial.season)).toBeCloseTo(1, 12);
  });

  it.each(["usual", "both"] as const)("keeps to the %s region", (bounds) => {
    for (const form of FORMS) {
      const p = fitEts(quarterly(60, 8), { ...form, period: 4, bounds })?.parameters;
      if (p === undefined) throw new Error("no fit");
      expect(p.alpha).toBeGreaterThanOrEqual(1e-4);
      expect(p.alpha).toBeLessThanOrEqual(0.9999);
      expect(p.beta).toBeLessThanOrEqual(p.alpha);
      expect(p.gamma).toBeLessThanOrEqual(1 - p.alpha + 1e-12);
      if (bounds === "both") expect(isAdmissible(form, p, form.season === "N" ? 1 : 4)).toBe(true);
    }
  });

  it("finds at least as much in the admissible region as in both", () => {
    for (const form of FORMS) {
      const options = { ...form, period: 4 };
      const wide = fitEts(quarterly(60, 8), { ...options, bounds: "admissible" })?.logLikelihood;
      const narrow = fitEts(quarterly(60, 8), options)?.logLikelihood ?? Number.NaN;
      expect(wide).toBeGreaterThan(narrow - 0.05);
    }
  });

  it("holds the parameters it is given", () => {
    const fit = fitEts(quarterly(60), {
      error: "A",
      trend: "Ad",
      season: "A",
      period: 4,
      alpha: 0.4,
      beta: 0.1,
      phi: 1,
    });
    expect(fit?.parameters).toMatchObject({ alpha: 0.4, beta: 0.1, phi: 1 });
    expect(fit?.parameterCount).toBe(1 + 1 + 4 + 1);
  });

  it("is null for fewer values than n − k − 1 ≥ 1 asks for", () => {
    expect(fitEts(quarterly(4), ANN)).toBeNull();
    expect(fitEts(quarterly(5), ANN)).not.toBeNull();
    // k = 3 + 1 + 4 + 1
    expect(fitEts(quarterly(10), { error: "A", trend: "A", season: "A", period: 4 })).toBeNull();
    expect(fitEts(quarterly(11), { error: "A", trend: "A", season: "A", period: 4 })).not.toBeNull();
  });

  it("refuses what has no meaning", () => {
    const y = quarterly(20);
    const refused: [Float64Array, Parameters<typeof fitEts>[1]][] = [
      [y, { error: "A", trend: "N", season: "A" }],
      [y, { error: "A", trend: "N", season: "A", period: 2.5 }],
      [y, { ...ANN, alpha: -0.1 }],
      [y, { ...ANN, alpha: Number.NaN }],
      [y, { error: "A", trend: "Ad", season: "N", phi: 1.1 }],
      [Float64Array.of(1, 2, 0, 4, 5, 6), { error: "M", trend: "N", season: "N" }],
      [Float64Array.of(1, 2, Number.NaN, 4, 5, 6), ANN],
    ];
    for (const [values, options] of refused) expect(() => fitEts(values, options)).toThrow(InputError);
  });
});

describe("selectEts", () => {
  it.each([80, 81, 82, 83])("takes the season and the slope of a series that has them, %i values", (n) => {
    const fit = selectEts(quarterly(n), 4);
    expect(fit?.form.season).not.toBe("N");
    expect(fit?.form.trend).not.toBe("N");
    const ahead = fit?.forecast(6) ?? [];
    expect(ahead).toHaveLength(6);
    for (let h = 0; h < 6; h++) {
      expect(Math.abs(ahead[h] - (40 + 0.3 * (n + h) + [6, -2, -7, 3][(n + h) % 4]))).toBeLessThan(2.5);
    }
  });

  it("takes a multiplicative season where the swing grows with the level", () => {
    const random = createRandom(2);
    const y = Float64Array.from(
      { length: 96 },
      (_, t) => (20 + 2 * t) * [1.4, 0.9, 0.6, 1.1][t % 4] * Math.exp(0.02 * random.normal()),
    );
    expect(selectEts(y, 4)?.form).toMatchObject({ error: "M", season: "M" });
  });

  it("takes the least form for a constant and for zeros, and repeats them", () => {
    for (const value of [7, 0, -3, 1e-200, 1e200]) {
      const fit = selectEts(new Float64Array(30).fill(value), 4);
      expect(fit?.form).toEqual(ANN);
      for (const v of fit?.forecast(9) ?? []) expect(Math.abs(v - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    }
  });

  it("continues an exact line", () => {
    const fit = selectEts(
      Float64Array.from({ length: 30 }, (_, t) => 5 - 2 * t),
      1,
    );
    expect(fit?.form).toEqual({ error: "A", trend: "A", season: "N" });
    (fit?.forecast(5) ?? []).forEach((v, h) => {
      expect(v).toBeCloseTo(5 - 2 * (30 + h), 6);
    });
  });

  it("leaves out forms that are too long for the series, and all of them below five values", () => {
    expect(selectEts(quarterly(8), 4)?.form.season).toBe("N");
    expect(selectEts(quarterly(4), 1)).toBeNull();
    expect(selectEts(Float64Array.of(), 1)).toBeNull();
  });

  it("compares only the forms it is given", () => {
    expect(selectEts(quarterly(80), 4, [ANN])?.form).toEqual(ANN);
    expect(selectEts(quarterly(80), 4, [])).toBeNull();
  });

  it("gives the same bytes for the same values", () => {
    const [a, b] = [selectEts(quarterly(70), 4), selectEts(quarterly(70), 4)];
    expect(a?.forecast(8)).toEqual(b?.forecast(8));
  });
});
