import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { createRandom, InputError } from "../../../src/core/index.js";
import { blastRadius, type FirstBad, firstBad, type Kpi, type SliceTable } from "../../../src/incident/index.js";

const STEP = 300_000;
const START = Date.UTC(2026, 2, 2);
const times = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => START + i * STEP);

/** Rows first … end − 1 are bad, against an expectation that is given. */
function found(n: number, first: number, end: number | null, expected: number, more: Partial<FirstBad> = {}): FirstBad {
  const moment = (index: number) => {
    const time = START + index * STEP;
    return { index, time, timeLow: time, timeHigh: time, level: 0.95 };
  };
  return {
    ...moment(first),
    ...{ timeHigh: START + (first + 1) * STEP, kind: "step", direction: "up" },
    posterior: { indices: Int32Array.of(first), weights: Float64Array.of(1) },
    onset: {
      starts: Float64Array.of(START + first * STEP),
      ends: Float64Array.of(START + (first + 1) * STEP),
      weights: Float64Array.of(1),
    },
    recovered: end === null ? null : moment(end),
    expected: new Float64Array(n).fill(expected),
    noise: new Float64Array(n).fill(0.01),
    ...{ inflation: 1, expectedVariance: 0 },
    ...more,
  };
}

/** A hundred rows of a thousand requests; rows 60 to 79 are bad. */
function ratio(good: number, bad: number): Kpi {
  const values = Float64Array.from({ length: 100 }, (_, i) => (i >= 60 && i < 80 ? bad : good));
  return { times: times(100), values, requests: new Float64Array(100).fill(1000) };
}

