import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { mean } from "../../src/core/statistics.js";
import { fitEts } from "../../src/forecast/ets/fit.js";
import { runEts } from "../../src/forecast/ets/recursion.js";
import { etsForms, selectEts } from "../../src/forecast/ets/select.js";
import type { EtsForm } from "../../src/forecast/ets/types.js";
import type { Model } from "../../src/forecast/model.js";
import { drift } from "../../src/forecast/models/drift.js";
import { autoEts, dampedHolt, holt, ses } from "../../src/forecast/models/exponential-smoothing.js";
import { historicMean } from "../../src/forecast/models/historic-mean.js";
import { windowMean } from "../../src/forecast/models/window-mean.js";

const RUNS = { seed: 20_261_124, numRuns: 25 };
const MODELS: readonly Model[] = [drift, historicMean, windowMean, ses, holt, dampedHolt, autoEts];
const SETTING = { horizon: 9, seasons: [6] };

/** A seasonal series with a wandering level, made of a seed so that it shrinks to something readable. */
function wandering(seed: number, n: number, level: number): Float64Array {
  const random = createRandom(seed);
  const size = 8 * random.uniform();
  let drifted = level;
  return Float64Array.from({ length: n }, (_, t) => {
    drifted += 0.4 * random.normal();
    return drifted + size * Math.sin((Math.PI * t) / 3) + random.normal();
  });
}

const seed = fc.nat(1_000_000);
const length = fc.integer({ min: 24, max: 90 });

function expectNear(got: ArrayLike<number> | null | undefined, wanted: ArrayLike<number>, tolerance: number): void {
  expect(got?.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs((got?.[i] ?? Number.NaN) - wanted[i])).toBeLessThan(tolerance);
}

describe("equivariance", () => {
  it.each(MODELS)("$name: y → c·y gives c times the forecast", (model) => {
    fc.assert(
      fc.property(seed, length, fc.double({ min: -40, max: 40, noNaN: true }), (s, n, e) => {
        const [y, c] = [wandering(s, n, 60), 2 ** e];
        const wanted = model.point(y, SETTING) ?? [];
        expectNear(
          model.point(
            y.map((v) => c * v),
            SETTING,
          ),
          Array.from(wanted, (v) => c * v),
          1e-3 * c,
        );
      }),
      RUNS,
    );
  });

  it.each(MODELS)("$name: without multiplicative forms y → y + k moves the forecast by k", (model) => {
    fc.assert(
      fc.property(seed, length, fc.integer({ min: -1000, max: 0 }), (s, n, k) => {
        // Negative values, so that autoets has additive forms only.
        const y = wandering(s, n, -60);
        const wanted = model.point(y, SETTING) ?? [];
        expectNear(
          model.point(
            y.map((v) => v + k),
            SETTING,
          ),
          Array.from(wanted, (v) => v + k),
          1e-3,
        );
      }),
      RUNS,
    );
  });
});

