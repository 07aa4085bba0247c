import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import { ArmaRegression } from "../../../src/forecast/arima/estimate.js";
import { fitArima } from "../../../src/forecast/arima/fit.js";
import { fourierColumns, selectHarmonics } from "../../../src/forecast/arima/fourier.js";
import { selectArima } from "../../../src/forecast/arima/select.js";
import { type Candidate, stepwiseSearch } from "../../../src/forecast/arima/stepwise.js";
import { chooseDifferences, kpss } from "../../../src/forecast/arima/unit-roots.js";
import { descend } from "../../../src/forecast/descend.js";
import { autoArima } from "../../../src/forecast/models/autoarima.js";
import { membersOf } from "../../../src/forecast/models/registry.js";

const noise = (seed: number, n: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, () => random.normal());
};

const walk = (steps: Float64Array): Float64Array => {
  let level = 0;
  return steps.map((v) => {
    level += v;
    return level;
  });
};

describe("descend", () => {
  it("finds the bottom of Rosenbrock's valley", () => {
    const { x, value, evaluations } = descend((v) => (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2, [-1.2, 1]);
    expect(x[0]).toBeCloseTo(1, 3);
    expect(x[1]).toBeCloseTo(1, 3);
    expect(value).toBeLessThan(1e-8);
    expect(evaluations).toBeLessThan(400);
  });

  it("stays inside the domain of the function", () => {
    const { x } = descend((v) => (v[0] <= 0 ? Number.NaN : v[0] - Math.log(v[0])), [0.01]);
    expect(x[0]).toBeCloseTo(1, 4);
  });

  it("gives up on a bad first guess of the curvature, not on the search", () => {
    const { x } = descend((v) => (v[0] - 3) ** 2, [0], { inverseHessian: Float64Array.of(-5) });
    expect(x[0]).toBeCloseTo(3, 4);
  });
});

describe("differences", () => {
  it("mostly none for noise, one for a random walk, two for a walk of walks", () => {
    const chosen = (of: (e: Float64Array) => Float64Array) =>
      Array.from({ length: 40 }, (_, k) => chooseDifferences(of(noise(100 + k, 300)), 1).d);
    const share = (d: number[], wanted: number) => d.filter((v) => v === wanted).length / d.length;
    expect(
      share(
        chosen((e) => e),
        0,
      ),
    ).toBeGreaterThan(0.85);
    expect(share(chosen(walk), 1)).toBeGreaterThan(0.85);
    expect(
      share(
        chosen((e) => walk(walk(e))),
        2,
      ),
    ).toBeGreaterThan(0.85);
  });

  it("a seasonal one for a strong season only, and only from more than two seasons on", () => {
    const e = noise(4, 120);
    const strong = e.map((v, t) => v + 6 * Math.sin((Math.PI * t) / 6));
    expect(chooseDifferences(strong, 12).D).toBe(1);
    expect(chooseDifferences(e, 12).D).toBe(0);
    expect(chooseDifferences(strong.slice(0, 24), 12).D).toBe(0);
  });

  it("KPSS statistic of a constant is 0, of 1 … 4 by hand", () => {
    expect(kpss(new Float64Array(20).fill(7))).toBe(0);
    // Residuals −1.5 −0.5 0.5 1.5, partial sums −1.5 −2 −1.5 0, no lags: 8.5 / (4 · 5).
    expect(kpss(Float64Array.of(1, 2, 3, 4))).toBeCloseTo(8.5 / 20, 12);
  });
});

describe("stepwise search", () => {
  const bounds = { p: 5, q: 5, P: 2, Q: 2, constant: true };
  const distance = (c: Candidate) =>
    (c.p - 3) ** 2 + (c.q - 1) ** 2 + (c.P - 0) ** 2 + (c.Q - 2) ** 2 + (c.constant ? 0 : 1);

  it("walks to the least value, looking at no model twice and at few", () => {
    const seen: Candidate[] = [];
    stepwiseSearch(bounds, (c) => {
      seen.push(c);
      return distance(c);
    });
    const keys = seen.map((c) => JSON.stringify(c));
    expect(new Set(keys).size).toBe(keys.length);
    expect(Math.min(...seen.map(distance))).toBe(0);
    expect(seen.length).toBeLessThan(94);
    expect(seen[0]).toEqual({ p: 2, q: 2, P: 1, Q: 1, constant: true });
  });

  it("keeps inside the bounds and below eight coefficients", () => {
    const seen: Candidate[] = [];
    stepwiseSearch({ p: 5, q: 1, P: 0, Q: 2, constant: false }, (c) => {
      seen.push(c);
      return -(c.p + c.q + c.P + c.Q);
    });
    expect(seen.every((c) => c.q <= 1 && c.P === 0 && !c.constant && c.p + c.q + c.Q <= 7)).toBe(true);
    expect(Math.max(...seen.map((c) => c.p + c.q + c.Q))).toBe(7);
  });

  it("ends when no start model can be judged", () => {
    expect(() => stepwiseSearch(bounds, () => Number.POSITIVE_INFINITY)).not.toThrow();
  });
});

describe("fitArima", () => {
  const y = walk(noise(5, 80));

  it("counts parameters in its criteria", () => {
    const fit = fitArima(y, { order: [1, 1, 1], constant: true });
    expect(fit).not.toBeNull();
    if (fit === null) return;
    const [k, n] = [4, 79];
    expect(fit.aic).toBeCloseTo(-2 * fit.logLikelihood + 2 * k, 9);
    expect(fit.aicc).toBeCloseTo(fit.aic + (2 * k * (k + 1)) / (n - k - 1), 9);
    expect(fit.bic).toBeCloseTo(-2 * fit.logLikelihood + k * Math.log(n), 9);
    expect(fit.residuals.length).toBe(n);
  });

  it("least squares are no likelier than the likeliest, and near", () => {
    const css = fitArima(y, { order: [2, 1, 0], method: "css" });
    const ml = fitArima(y, { order: [2, 1, 0] });
    const lost = (ml?.logLikelihood ?? Number.NaN) - (css?.logLikelihood ?? Number.NaN);
    expect(lost).toBeGreaterThanOrEqual(-1e-9);
    expect(lost).toBeLessThan(0.5);
  });

  it("a random walk's forecast is its last value, with drift the line through both ends", () => {
    expect(fitArima(y, { order: [0, 1, 0] })?.forecast(3)).toEqual(new Float64Array(3).fill(y[79]));
    const drift = (y[79] - y[0]) / 79;
    const ahead = fitArima(y, { order: [0, 1, 0], constant: true })?.forecast(2) ?? [];
    expect(ahead[1]).toBeCloseTo(y[79] + 2 * drift, 8);
  });

  it("null when the series is too short for the orders or the regressors are collinear", () => {
    expect(fitArima(y.slice(0, 5), { order: [2, 1, 2] })).toBeNull();
    expect(fitArima(y.slice(0, 30), { order: [0, 0, 0], seasonal: { order: [1, 1, 0], period: 24 } })).toBeNull();
    const x = noise(6, 80);
    expect(fitArima(y, { order: [1, 0, 0], regressors: [x, x.map((v) => 2 * v)] })).toBeNull();
    expect(fitArima(y, { order: [1, 1, 0], regressors: [new Float64Array(80).fill(3)] })).toBeNull();
  });

  it("an exact fit has no variance and infinite likelihood, never NaN", () => {
    const line = Float64Array.from({ length: 30 }, (_, t) => 5 + 0.1 * t);
    const fit = fitArima(line, { order: [1, 1, 0], constant: true });
    expect(fit?.sigma2).toBe(0);
    expect(fit?.logLikelihood).toBe(Number.POSITIVE_INFINITY);
    expect(fit?.forecast(2)[1]).toBeCloseTo(5 + 0.1 * 31, 10);
  });

  it("refuses impossible orders, periods and regressors", () => {
    expect(() => fitArima(y, { order: [-1, 0, 0] })).toThrow(InputError);
    expect(() => fitArima(y, { order: [1, 0.5, 0] })).toThrow(InputError);
    expect(() => fitArima(y, { order: [0, 0, 0], seasonal: { order: [1, 0, 0], period: 1 } })).toThrow(InputError);
    expect(() => fitArima(y, { order: [0, 0, 0], regressors: [new Float64Array(3)] })).toThrow(InputError);
    const fit = fitArima(y, { order: [0, 0, 0], regressors: [noise(8, 80)] });
    expect(() => fit?.forecast(3)).toThrow(InputError);
    expect(() => fit?.forecast(3, [new Float64Array(2)])).toThrow(InputError);
    expect(() => selectArima(y, 0)).toThrow(InputError);
  });
});

describe("exact likelihood at the edge", () => {
  it("of a differenced white noise is highest at a unit root of the moving average", () => {
    const e = noise(9, 200);
    const w = e.slice(1).map((v, t) => v - e[t]);
    const regression = new ArmaRegression(w, []);
    const at = (theta: number) => {
      const none = new Float64Array(0);
      const polynomial = (c: Float64Array) => ({ short: c, seasonal: none, period: 1 });
      const arma = { ar: polynomial(none), ma: polynomial(Float64Array.of(theta)) };
      return regression.profile(arma)?.logLikelihood ?? Number.NaN;
    };
    expect(at(1)).toBeGreaterThan(at(0.9));
    expect(at(1)).toBeCloseTo(at(1 - 1e-9), 4);
  });
});

describe("autoarima", () => {
  it("is among the models", () => {
    expect(membersOf("autoarima", [])).toEqual([autoArima]);
  });

  it("finds Fourier pairs where a long season is and none where it is not", () => {
    const e = noise(10, 260);
    const y = e.map((v, t) => v + 4 * Math.sin((2 * Math.PI * t) / 52) + 3 * Math.cos((4 * Math.PI * t) / 52));
    expect(selectHarmonics(y, 52)).toEqual([1, 2]);
    expect(selectHarmonics(e, 52)).toEqual([]);
  });

  it("carries a long season into the future", () => {
    const wave = (t: number) => 50 + 10 * Math.sin((2 * Math.PI * t) / 52);
    const y = noise(11, 260).map((v, t) => wave(t) + v);
    const point = autoArima.point(y, { horizon: 26, seasons: [52] });
    point?.forEach((v, h) => {
      expect(Math.abs(v - wave(260 + h))).toBeLessThan(2);
    });
    expect(point?.length).toBe(26);
  });

  it("Fourier columns go on where they stopped", () => {
    const whole = fourierColumns(52, [1, 3], 0, 120);
    const late = fourierColumns(52, [1, 3], 100, 20);
    late.forEach((column, i) => {
      expect(column).toEqual(whole[i].slice(100));
    });
    expect(whole[0][13]).toBeCloseTo(1, 12);
  });

  it("takes a short season as the process's own", () => {
    const y = noise(12, 200).map((v, t) => 30 + 9 * Math.sin((Math.PI * t) / 3) + v);
    expect(selectArima(y, 6)?.seasonal).toMatchObject({ period: 6 });
    expect(selectArima(y, 6)?.seasonal.order[1]).toBe(1);
    expect(autoArima.point(y, { horizon: 12, seasons: [6] })?.every((v) => v > 15 && v < 45)).toBe(true);
  });

  it("sees nothing beyond what it is given", () => {
    const y = walk(noise(13, 200));
    const cut = y.subarray(0, 150);
    const before = autoArima.point(cut, { horizon: 5, seasons: [] });
    y.fill(1e9, 150);
    expect(autoArima.point(cut, { horizon: 5, seasons: [] })).toEqual(before);
  });
});
