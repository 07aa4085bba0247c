import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { mstl, type StlOptions, stl } from "../../../src/forecast/index.js";
import { croston, sba, tsb } from "../../../src/forecast/models/croston.js";
import { deseasonalise, reseasonalise } from "../../../src/forecast/theta/deseasonalise.js";
import { fitTheta, forecastTheta, selectTheta, type ThetaKind } from "../../../src/forecast/theta/fit-theta.js";
import { readSeries } from "../../../src/ingest/index.js";
import file from "../../golden/theta.golden.json" with { type: "json" };

const M4 = resolve(import.meta.dirname, "../../../../shared/data/m4");

interface Components {
  seasonal: number[][];
  trend: number[];
  weights: number[];
  /** How far the peer's own components move by rounding, relative to the range. */
  rounding: number;
}

interface Results {
  seasons: number[];
  theta: {
    kind: ThetaKind;
    decomposition: string;
    fixed: { alpha: number; theta: number; initialLevel: number; forecast: number[] };
    optimised: { alpha: number; mse: number };
  }[];
  steps: number[];
  stl: ({ period: number; options: StlOptions } & Components)[];
  mstl: ({ periods: number[]; options: { robust: boolean } } & Components)[];
}

interface Golden {
  air: Results & { y: number[]; two_seasons: Results["mstl"] };
  m4: (Results & { frequency: string; id: string; n: number })[];
  intermittent: { y: number[]; croston: number; sba: number; tsb: number }[];
}

const golden = file as Golden;

/** Largest distance, relative to `scale`. */
function distance(got: ArrayLike<number>, wanted: ArrayLike<number>, scale: number): number {
  expect(got.length).toBe(wanted.length);
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(got[i] - wanted[i]) / scale);
  return largest;
}

function checkTheta(y: Float64Array, results: Results): void {
  const season = deseasonalise(y, results.seasons[0]);
  const fits = results.theta.map((wanted) => {
    expect(season.kind).toBe(wanted.decomposition);
    const { forecast, ...parameters } = wanted.fixed;
    const fixed = fitTheta(season.adjusted, wanted.kind, parameters);
    const fit = fitTheta(season.adjusted, wanted.kind);
    if (!fixed || !fit) throw new Error(`${wanted.kind} was not fitted`);
    const got = reseasonalise(forecastTheta(fixed, forecast.length), season, y.length);
    expect(distance(got, forecast, Math.abs(forecast[0]))).toBeLessThan(1e-9);
    expect(fit.mse).toBeLessThanOrEqual(wanted.optimised.mse * (1 + 1e-6));
    // A much smaller error would mean that it is counted differently.
    expect(fit.mse).toBeGreaterThan(wanted.optimised.mse * 0.98);
    return fit;
  });
  expect(selectTheta(season.adjusted)?.mse).toBe(Math.min(...fits.map((f) => f.mse)));
}

function checkDecompositions(y: Float64Array, steps: number[], results: Pick<Results, "stl" | "mstl">): void {
  for (const wanted of results.stl) {
    const { seasonal, ...rest } = stl(y, wanted.period, wanted.options);
    checkComponents(y, steps, { seasonal: [seasonal], ...rest }, wanted);
  }
  for (const wanted of results.mstl) checkComponents(y, steps, mstl(y, wanted.periods, wanted.options), wanted);
}

function checkComponents(
  y: Float64Array,
  steps: number[],
  got: { seasonal: Float64Array[]; trend: Float64Array; weights: Float64Array },
  wanted: Components,
): void {
  const range = Math.max(...y) - Math.min(...y);
  const tolerance = Math.max(1e-10, wanted.rounding);
  const at = (x: Float64Array): number[] => steps.map((t) => x[t]);
  expect(got.seasonal).toHaveLength(wanted.seasonal.length);
  got.seasonal.forEach((s, i) => {
    expect(distance(at(s), wanted.seasonal[i], range)).toBeLessThan(tolerance);
  });
  expect(distance(at(got.trend), wanted.trend, range)).toBeLessThan(tolerance);
  expect(distance(at(got.weights), wanted.weights, 1)).toBeLessThan(tolerance);
}

describe("beside statsforecast 2.1.1 and statsmodels 0.15.0", () => {
  it("AirPassengers: theta models, STL and MSTL", () => {
    const y = Float64Array.from(golden.air.y);
    checkTheta(y, golden.air);
    checkDecompositions(y, golden.air.steps, golden.air);
    checkDecompositions(y, golden.air.steps, { stl: [], mstl: golden.air.two_seasons });
  });

  it("intermittent demand", () => {
    for (const { y, ...wanted } of golden.intermittent) {
      for (const model of [croston, sba, tsb]) {
        const [got] = model.point(Float64Array.from(y), { horizon: 1, seasons: [] }) ?? [];
        expect(got).toBeCloseTo(wanted[model.name as keyof typeof wanted], 10);
      }
    }
  });

  it.skipIf(!existsSync(M4))("M4 hourly and weekly (skipped without ../shared/data/m4)", async () => {
    for (const frequency of ["hourly", "weekly"]) {
      const columns = { id: "id", time: "t", value: "y" };
      const { series } = await readSeries(`${M4}/m4_${frequency}_train.parquet`, columns);
      const wanted = golden.m4.filter((results) => results.frequency === frequency);
      expect(wanted).toHaveLength(3);
      for (const results of wanted) {
        const y = series.find(({ id }) => id === results.id)?.y ?? new Float64Array(0);
        expect(y).toHaveLength(results.n);
        checkTheta(y, results);
        checkDecompositions(y, results.steps, results);
      }
    }
  });
});
