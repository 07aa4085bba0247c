import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { badFrom } from "../../../fixtures/slice-incidents.js";
import { InputError } from "../../../src/core/errors.js";
import {
  calibrationCurve,
  modelProbes,
  proportionChange,
  type SampleTable,
  wilsonInterval,
} from "../../../src/incident/index.js";
import golden from "../../golden/incident.golden.json" with { type: "json" };

const HOUR = 3_600_000;

/** Samples before (hour 0) and during (hour 10) an incident that begins at hour 5. */
function samples(before: string[][], after: string[][], scores?: number[]): SampleTable {
  const rows = [...before, ...after];
  return {
    times: Float64Array.from(rows, (_, i) => (i < before.length ? 0 : 10 * HOUR)),
    labels: rows.map(([label]) => label),
    preds: rows.map(([, pred]) => pred),
    ...(scores ? { scores: Float64Array.from(scores) } : {}),
    dimensions: [],
  };
}

const bad = badFrom(5 * HOUR);
const zip = (label: string[], pred: string[]): string[][] => label.map((name, i) => [name, pred[i]]);

describe("wilsonInterval", () => {
  it.each(golden.wilson)("is statsmodels' interval of $count in $total", ({ count, total, low, high }) => {
    const interval = wilsonInterval(count, total);
    expect(interval.rate).toBe(count / total);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  it("has nothing to say of nothing", () => {
    expect(wilsonInterval(0, 0)).toEqual({ count: 0, total: 0, rate: null, low: null, high: null });
  });
});

describe("proportionChange", () => {
  it.each(golden.newcombe)(
    "is statsmodels' Newcombe interval from $before to $after",
    ({ before, after, low, high }) => {
      const change = proportionChange(wilsonInterval(before[0], before[1]), wilsonInterval(after[0], after[1]));
      expect(change.low).toBeCloseTo(low, 12);
      expect(change.high).toBeCloseTo(high, 12);
    },
  );

  it("is null where a share is of nothing", () => {
    expect(proportionChange(wilsonInterval(0, 0), wilsonInterval(1, 2)).delta).toBeNull();
  });
});

describe("calibrationCurve", () => {
  it.each(golden.calibration)(
    "has the bins of scikit-learn, ECE $ece",
    ({ score, came, counts, mean, observed, ece }) => {
      const curve = calibrationCurve(score, came);
      expect(curve.bins.map(({ n }) => n)).toEqual(counts);
      curve.bins.forEach((bin, b) => {
        expect(bin.meanScore).toBeCloseTo(mean[b], 12);
        expect(bin.observed).toBeCloseTo(observed[b], 12);
      });
      expect(curve.ece).toBeCloseTo(ece, 12);
    },
  );

  it("does not depend on the order of rows", () => {
    const { score, came } = golden.calibration[0];
    expect(calibrationCurve([...score].reverse(), [...came].reverse())).toEqual(calibrationCurve(score, came));
  });

  it("refuses missing scores", () => {
    expect(() => calibrationCurve([Number.NaN, 0.5], [1, 1])).toThrow(/score 0 is NaN; it must lie in 0 … 1/);
  });
});

describe("modelProbes", () => {
  it("agrees with scikit-learn on three classes", () => {
    const { label, pred, classes, matrix, precision, recall } = golden.confusion;
    const { confusion } = modelProbes(samples(zip(label, pred), []), bad);
    for (const [l, row] of matrix.entries()) {
      for (const [p, count] of row.entries()) {
        const cell = confusion.cells.find((c) => c.label === classes[l] && c.pred === classes[p]);
        expect(cell?.before.count ?? 0).toBe(count);
      }
    }
    confusion.classes.forEach(({ name, precision: p, recall: r }, c) => {
      expect(name).toBe(classes[c]);
      expect(p.before.rate).toBeCloseTo(precision[c], 12);
      expect(r.before.rate).toBeCloseTo(recall[c], 12);
    });
    expect(confusion.accuracy.after.rate).toBeNull();
  });

  it("puts the cell whose rate moved most first", () => {
    const before = [...Array(20).fill(["a", "a"]), ...Array(20).fill(["b", "b"])];
    const after = [...Array(20).fill(["a", "a"]), ...Array(5).fill(["b", "b"]), ...Array(15).fill(["b", "a"])];
    const { confusion, calibration } = modelProbes(samples(before, after), bad);
    expect(confusion.cells[0]).toMatchObject({
      label: "b",
      pred: "a",
      before: { count: 0 },
      after: { count: 15, total: 20 },
    });
    expect(confusion.cells[0].change.low).toBeGreaterThan(0.4);
    expect(confusion.accuracy.change.delta).toBeCloseTo(-0.375, 12);
    expect(calibration).toBeNull();
  });

  it("orders classes that are numbers as numbers", () => {
    const { confusion } = modelProbes(samples([["10", "2"]], [["2", "9"]]), bad);
    expect(confusion.classes.map(({ name }) => name)).toEqual(["2", "9", "10"]);
  });

  it("knows the score of a class from that of a prediction", () => {
    const rows = [
      ["1", "1"],
      ["0", "0"],
      ["1", "0"],
      ["0", "1"],
    ];
    const ofClass = modelProbes(samples(rows, rows, [0.9, 0.1, 0.4, 0.6, 0.9, 0.1, 0.4, 0.6]), bad);
    expect(ofClass.calibration?.event).toEqual({ label: "1" });
    const ofPrediction = modelProbes(samples(rows, rows, [0.9, 0.9, 0.6, 0.6, 0.9, 0.9, 0.6, 0.6]), bad);
    expect(ofPrediction.calibration?.event).toBe("correct");
    expect(ofPrediction.calibration?.eceDelta).toBe(0);
    const many = modelProbes(samples([["a", "b"]], [["c", "c"]], [0.4, 0.4]), bad);
    expect(many.calibration?.event).toBe("correct");
  });

  it("has no calibration where no score is given", () => {
    expect(modelProbes(samples([["a", "a"]], [], [Number.NaN]), bad).calibration).toBeNull();
  });

  it("takes the failing slice alone, by the columns that the samples have", () => {
    const table = samples(
      [["a", "a"]],
      [
        ["a", "b"],
        ["a", "a"],
      ],
    );
    table.dimensions = [{ name: "region", values: ["eu", "us"], codes: Int32Array.of(0, 0, 1) }];
    const probes = modelProbes(table, bad, { where: { region: "eu", model: "m2" } });
    expect(probes).toMatchObject({ where: { region: "eu" }, before: 1, after: 1 });
    expect(probes.confusion.accuracy.after.rate).toBe(0);
    expect(modelProbes(table, bad, { where: { region: "asia" } })).toMatchObject({ before: 0, after: 0 });
  });

  it("takes no samples at all", () => {
    expect(modelProbes(samples([], []), bad)).toMatchObject({
      before: 0,
      after: 0,
      confusion: { cells: [], classes: [] },
    });
  });

  it("refuses scores outside 0 … 1 and columns of another length", () => {
    expect(() => modelProbes(samples([["a", "a"]], [], [1.5]), bad)).toThrow("samples: row 0: score is 1.5");
    expect(() => modelProbes({ ...samples([["a", "a"]], []), preds: [] }, bad)).toThrow(InputError);
  });

  it("shows what a generated incident did to its class", () => {
    const { samples: table, truth } = rcaCase(11, { incident: "step", root: "rate" });
    const coded: SampleTable = {
      times: table.time,
      labels: table.label,
      preds: table.pred,
      scores: table.score,
      dimensions: Object.entries(table.dimensions).map(([name, column]) => {
        const values = [...new Set(column)];
        return { name, values, codes: Int32Array.from(column, (value) => values.indexOf(value)) };
      }),
    };
    const probes = modelProbes(coded, badFrom(truth.onset!), { where: truth.where });
    expect(probes.where).toEqual(truth.where);
    expect(probes.confusion.cells[0]).toMatchObject({ label: "cyclist" });
    const recall = probes.confusion.classes.find(({ name }) => name === "cyclist")!.recall.change;
    expect(recall.high).toBeLessThan(0);
    expect(probes.calibration!.eceDelta).toBeGreaterThan(0.05);
  });
});