describe("blastRadius", () => {
  it("counts seconds, requests and what went bad beyond the expected", () => {
    const blast = blastRadius(ratio(0.01, 0.06), found(100, 60, 80, 0.01));
    expect(blast).toMatchObject({ badSeconds: 20 * 300, requests: 20_000, byDimension: {}, geos: [], cost: null });
    expect(blast.excessBad).toBeCloseTo(1000, 9);
    expect(blast.excessBadLow + blast.excessBadHigh).toBeCloseTo(2000, 9);
    // 1.96 √(Σ (1000 · 0.01)² + 20,000 · (0.06 · 0.94 − 0.01 · 0.99))
    expect(blast.excessBadHigh - 1000).toBeCloseTo(1.95996 * Math.sqrt(20 * 100 + 20_000 * 0.0465), 2);
  });

  it("takes a low value for bad when the KPI fell", () => {
    const blast = blastRadius(ratio(0.99, 0.94), found(100, 60, 80, 0.99, { direction: "down" }));
    expect(blast.excessBad).toBeCloseTo(1000, 9);
  });

  it("lasts to the end of the last row when nothing recovered, and leaves missing rows out of the excess", () => {
    const kpi = ratio(0.01, 0.06);
    kpi.values[65] = Number.NaN;
    kpi.requests![66] = 0;
    const blast = blastRadius(kpi, found(100, 60, null, 0.01));
    expect(blast.badSeconds).toBe(40 * 300);
    expect(blast.requests).toBe(39_000);
    expect(blast.excessBad).toBeCloseTo(18 * 50, 9);
  });

  it("adds up the excess of a KPI that is no ratio", () => {
    const kpi = { times: times(100), values: Float64Array.from({ length: 100 }, (_, i) => (i >= 60 ? 7 : 5)) };
    const blast = blastRadius(kpi, found(100, 60, null, 5));
    expect(blast).toMatchObject({ excessBad: 80, requests: null, slo: null });
    // Counts with the requests behind them stay counts.
    const counted = blastRadius({ ...kpi, requests: new Float64Array(100).fill(10) }, found(100, 60, null, 5));
    expect(counted).toMatchObject({ excessBad: 80, requests: 400 });
  });

  it("widens the interval by slow noise and by what is not known of the expected", () => {
    const kpi = { times: times(100), values: new Float64Array(100) };
    const width = (more: Partial<FirstBad>): number => {
      const blast = blastRadius(kpi, found(100, 60, null, 0, more));
      return blast.excessBadHigh - blast.excessBadLow;
    };
    expect(width({ inflation: 9 })).toBeCloseTo(3 * width({}), 9);
    expect(width({ expectedVariance: 1e-4 })).toBeCloseTo(width({}) * Math.sqrt(1 + 40), 9);
    expect(width({ level: 0.6827 })).toBeCloseTo(width({}) / 1.95996, 4);
  });

  it("prices the excess and measures the error budget it burnt", () => {
    const blast = blastRadius(ratio(0.01, 0.06), found(100, 60, 80, 0.01), { costPerBad: 0.5, target: 0.999 });
    expect(blast.cost).toBeCloseTo(500, 9);
    const perDay = 100_000 / ((99 * STEP) / 86_400_000);
    expect(blast.slo!.budgetBurnt).toBeCloseTo(1000 / (0.001 * 30 * perDay), 9);
    const week = blastRadius(ratio(0.01, 0.06), found(100, 60, 80, 0.01), { target: 0.999, windowDays: 7 });
    expect(week.slo!.budgetBurnt / blast.slo!.budgetBurnt).toBeCloseTo(30 / 7, 9);
  });

  it("shares the excess by dimension, names the places, and does not care for the order of rows", () => {
    const slices = table(
      () => 0.01,
      (region) => (region === "eu" ? 0.2 : 0.01),
    );
    const fb = found(600, 500, 550, 0.01);
    const blast = blastRadius(ratio(0, 0), fb, { slices });
    expect(blast.byDimension["region"]["eu"]).toBeGreaterThan(0.95);
    for (const shares of Object.values(blast.byDimension)) {
      expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
    expect(Math.abs(blast.byDimension["client"]["ios"] - 0.5)).toBeLessThan(0.1);
    expect(blast.geos[0]).toMatchObject({ dimension: "region", value: "eu" });
    const order = Int32Array.from({ length: slices.times.length }, (_, i) => slices.times.length - 1 - i);
    const at = <T>(column: { readonly [i: number]: T }): T[] => Array.from(order, (i) => column[i]);
    const reversed: SliceTable = {
      times: Float64Array.from(at(slices.times)),
      value: Float64Array.from(at(slices.value)),
      weight: Float64Array.from(at(slices.weight)),
      dimensions: slices.dimensions.map((d) => ({ ...d, codes: Int32Array.from(at(d.codes)) })),
    };
    const other = blastRadius(ratio(0, 0), fb, { slices: reversed }).byDimension;
    expect(other["region"]["eu"]).toBeCloseTo(blast.byDimension["region"]["eu"], 9);
  });

  it("lets the value bear it to which bad traffic moved", () => {
    // Android is worse all along; only its traffic grows.
    const slices = table((client) => (client === "android" ? 0.2 : 0.01), undefined, "client");
    slices.times.forEach((time, row) => {
      if (time < START + 500 * STEP || slices.dimensions[1].codes[row] !== 1) return;
      slices.weight[row] *= 3;
      slices.value[row] *= 3;
    });
    const { byDimension } = blastRadius(ratio(0, 0), found(600, 500, 600, 0.1), { slices });
    expect(byDimension["client"]).toMatchObject({ android: 1, ios: 0 });
  });

  it("adds up amounts of an additive table", () => {
    const slices = table(
      () => 0.02,
      (region) => (region === "us" ? 0.1 : 0.02),
    );
    slices.weight.fill(1);
    const { byDimension } = blastRadius(ratio(0, 0), found(600, 500, 600, 0.1), { slices });
    expect(byDimension["region"]["us"]).toBeGreaterThan(0.9);
  });

  it("gives zeros where nothing got worse and for an incident without rows", () => {
    const slices = table(
      () => 0,
      () => 0,
    );
    const { byDimension } = blastRadius(ratio(0, 0), found(600, 500, 550, 0.01), { slices });
    expect(byDimension["region"]).toEqual({ eu: 0, us: 0 });
    const kpi = ratio(0.01, 0.06);
    kpi.values.fill(Number.NaN, 60, 80);
    const blast = blastRadius(kpi, found(100, 60, 80, 0.01));
    expect(blast).toMatchObject({ excessBad: 0, excessBadLow: 0, excessBadHigh: 0, badSeconds: 6000 });
  });

  it("refuses costs and targets that cannot be meant", () => {
    const blast = (options: object) => () => blastRadius(ratio(0.01, 0.06), found(100, 60, 80, 0.01), options);
    expect(blast({ costPerBad: -1 })).toThrow(InputError);
    expect(blast({ costPerBad: Number.NaN })).toThrow(InputError);
    expect(blast({ target: 1 })).toThrow(/between 0 and 1/);
    expect(blast({ target: 99.9 })).toThrow(/between 0 and 1/);
  });

  it("is near the truth of generated incidents", () => {
    const off = [701, 702, 703, 704, 705].map((seed) => {
      const { kpi, truth } = rcaCase(seed, { days: 6, incident: "step", effect: 6, kpi: "errors" });
      return Math.abs(blastRadius(kpi, firstBad(kpi)!).excessBad / truth.excessBad - 1);
    });
    expect(off.sort((a, b) => a - b)[2]).toBeLessThan(0.1);
  });
});

/** Bad and total of two regions and two clients in 600 rows; from row 500 on the rate is another by region. */
function table(before: (name: string) => number, after?: (name: string) => number, of = "region"): SliceTable {
  const [regions, clients] = [
    ["eu", "us"],
    ["ios", "android"],
  ] as const;
  const rng = createRandom(3);
  const rows = Array.from({ length: 600 * 4 }, (_, k) => {
    const [i, region, client] = [Math.floor(k / 4), (k >> 1) & 1, k & 1];
    const name = of === "region" ? regions[region] : clients[client];
    const rate = i >= 500 && after ? after(name) : before(name);
    return { time: START + i * STEP, region, client, weight: 1000, value: rate === 0 ? 0 : rng.poisson(1000 * rate) };
  });
  return {
    times: Float64Array.from(rows, (row) => row.time),
    dimensions: [
      { name: "region", values: regions, codes: Int32Array.from(rows, (row) => row.region) },
      { name: "client", values: clients, codes: Int32Array.from(rows, (row) => row.client) },
    ],
    value: Float64Array.from(rows, (row) => row.value),
    weight: Float64Array.from(rows, (row) => row.weight),
  };
}
