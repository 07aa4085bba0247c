import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { compareCells } from "../../../../src/drift/compare-cells.js";
import {
  DdSketch,
  ks,
  ksFromSketches,
  type NumericSample,
  type SketchSample,
  welch,
} from "../../../../src/drift/index.js";
import { numericStatistics } from "../../../../src/drift/numeric-statistics.js";
import { approximateStatistics } from "../../../../src/drift/sketch/approximate-statistics.js";
import { sketchOf } from "./samples.js";

function normals(n: number, seed: number, shift = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, () => random.normal() + shift);
}

const exact = (values: Float64Array): NumericSample => ({ kind: "numeric", n: values.length, missing: 0, values });
const sketched = (values: Float64Array): SketchSample => ({
  kind: "numeric-sketch",
  n: values.length,
  missing: 0,
  sketch: sketchOf(values),
});

const A = normals(200_000, 1);
const PAIRS: Record<string, Float64Array> = {
  same: normals(150_000, 2),
  shifted: normals(150_000, 3, 0.1),
  "much wider": normals(150_000, 4).map((x) => 3 * x),
  rounded: normals(150_000, 5).map(Math.round),
  small: normals(500, 6, 0.3),
  apart: normals(150_000, 7, 50),
};

describe("ksFromSketches", () => {
  it.each(Object.keys(PAIRS))("is within its error of the exact distance, of any mix of sides: %s", (name) => {
    const b = PAIRS[name];
    const { statistic, p } = ks(A, b);
    for (const [one, other] of [
      [sketched(A), sketched(b)],
      [exact(A), sketched(b)],
      [sketched(A), exact(b)],
    ]) {
      const { d, error, n, m } = ksFromSketches(one, other);
      expect(Math.abs(d - statistic)).toBeLessThanOrEqual(error);
      expect([n, m]).toEqual([A.length, b.length]);
      expect(error).toBeLessThan(0.01);
    }
    const { d, error } = ksFromSketches(exact(A), exact(b));
    expect([d, error]).toEqual([statistic, 0]);
    // The p-value of the distance less its error is never the smaller one.
    const [entry] = compareCells([
      { feature: "x", slice: null, window: null, reference: sketched(A), current: sketched(b) },
    ]);
    expect(entry.test.p).toBeGreaterThanOrEqual(p);
    expect(entry.effect.lower).toBeLessThanOrEqual(statistic);
    expect(entry.effect.upper).toBeGreaterThanOrEqual(statistic);
  });

  it("is exact of small samples", () => {
    const [a, b] = [normals(2000, 8), normals(300, 9, 0.2)];
    expect(ksFromSketches(sketched(a), sketched(b))).toEqual({ d: ks(a, b).statistic, error: 0, n: 2000, m: 300 });
  });

  it("gives small p-values no more often than it may, on 200 pairs without drift", () => {
    let flagged = 0;
    for (let run = 0; run < 200; run++) {
      const [entry] = compareCells([
        {
          feature: "x",
          slice: null,
          window: null,
          reference: sketched(normals(4000, 1000 + run)),
          current: sketched(normals(4000, 5000 + run)),
        },
      ]);
      if ((entry.test.p as number) <= 0.05) flagged++;
    }
    expect(flagged).toBeLessThanOrEqual(10);
  });
});

describe("approximateStatistics", () => {
  const [a, b] = [A, PAIRS["shifted"]];
  const truth = numericStatistics(a.slice().sort(), b.slice().sort());

  it("is near the statistics of the values, marked with the rank error, without p-values of items", () => {
    const {
      wasserstein,
      psi,
      energy,
      mannwhitney,
      cvm,
      welch: t,
      hellinger,
      js,
      kl,
    } = approximateStatistics(sketched(a), sketched(b));
    expect(wasserstein["value"]).toBeCloseTo(truth.wasserstein.value, 1.5);
    expect(energy["value"]).toBeCloseTo(truth.energy.value, 2);
    expect(psi["value"]).toBeCloseTo(truth.psi.value, 2);
    expect(psi["bins"]).toBe(10);
    expect(Number(mannwhitney["statistic"]) / truth.mannwhitney.statistic).toBeCloseTo(1, 2);
    expect(Number(cvm["statistic"]) / truth.cvm.statistic).toBeCloseTo(1, 0.5);
    expect(hellinger["value"]).toBeCloseTo(truth.hellinger.value, 2);
    expect(js["distance"]).toBeCloseTo(truth.js.distance, 2);
    expect(kl["value"]).toBeCloseTo(truth.kl.value, 2);
    for (const one of [wasserstein, psi, energy, mannwhitney, cvm, hellinger, js, kl]) {
      expect(one["rank_error"]).toBeGreaterThan(0);
      expect(one["p"] ?? null).toBeNull();
    }
    const exactly = welch(a, b);
    expect(t["rank_error"]).toBeUndefined();
    expect(Number(t["statistic"]) / Number(exactly.statistic)).toBeCloseTo(1, 9);
    expect(Number(t["p"]) / Number(exactly.p)).toBeCloseTo(1, 6);
  });

  it("equals the statistics of the values while a sketch is exact", () => {
    const [x, y] = [normals(1500, 10), normals(900, 11, 0.5)];
    const exactly = numericStatistics(x.slice().sort(), y.slice().sort());
    const { wasserstein, psi, energy, hellinger, js, kl, cvm, mannwhitney } = approximateStatistics(
      sketched(x),
      exact(y),
    );
    expect(wasserstein["value"]).toBeCloseTo(exactly.wasserstein.value, 12);
    expect(wasserstein["normed"]).toBeCloseTo(Number(exactly.wasserstein.normed), 12);
    expect(psi["value"]).toBe(exactly.psi.value);
    expect(energy["value"]).toBe(exactly.energy.value);
    expect([hellinger["value"], js["distance"], kl["value"]]).toEqual([
      exactly.hellinger.value,
      exactly.js.distance,
      exactly.kl.value,
    ]);
    expect([cvm["statistic"], mannwhitney["statistic"]]).toEqual([
      exactly.cvm.statistic,
      exactly.mannwhitney.statistic,
    ]);
    expect(wasserstein["rank_error"]).toBe(0);
  });

  it("has quantiles of latencies where both sides know them", () => {
    const [x, y] = [A.map((v) => Math.exp(v)), b.map((v) => 2 * Math.exp(v))];
    const withLatency = (values: Float64Array): SketchSample => {
      const latency = new DdSketch();
      latency.updateMany(values);
      return { ...sketched(values), latency };
    };
    const { latency } = approximateStatistics(withLatency(x), exact(y));
    const p99 = (values: Float64Array) => values.slice().sort()[Math.floor(0.99 * (values.length - 1))];
    expect(Math.abs(Number(latency["p99_reference"]) / p99(x) - 1)).toBeLessThanOrEqual(0.01);
    expect(latency["p99_current"]).toBe(p99(y));
    expect(Object.keys(latency)).toHaveLength(8);
    expect(approximateStatistics(withLatency(x), sketched(y))["latency"]).toBeUndefined();
  });

  it("has no index of Evidently's, which hangs on the least share of all", () => {
    expect(approximateStatistics(sketched(a), sketched(b), { psi: "evidently" })["psi"]).toEqual({
      value: null,
      bins: null,
    });
  });
});
