import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fitEts } from "../../../src/forecast/ets/fit.js";
import { sumOfSquares } from "../../../src/forecast/ets/problem.js";
import { forecastEts, runEts } from "../../../src/forecast/ets/recursion.js";
import { isAdmissible } from "../../../src/forecast/ets/region.js";
import { selectEts } from "../../../src/forecast/ets/select.js";
import type { EtsForm, EtsParameters } from "../../../src/forecast/ets/types.js";
import { readSeries } from "../../../src/ingest/index.js";
import golden from "../../golden/ets.golden.json" with { type: "json" };

const M4 = resolve(import.meta.dirname, "../../../../shared/data/m4");
const PASSENGERS = Float64Array.from(golden.airPassengers);
const nameOf = ({ error, trend, season }: { error: string; trend: string; season: string }) =>
  `ETS(${error},${trend},${season})`;

function expectRelative(got: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i] - value)).toBeLessThanOrEqual(tolerance * Math.abs(value));
  });
}

describe(`recursions against statsforecast ${golden.statsforecast}, parameters and states given`, () => {
  it.each(golden.recursions.map((r) => [nameOf(r.form), r] as const))("%s", (_, wanted) => {
    const form = wanted.form as EtsForm;
    const initial = { ...wanted.initial, season: Float64Array.from(wanted.initial.season) };
    const pass = runEts(PASSENGERS, form, wanted.parameters, initial);
    if (pass === null) throw new Error("no pass");
    expectRelative(pass.fitted, wanted.fitted, 1e-10);
    expectRelative(
      forecastEts(form, wanted.parameters.phi, pass.final, wanted.forecast.length),
      wanted.forecast,
      1e-10,
    );
    const logLikelihood = (-PASSENGERS.length / 2) * Math.log(sumOfSquares(form, pass));
    expect(logLikelihood).toBeCloseTo(wanted.logLikelihood, 8);
  });
});

describe(`initial states against statsmodels ${golden.statsmodels}, smoothing parameters given`, () => {
  it.each(golden.smoothing.map((s) => [nameOf(s.form), s] as const))("%s", (_, wanted) => {
    const fit = fitEts(PASSENGERS, { ...(wanted.form as EtsForm), period: wanted.period, ...wanted.parameters });
    expect(fit?.logLikelihood).toBeGreaterThan(wanted.logLikelihood - 0.01);
    expectRelative(fit?.forecast(wanted.forecast.length) ?? [], wanted.forecast, 1e-3);
  });
});

type Optimised = (typeof golden.optimised)[number];

/** Whether statsforecast, which only keeps each parameter in a box of its own, ended inside the region sought by default. */
function inRegion(form: EtsForm, p: EtsParameters, period: number): boolean {
  return p.beta <= p.alpha && p.gamma <= 1 - p.alpha + 1e-9 && isAdmissible(form, p, period);
}

function compare(y: Float64Array, { period, fits, selected }: Optimised): void {
  for (const { form: named, statsforecast, statsmodels } of fits) {
    const form = named as EtsForm;
    const fit = fitEts(y, { ...form, period });
    if (fit === null) throw new Error(`${nameOf(form)} was not fitted`);
    const where = nameOf(form);
    expect(fit.logLikelihood, `${where} of statsmodels`).toBeGreaterThan(statsmodels.logLikelihood - 0.1);
    // Outside of the region there are better fits, which forecast worse: compared with the region in which they lie.
    const inside = inRegion(form, statsforecast.parameters, form.season === "N" ? 1 : period);
    const ours = inside ? fit : fitEts(y, { ...form, period, bounds: "admissible" });
    expect(ours?.logLikelihood, `${where} of statsforecast`).toBeGreaterThan(statsforecast.logLikelihood - 0.1);
    // Same count of parameters: AICc and log-likelihood stand in the same relation.
    const count = fit.parameterCount;
    const penalty = 2 * count + (2 * count * (count + 1)) / (y.length - count - 1);
    expect(statsforecast.aicc).toBeCloseTo(penalty - 2 * statsforecast.logLikelihood, 6);
    expect(fit.aicc).toBeCloseTo(penalty - 2 * fit.logLikelihood, 6);
  }
  expect(selectEts(y, period)?.aicc).toBeLessThan(selected.aicc + 0.2);
}

const isPublic = ({ series }: Optimised) => series === "AirPassengers";

describe("likelihood not below the peers' by more than 0.1, and AICc not above statsforecast's choice", () => {
  it.each(golden.optimised.filter(isPublic))("$series", (wanted) => {
    compare(PASSENGERS, wanted);
  });
});

describe.skipIf(!existsSync(M4))("the same on M4 series (skipped without ../shared/data/m4)", () => {
  const values = new Map<string, Float64Array>();
  beforeAll(async () => {
    for (const frequency of ["hourly", "weekly"]) {
      const { series } = await readSeries(`${M4}/m4_${frequency}_train.parquet`, { id: "id", time: "t", value: "y" });
      for (const { id, y } of series) values.set(id, y);
    }
  });
  it.each(golden.optimised.filter((o) => !isPublic(o)))("$series", (wanted) => {
    const y = values.get(wanted.series);
    if (y === undefined) throw new Error(`${wanted.series} is not in the files`);
    compare(y, wanted);
  });
});
