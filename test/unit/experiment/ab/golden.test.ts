import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { noncentralTSf } from "../../../../src/core/distributions.js";
import {
  alwaysValid,
  gateAb,
  groupSequentialBounds,
  planAb,
  sampleRatio,
  sampleSizeMeans,
  sampleSizeProportions,
} from "../../../../src/experiment/index.js";

const golden = JSON.parse(readFileSync("test/golden/experiment.golden.json", "utf8"));

const near = (value: number, expected: number, digits: number, what = ""): void => {
  expect(Math.abs(value - expected), `${what}: ${value} against ${expected}`).toBeLessThanOrEqual(
    digits * Math.max(Math.abs(expected), 1e-300),
  );
};

// Expected values are of SciPy 1.17.1 and statsmodels 0.15.0 (test/golden/experiment.py).
describe("experiments against references", () => {
  it("bounds of group-sequential designs", () => {
    for (const { t, alpha, spending, bounds } of golden.groupSequential) {
      const ours = groupSequentialBounds(t, alpha, spending);
      for (const [i, bound] of bounds.entries()) near(ours[i], bound, 1e-8, `${spending} at ${t[i]}`);
    }
  });

  it("bounds that the field has published to four digits", () => {
    // Lan & DeMets spending, one-sided 0.025, equal looks, as gsDesign's sfLDOF and sfLDPocock give them.
    const published: [number, "obf" | "pocock", number[]][] = [
      [2, "obf", [2.9626, 1.9686]],
      [3, "obf", [3.7103, 2.5114, 1.993]],
      [5, "obf", [4.8769, 3.357, 2.6803, 2.2898, 2.031]],
      [2, "pocock", [2.157, 2.201]],
      [5, "pocock", [2.438, 2.4268, 2.4102, 2.3966, 2.386]],
    ];
    for (const [looks, spending, bounds] of published) {
      const t = Array.from({ length: looks }, (_, i) => (i + 1) / looks);
      const ours = groupSequentialBounds(t, 0.025, spending).map((bound) => Number(bound.toFixed(4)));
      expect(ours).toEqual(bounds);
    }
    const five = [0.2, 0.4, 0.6, 0.8, 1];
    const six = (spending: "obf" | "pocock") =>
      groupSequentialBounds(five, 0.025, spending).map((bound) => bound.toFixed(6));
    expect(six("obf")).toEqual(["4.876885", "3.357012", "2.680280", "2.289817", "2.031032"]);
    expect(six("pocock")).toEqual(["2.437977", "2.426814", "2.410194", "2.396649", "2.386000"]);
  });

  it("what looks cost", () => {
    for (const { looks, power, spending, inflation, null: none, alternative } of golden.inflation) {
      const plan = planAb({ effectSize: 0.1 }, { looks, power, design: spending });
      const fixed = plan.fixed.n_a + plan.fixed.n_b;
      near(plan.inflation, inflation, 1e-8);
      near(plan.expected!.null / fixed, none, 1e-7);
      near(plan.expected!.alternative / fixed, alternative, 1e-7);
    }
  });

  it("noncentral t", () => {
    for (const { t, df, nc, sf } of golden.noncentralT) {
      const ours = noncentralTSf(t, df, nc);
      expect(Math.abs(ours - sf), `${t} ${df} ${nc}: ${ours} against ${sf}`).toBeLessThanOrEqual(1e-11);
    }
  });

  it("sample sizes, to what statsmodels solves to", () => {
    for (const { kind, n, ...size } of golden.sampleSizes) {
      const ours =
        kind === "means"
          ? sampleSizeMeans(size.effectSize, size)
          : sampleSizeProportions(size.baseline, size.target, size);
      near(ours, n, 1e-7, JSON.stringify(size));
    }
    near(sampleSizeProportions(0.1, 0.12), 3834.595739884031, 1e-11);
    near(sampleSizeMeans(0.2, { power: 0.9 }), 526.3331885760532, 1e-11);
  });

  it("sample ratio", () => {
    for (const { nA, nB, shareA, p } of golden.sampleRatios) {
      const ours = sampleRatio(nA, nB, shareA);
      near(ours.p, p, 1e-9);
      expect(ours.flag).toBe(p < 0.001);
    }
    near(sampleRatio(5000, 5200).p, 0.0476703806561615, 1e-12);
  });

  it("Welch's z, with and without a covariate", () => {
    for (const { sums, effect, z, theta, adjustedEffect, adjustedZ } of golden.looks) {
      const { n_a, sum_a, sumsq_a, n_b, sum_b, sumsq_b } = sums;
      const head = { experiment: "e", look: 1, information: 1, share_a: n_a / (n_a + n_b) };
      const raw = gateAb([{ ...head, n_a, sum_a, sumsq_a, n_b, sum_b, sumsq_b }]).experiments[0].looks[0];
      near(raw.effect, effect, 1e-10);
      near(raw.z!, z, 1e-10);
      expect(raw.cuped).toBeNull();
      const adjusted = gateAb([{ ...head, ...sums }]).experiments[0].looks[0];
      near(adjusted.cuped!.theta, theta, 1e-9);
      near(adjusted.effect, adjustedEffect, 1e-8);
      near(adjusted.z!, adjustedZ, 1e-8);
      near(1 - adjusted.cuped!.variance_reduction, (adjusted.effect / adjusted.z! / (raw.effect / raw.z!)) ** 2, 1e-9);
    }
  });

  it("confidence sequences", () => {
    for (const { alpha, tunedRows, rows, bound } of golden.sequences) {
      near(alwaysValid(0, 1, rows, { alpha, tunedRows }).bound, bound, 1e-12);
    }
    const { lower, upper, bound } = alwaysValid(0.3, 0.1, 5000);
    expect([lower, upper, bound].map((value) => value.toFixed(4))).toEqual(["-0.0035", "0.6035", "3.0351"]);
  });
});