describe("every form, on any series", () => {
  it("adds up, keeps phi in its bounds and normalises the season", () => {
    fc.assert(
      fc.property(seed, length, (s, n) => {
        const y = wandering(s, n, 60);
        for (const form of etsForms(y, 6)) {
          const fit = fitEts(y, { ...form, period: 6 });
          if (fit === null) continue;
          const { parameters, initial, fitted, residuals } = fit;
          if (form.trend === "Ad") {
            expect(parameters.phi).toBeGreaterThanOrEqual(0.8);
            expect(parameters.phi).toBeLessThanOrEqual(0.98);
          } else expect(parameters.phi).toBe(1);
          if (form.season !== "N") expect(mean(initial.season)).toBeCloseTo(form.season === "M" ? 1 : 0, 9);
          for (let t = 0; t < n; t++) expect(Math.abs(fitted[t] + residuals[t] - y[t])).toBeLessThan(1e-10);
          expect(Number.isFinite(fit.logLikelihood)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 10 },
    );
  });

  it("the selected one has the least AICc of all", () => {
    fc.assert(
      fc.property(seed, length, (s, n) => {
        const y = wandering(s, n, 60);
        const selected = selectEts(y, 6)?.aicc ?? Number.POSITIVE_INFINITY;
        for (const form of etsForms(y, 6)) {
          const alone = fitEts(y, { ...form, period: 6 })?.aicc ?? Number.POSITIVE_INFINITY;
          // A form fitted alone searches from other starts: the peak it finds may differ a little.
          expect(selected).toBeLessThanOrEqual(alone + 0.5);
        }
      }),
      { ...RUNS, numRuns: 10 },
    );
  });

  it("a wider form is at least as likely as the one inside it", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 40, max: 90 }), (s, n) => {
        const y = wandering(s, n, 60);
        const likelihood = (form: EtsForm) => fitEts(y, { ...form, period: 6 })?.logLikelihood ?? Number.NaN;
        for (const error of ["A", "M"] as const) {
          const [level, slope] = [
            likelihood({ error, trend: "N", season: "N" }),
            likelihood({ error, trend: "A", season: "N" }),
          ];
          // Beta's least value is 1e-4, not 0: a little may be lost.
          expect(slope).toBeGreaterThan(level - 0.1);
        }
      }),
      RUNS,
    );
  });
});

describe("degenerate input", () => {
  it("a constant stays as it is", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 5, max: 40 }), (value, n) => {
        const y = new Float64Array(n).fill(value);
        const setting = { horizon: 5, seasons: n >= 12 ? [6] : [] };
        for (const model of MODELS) {
          const wanted = new Float64Array(5).fill(value);
          expectNear(model.point(y, setting) ?? wanted, wanted, 1e-9 * Math.max(1, Math.abs(value)));
        }
      }),
      RUNS,
    );
  });

  it("short, tied, zero, huge and tiny values give finite forecasts or none", () => {
    const value = fc.oneof(
      fc.constantFrom(0, 0, 1, 1, 5),
      fc.integer({ min: -5, max: 5 }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.double({ min: 0, max: 1e-12, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        const y = Float64Array.from(values);
        const setting = { horizon: 6, seasons: [3, 26].filter((s) => y.length >= 2 * s) };
        for (const model of MODELS) {
          const point = model.point(y, setting);
          if (point !== null) expect(point.every(Number.isFinite)).toBe(true);
        }
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});

describe("simulated ETS(A,A,A)", () => {
  it("gives its parameters back, roughly", () => {
    const form = { error: "A", trend: "A", season: "A" } as const;
    const truth = { alpha: 0.4, beta: 0.05, gamma: 0.2, phi: 1 };
    fc.assert(
      fc.property(seed, (s) => {
        const random = createRandom(s);
        const y = new Float64Array(600);
        let [level, trend] = [100, 0.2];
        const season = [6, -2, -7, 3];
        for (let t = 0; t < 600; t++) {
          const e = random.normal();
          y[t] = level + trend + season[t % 4] + e;
          level += trend + truth.alpha * e;
          trend += truth.beta * e;
          season[t % 4] += truth.gamma * e;
        }
        const fit = fitEts(y, { ...form, period: 4 });
        if (fit === null) throw new Error("no fit");
        expect(Math.abs(fit.parameters.alpha - 0.4)).toBeLessThan(0.2);
        expect(Math.abs(fit.parameters.beta - 0.05)).toBeLessThan(0.06);
        expect(Math.abs(fit.parameters.gamma - 0.2)).toBeLessThan(0.15);
        // The estimate is at least as likely as the truth.
        const initial = { level: 100, trend: 0.2, season: Float64Array.of(6, -2, -7, 3) };
        const squares = runEts(y, form, truth, initial)?.residuals.reduce((sum, r) => sum + r * r, 0) ?? Number.NaN;
        expect(fit.logLikelihood).toBeGreaterThan(-300 * Math.log(squares));
      }),
      { ...RUNS, numRuns: 12 },
    );
  });
});
