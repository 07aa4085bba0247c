import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ArimaCoefficients, type ArimaFit, arimaAt, fitArima } from "../../../src/forecast/arima/fit.js";
import { selectArima } from "../../../src/forecast/arima/select.js";
import { kpss } from "../../../src/forecast/arima/unit-roots.js";
import { readSeries } from "../../../src/ingest/index.js";
import golden from "../../golden/arima.golden.json" with { type: "json" };

const M4 = resolve(import.meta.dirname, "../../../../shared/data/m4");
const PASSENGERS = Float64Array.from(golden.airPassengers);

type Case = (typeof golden.series)[number];
type Estimated = { value: number; error: number | null }[];
type StatsmodelsFit = Record<"ar" | "ma" | "seasonalAr" | "seasonalMa", Estimated>;
type Given = Case["chosen"]["coefficients"];

/** What is chosen where it differs from AutoARIMA's choice. */
const CHOSEN: Readonly<Record<string, string>> = {
  AirPassengers: "(2,1,1)(0,1,0), theirs (1,1,0)(0,1,0)",
  H1: "(2,0,2)(0,1,1) with constant, theirs (2,0,2)(1,1,1) with constant",
  H209: "(1,1,5)(1,1,0), theirs (1,1,2)(2,1,1)",
  H315: "(3,1,3)(0,1,1), theirs (2,1,2)(1,1,2)",
};

const triple = (v: readonly number[]) => v as [number, number, number];

const options = (m: { order: number[]; seasonal: number[]; constant: boolean }, period: number) => ({
  order: triple(m.order),
  seasonal: m.seasonal.some((v) => v > 0) ? { order: triple(m.seasonal), period } : undefined,
  constant: m.constant,
});

const asCoefficients = (c: Given): ArimaCoefficients => ({
  ar: Float64Array.from(c.ar),
  ma: Float64Array.from(c.ma),
  seasonalAr: Float64Array.from(c.seasonalAr),
  seasonalMa: Float64Array.from(c.seasonalMa),
  constant: c.constant,
  regressors: new Float64Array(0),
});

const label = (o: { order: readonly number[]; seasonal: readonly number[]; constant: boolean }) =>
  `(${o.order})(${o.seasonal})${o.constant ? " with constant" : ""}`;

function expectFit(fit: ArimaFit | null): asserts fit is ArimaFit {
  expect(fit).not.toBeNull();
}

/** Coefficients with a standard error below 0.15 are well identified. */
function compareCoefficients(fit: ArimaFit, wanted: StatsmodelsFit, name: string): void {
  for (const part of ["ar", "ma", "seasonalAr", "seasonalMa"] as const) {
    wanted[part].forEach(({ value, error }, i) => {
      if (error === null || error > 0.15) return;
      expect(Math.abs(fit.coefficients[part][i] - value), `${name} ${part}${i + 1}`).toBeLessThan(1e-2);
    });
  }
}

/** Fixed orders: likelihood, coefficients where both ended at the same summit, forecasts at the peer's coefficients. */
function compareFixed(y: Float64Array, { period, fixed }: Case): void {
  for (const model of fixed) {
    const name = label(model);
    const fit = fitArima(y, options(model, period));
    expectFit(fit);
    expect(fit.logLikelihood, name).toBeGreaterThan(model.statsforecast.logLikelihood - 0.1);
    expect(fit.logLikelihood, name).toBeGreaterThan(model.statsmodels.logLikelihood - 0.1);
    // Elsewhere statsmodels ended at a lower summit.
    if (fit.logLikelihood < model.statsmodels.logLikelihood + 1e-3) compareCoefficients(fit, model.statsmodels, name);
    const theirs = arimaAt(y, options(model, period), asCoefficients(model.statsforecast.coefficients));
    expectFit(theirs);
    // Theirs is the likelihood of a diffuse prior of variance 10⁶ for the differences.
    expect(Math.abs(theirs.logLikelihood - model.statsforecast.logLikelihood), name).toBeLessThan(0.05);
    const wanted = model.statsforecast.forecast;
    theirs.forecast(wanted.length).forEach((v, h) => {
      expect(Math.abs(v / wanted[h] - 1), `${name} step ${h + 1}`).toBeLessThan(1e-3);
    });
  }
}

/** The chosen orders may differ (see the list below), the AICc may not be worse: both exact, at each one's estimates. */
function compareChosen(y: Float64Array, { period, chosen }: Case): string {
  const fit = selectArima(y, period);
  const theirs = arimaAt(y, options(chosen, period), asCoefficients(chosen.coefficients));
  expectFit(fit);
  expectFit(theirs);
  expect([fit.order[1], fit.seasonal.order[1]]).toEqual([chosen.order[1], chosen.seasonal[1]]);
  expect(fit.aicc).toBeLessThan(theirs.aicc + 0.5);
  const ours = label({ order: fit.order, seasonal: fit.seasonal.order, constant: fit.hasConstant });
  return ours === label(chosen) ? "same" : `${ours}, theirs ${label(chosen)}`;
}

const PEERS = `statsforecast ${golden.statsforecast} and statsmodels ${golden.statsmodels}`;

describe(`ARIMA against ${PEERS}: AirPassengers`, () => {
  const cases = golden.series.filter((c) => c.frequency === null).map((c) => [c.name, c] as const);
  const valuesOf = (c: Case) => (c.logs ? PASSENGERS.map(Math.log) : PASSENGERS);

  it.each(cases)("%s: fixed orders", (_, c) => compareFixed(valuesOf(c), c));

  it.each(cases)("%s: chosen orders", (name, c) => {
    expect(compareChosen(valuesOf(c), c)).toBe(CHOSEN[name] ?? "same");
  });

  it.each(cases)("%s: KPSS statistic", (_, c) => {
    expect(kpss(valuesOf(c))).toBeCloseTo(c.kpss, 10);
  });
});

describe.skipIf(!existsSync(M4))(`ARIMA against ${PEERS}: M4 (skipped without ../shared/data/m4)`, () => {
  const cases = golden.series.filter((c) => c.frequency !== null).map((c) => [c.name, c] as const);
  const series = new Map<string, Float64Array>();
  const valuesOf = (name: string): Float64Array => series.get(name) ?? new Float64Array(0);

  beforeAll(async () => {
    for (const frequency of ["hourly", "weekly"]) {
      const read = await readSeries(`${M4}/m4_${frequency}_train.parquet`, { id: "id", time: "t", value: "y" });
      for (const { id, y } of read.series) series.set(id, y);
    }
  });

  it.each(cases)("%s: fixed orders", (name, c) => compareFixed(valuesOf(name), c));

  it.each(cases)("%s: chosen orders", (name, c) => {
    expect(compareChosen(valuesOf(name), c)).toBe(CHOSEN[name] ?? "same");
  });

  it.each(cases)("%s: KPSS statistic", (name, c) => {
    expect(kpss(valuesOf(name))).toBeCloseTo(c.kpss, 8);
  });
});
