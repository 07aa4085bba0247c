import { describe, expect, it } from "vitest";
import {
  brier,
  calibrationCurve,
  cbpeClasses,
  delong,
  ece,
  fitIsotonic,
  fitPlatt,
  isotonicValues,
  kendallTau,
  mmd,
  ndcg,
} from "../../../src/drift/index.js";
import { expectedMetrics } from "../../../src/drift/model/expected-metrics.js";
import { fitLogistic } from "../../../src/drift/multivariate/logistic-regression.js";
import golden from "../../golden/drift-model.golden.json" with { type: "json" };

const byScore = (scores: readonly number[], ...others: readonly number[][]): Float64Array[] => {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  return [scores, ...others].map((values) => Float64Array.from(order, (i) => values[i]));
};

describe("delong", () => {
  it.each(golden.auc)("is the AUC of scikit-learn and the variance by all pairs, AUC $auc", (expected) => {
    const found = delong(expected.score, expected.came);
    for (const key of ["auc", "se", "lower", "upper"] as const) expect(found[key]).toBeCloseTo(expected[key], 11);
  });
});

describe("fitLogistic", () => {
  it.each(golden.logistic)(
    "is scikit-learn's with an L2 penalty of $l2",
    ({ columns, target, l2, weights, intercept }) => {
      const model = fitLogistic(
        columns.map((column) => Float64Array.from(column)),
        Float64Array.from(target),
        l2,
      );
      expect(model.intercept).toBeCloseTo(intercept, 7);
      weights.forEach((weight, c) => {
        expect(model.weights[c]).toBeCloseTo(weight, 7);
      });
    },
  );
});

describe("calibration", () => {
  it.each(golden.calibration)(
    "is scikit-learn's isotonic regression, Brier $brier",
    ({ score, came, grid, isotonic }) => {
      const values = isotonicValues(
        fitIsotonic(Float64Array.from(score), Float64Array.from(came)),
        Float64Array.from(grid),
      );
      isotonic.forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 12);
      });
    },
  );

  it.each(golden.calibration)("finds the minimum of Platt's loss, slope $slope", ({ score, came, slope, offset }) => {
    const map = fitPlatt(Float64Array.from(score), Float64Array.from(came));
    expect(map.slope).toBeCloseTo(slope, 5);
    expect(map.offset).toBeCloseTo(offset, 5);
  });

  it.each(golden.calibration)("has Brier score and Murphy's parts, score $brier", (expected) => {
    const { score, came } = expected;
    const found = brier(score, came, { bins: 10, by: "width" });
    expect(found.score).toBeCloseTo(expected.brier, 12);
    for (const part of ["reliability", "resolution", "uncertainty"] as const) {
      expect(found[part]).toBeCloseTo(expected[part], 12);
    }
    expect(found.reliability! - found.resolution! + found.uncertainty! + found.within!).toBeCloseTo(found.score!, 13);
    expect(ece(score, came, { bins: 10, by: "width" })).toBeCloseTo(expected.ece_width_10, 12);
  });

  it("has bins of equal width whose edges belong to the bin below", () => {
    const { bins } = calibrationCurve([0, 0.5, 0.51, 1], [0, 1, 0, 1], { bins: 2, by: "width" });
    expect(bins.map(({ n }) => n)).toEqual([2, 2]);
    expect(bins[0].meanScore).toBe(0.25);
  });
});

describe("expectedMetrics", () => {
  it("are scikit-learn's metrics where the probabilities are the truth", () => {
    const { score, came, predicted, ...expected } = golden.metrics;
    const [scores, truth, hat] = byScore(score, came, predicted);
    const found = expectedMetrics({ scores, predicted: Uint8Array.from(hat) }, truth);
    for (const key of ["accuracy", "f1", "roc_auc"] as const) expect(found[key]).toBeCloseTo(expected[key], 12);
  });

  it("count a row as a part positive and a part negative one", () => {
    const { score, probability, predicted, ...expected } = golden.expected;
    const [scores, p, hat] = byScore(score, probability, predicted);
    const found = expectedMetrics({ scores, predicted: Uint8Array.from(hat) }, p);
    for (const key of ["accuracy", "f1", "roc_auc"] as const) expect(found[key]).toBeCloseTo(expected[key], 12);
  });

  it("are null where they are not defined", () => {
    const none = { scores: new Float64Array(0), predicted: new Uint8Array(0) };
    expect(expectedMetrics(none, new Float64Array(0))).toEqual({ accuracy: null, f1: null, roc_auc: null });
    const negatives = { scores: Float64Array.of(0.1, 0.2), predicted: Uint8Array.of(0, 0) };
    expect(expectedMetrics(negatives, Float64Array.of(0, 0))).toEqual({ accuracy: 1, f1: null, roc_auc: null });
  });
});

describe("cbpeClasses", () => {
  const { before, after, reference, realised, estimated } = golden.several;
  const side = ({ scores, predicted, truth }: typeof before) => ({
    scores: scores.map((column) => Float64Array.from(column)),
    predicted: Float64Array.from(predicted),
    came: Float64Array.from(truth),
  });

  it("has scikit-learn's accuracy, macro F1 and macro AUC of labels, and those that calibrated classes expect", () => {
    const { metrics, ...rows } = cbpeClasses(side(before), side(after), { replicates: 0 });
    expect(rows).toMatchObject({ nReference: 240, nCurrent: 150, nRealised: 150 });
    for (const found of metrics) {
      const name = found.name as keyof typeof reference;
      expect(found.reference).toBeCloseTo(reference[name], 12);
      expect(found.realised).toBeCloseTo(realised[name], 12);
      expect(found.estimated).toBeCloseTo(estimated[name], 12);
    }
  });
});

describe("ranks", () => {
  it.each(golden.ranks)("have SciPy's tau-b $tau and scikit-learn's NDCG $ndcg", ({ a, b, tau, ndcg: gain }) => {
    expect(kendallTau(a, b)).toBeCloseTo(tau, 12);
    expect(ndcg(a, b)).toBeCloseTo(gain, 12);
  });

  it("have no answer for one value, or no gains", () => {
    expect(kendallTau([1, 1], [1, 2])).toBeNull();
    expect(ndcg([0, 0], [1, 2])).toBeNull();
  });
});

describe("mmd", () => {
  it.each(golden.mmd)("is NumPy's unbiased estimate $mmd2", ({ reference, current, bandwidth, mmd2 }) => {
    const table = (columns: readonly number[][]) =>
      Object.fromEntries(columns.map((column, c) => [`x${c}`, Float64Array.from(column)]));
    const found = mmd(table(reference), table(current), { scale: "none" });
    expect(found.bandwidth).toBeCloseTo(bandwidth, 12);
    expect(found.mmd2).toBeCloseTo(mmd2, 12);
  });
});
