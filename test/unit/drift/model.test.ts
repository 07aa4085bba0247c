import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { createRandom } from "../../../src/core/random.js";
import {
  AttributionDriftSchema,
  attributionDrift,
  brier,
  calibrationChange,
  calibrationCurve,
  cbpe,
  cbpeClasses,
  ece,
  fitPlatt,
  ModelDriftSchema,
  modelDrift,
  plattValues,
} from "../../../src/drift/index.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A classifier that is too sure of itself: scores, predictions, and labels by the true probability. */
function predictions(n: number, seed: number, { centre = 0, spread = 1.5, concept = 0 } = {}) {
  const random = createRandom(seed);
  const logits = Array.from({ length: n }, () => centre + spread * random.normal());
  const scores = Float64Array.from(logits, (x) => sigmoid(1.6 * x));
  return {
    scores,
    predicted: scores.map((score) => Number(score >= 0.5)),
    came: Float64Array.from(logits, (x) => Number(random.uniform() < sigmoid(x + concept))),
  };
}

const metric = (found: ReturnType<typeof cbpe>, name: string) => found.metrics.find((entry) => entry.name === name)!;

describe("cbpe", () => {
  it.each(["isotonic", "platt"] as const)("foresees the fall of performance near the boundary (%s)", (calibration) => {
    const reference = predictions(4000, 1);
    const current = predictions(4000, 2, { spread: 0.5 });
    const found = cbpe(reference, current, { calibration });
    for (const name of ["accuracy", "f1", "roc_auc"]) {
      const { reference: was, estimated, realised, lower, upper, change } = metric(found, name);
      expect(Math.abs(estimated! - realised!)).toBeLessThan(0.025);
      expect(estimated).toBeLessThan(was! - 0.05);
      expect(realised).toBeGreaterThan(lower!);
      expect(realised).toBeLessThan(upper!);
      expect(change.upper).toBeLessThan(0);
      expect(change.p).toBeLessThan(0.001);
    }
  });

  it("has realised performance outside of the interval when labels depend on scores otherwise", () => {
    const found = cbpe(predictions(4000, 1), predictions(4000, 2, { concept: 1.5 }));
    const { realised, lower, estimated, reference } = metric(found, "accuracy");
    expect(realised).toBeLessThan(lower!);
    expect(estimated).toBeCloseTo(reference!, 1);
  });

  it("leaves out missing scores and labels, and needs no labels of today", () => {
    const reference = predictions(300, 1);
    reference.came[0] = Number.NaN;
    reference.scores[1] = Number.NaN;
    const { scores, predicted } = predictions(200, 2);
    scores[5] = Number.NaN;
    const found = cbpe(reference, { scores, predicted });
    expect(found).toMatchObject({ nReference: 298, nCurrent: 199 });
    expect(metric(found, "accuracy").realised).toBeNull();
  });

  it("does not depend on the order of rows, and is the same for the same seed", () => {
    const rounded = (of: ReturnType<typeof predictions>) => ({
      ...of,
      scores: of.scores.map((p) => Math.round(20 * p) / 20),
    });
    const [reference, current] = [rounded(predictions(300, 1)), rounded(predictions(300, 2))];
    const reversed = {
      ...reference,
      scores: reference.scores.toReversed(),
      predicted: reference.predicted.toReversed(),
      came: reference.came.toReversed(),
    };
    expect(cbpe(reversed, current)).toEqual(cbpe(reference, current));
    expect(cbpe(reference, current, { seed: 1 })).not.toEqual(cbpe(reference, current));
  });

  it("takes constant scores, and no current rows", () => {
    const flat = {
      scores: new Float64Array(100).fill(0.5),
      predicted: new Float64Array(100).fill(1),
      came: Float64Array.from({ length: 100 }, (_, i) => i % 2),
    };
    const found = cbpe(flat, flat);
    expect(metric(found, "roc_auc").estimated).toBe(0.5);
    expect(metric(found, "accuracy").estimated).toBeCloseTo(0.5, 2);
    const none = { scores: new Float64Array(0), predicted: new Float64Array(0) };
    expect(metric(cbpe(flat, none), "accuracy")).toMatchObject({ estimated: null, lower: null, change: { p: null } });
  });

  it("refuses a reference without labels, or with labels of one class", () => {
    const { scores, predicted, came } = predictions(50, 1);
    expect(() => cbpe({ scores, predicted }, { scores, predicted })).toThrow("labelled reference");
    expect(() => cbpe({ scores, predicted, came: came.fill(1) }, { scores, predicted })).toThrow(InputError);
  });
});

/** Three classes by softmax of margins, the first of them rare; scores are too sure. */
function classPredictions(n: number, seed: number, spread = 1.5) {
  const random = createRandom(seed);
  const scores = Array.from({ length: 3 }, () => new Float64Array(n));
  const predicted = new Float64Array(n);
  const came = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const margins = [-1, 0, 0].map((m) => m + spread * random.normal());
    const shares = (by: number) => {
      const e = margins.map((m) => Math.exp(by * m));
      return e.map((one) => one / (e[0] + e[1] + e[2]));
    };
    const sure = shares(1.8);
    for (const c of [0, 1, 2]) scores[c][i] = sure[c];
    predicted[i] = sure.indexOf(Math.max(...sure));
    const [a, b] = shares(1);
    const u = random.uniform();
    came[i] = u < a ? 0 : u < a + b ? 1 : 2;
  }
  return { scores, predicted, came };
}

describe("cbpeClasses", () => {
  it.each(["isotonic", "platt"] as const)(
    "foresees the fall of accuracy, macro F1 and macro AUC (%s)",
    (calibration) => {
      const found = cbpeClasses(classPredictions(3000, 1), classPredictions(3000, 2, 0.6), {
        calibration,
        replicates: 60,
      });
      expect(found.metrics.map(({ name }) => name)).toEqual(["accuracy", "macro_f1", "macro_auc"]);
      for (const { reference, estimated, realised, lower, upper, change } of found.metrics) {
        expect(Math.abs(estimated! - realised!)).toBeLessThan(0.03);
        expect(estimated).toBeLessThan(reference! - 0.05);
        expect(realised).toBeGreaterThan(lower!);
        expect(realised).toBeLessThan(upper!);
        expect(change.upper).toBeLessThan(0);
      }
    },
  );

  it("does not depend on the order of rows, leaves out rows without a score, and takes no current rows", () => {
    const reference = classPredictions(200, 1);
    const current = classPredictions(150, 2);
    current.scores[1][7] = Number.NaN;
    const turned = <T extends Float64Array>(values: T): Float64Array => values.slice().reverse();
    const { scores, predicted, came } = current;
    const found = cbpeClasses(reference, current, { replicates: 20 });
    expect(found).toMatchObject({ nReference: 200, nCurrent: 149, nRealised: 149 });
    const other = { scores: scores.map(turned), predicted: turned(predicted), came: turned(came) };
    expect(cbpeClasses(reference, other, { replicates: 20 })).toEqual(found);
    const none = new Float64Array(0);
    const empty = cbpeClasses(reference, { scores: [none, none, none], predicted: none });
    expect(empty.metrics[1]).toMatchObject({ estimated: null, lower: null, realised: null });
  });

  it("refuses a reference without labels, or with labels of one class", () => {
    const { scores, predicted } = classPredictions(50, 1);
    expect(() => cbpeClasses({ scores, predicted }, { scores, predicted })).toThrow("labelled reference");
    const came = new Float64Array(50);
    expect(() => cbpeClasses({ scores, predicted, came }, { scores, predicted })).toThrow("not of two classes");
  });
});

describe("calibration", () => {
  it.each([
    [[], [], {}, /there are no scores/],
    [[Number.NaN, 0.5], [0, 1], {}, /score 0 is NaN/],
    [[0.5, 1.5], [0, 1], {}, /score 1 is 1.5; it must lie in 0 … 1/],
    [[0.5, 0.5], [0, 2], {}, /label 1 is 2; it must be 0 or 1/],
    [[0.5, 0.5], [0], {}, /2 scores and 1 labels/],
    [[0.5], [1], { bins: 0 }, /bins must be a whole number, 1 or more, got 0/],
    [[0.5], [1], { by: "size" as "mass" }, /by must be mass or width, got size/],
  ])("refuses what it cannot be of: %j %j %j", (scores, came, options, message) => {
    for (const statistic of [ece, brier, calibrationCurve]) {
      expect(() => statistic(scores, came, options)).toThrow(InputError);
      expect(() => statistic(scores, came, options)).toThrow(message);
    }
  });

  it("has no rest within bins where scores are equal", () => {
    const scores = [0.1, 0.1, 0.1, 0.8, 0.8, 0.8];
    const parts = brier(scores, [0, 0, 1, 1, 1, 0], { by: "width", bins: 10 });
    expect(parts.within).toBeCloseTo(0, 15);
    expect(parts.reliability! - parts.resolution! + parts.uncertainty!).toBeCloseTo(parts.score!, 14);
  });

  it("stays finite for scores that part the classes, and for one class", () => {
    const scores = Float64Array.of(0.1, 0.2, 0.8, 0.9);
    const parted = plattValues(fitPlatt(scores, Float64Array.of(0, 0, 1, 1)), scores);
    expect(parted[0]).toBeLessThan(0.5);
    expect(parted.every((p) => p > 0 && p < 1)).toBe(true);
    const same = plattValues(fitPlatt(scores, Float64Array.of(1, 1, 1, 1)), scores);
    expect(same.every((p) => p > 0.7 && p < 1)).toBe(true);
  });
});

describe("modelDrift", () => {
  const table = (n: number, seed: number, options = {}, labels = true) => {
    const { scores, predicted, came } = predictions(n, seed, options);
    return { p: scores, hat: predicted, ...(labels ? { y: Array.from(came, (value) => (value ? "yes" : "no")) } : {}) };
  };
  const named = { prediction: "hat", score: "p", label: "y" };

  it("estimates without labels and compares with them", () => {
    const words = (of: ReturnType<typeof table>) => ({
      ...of,
      hat: Array.from(of.hat, (value) => (value ? "yes" : "no")),
    });
    const found = modelDrift(words(table(3000, 1)), words(table(3000, 2, { spread: 0.5 })), named);
    expect(found).toMatchObject({ positive: "yes", classes: ["no", "yes"], verdict: "drift", warnings: [] });
    expect(found.performance!.metrics[0]).toMatchObject({
      name: "accuracy",
      verdict: "drift",
      effect: { name: "accuracy_change" },
    });
    expect(found.confusion!.accuracy.change.high).toBeLessThan(0);
    const { reference, current, ece_delta } = found.calibration!;
    expect(reference!.equal_mass.bins).toHaveLength(15);
    expect(ece_delta).toBeCloseTo(current!.equal_mass.ece! - reference!.equal_mass.ece!, 12);
    expect(current!.brier.score! - reference!.brier.score!).toBeCloseTo(
      found.calibration!.changes[1].change.value!,
      12,
    );
    expect(() => ModelDriftSchema.parse(found)).not.toThrow();
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("judges changes of calibration error and Brier score, and lets them count", () => {
    const [was, is] = [table(3000, 1), table(3000, 2, { concept: 1.5 })];
    const same = modelDrift(was, table(3000, 2), { score: "p", label: "y" });
    expect(same.calibration!.changes.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["ece", "stable"],
      ["brier", "stable"],
    ]);
    expect(same.verdict).toBe("stable");
    const moved = modelDrift(was, is, { score: "p", label: "y" }).calibration!.changes;
    expect(moved.map(({ verdict }) => verdict)).toEqual(["drift", "drift"]);
    const few = modelDrift(was, table(20, 2), { score: "p", label: "y" }).calibration!.changes;
    expect(few.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ["inconclusive", "few_rows"],
      ["inconclusive", "few_rows"],
    ]);
  });

  it("goes by the realised change where labels are there, which estimates cannot foresee", () => {
    const [was, is] = [table(3000, 1), table(3000, 2, { concept: 1.5 })];
    const found = modelDrift(was, is, { score: "p", label: "y" });
    expect(found).toMatchObject({ verdict: "drift", performance: { basis: "realised", n_realised: 3000 } });
    const { y: _, ...unlabelled } = is;
    const estimated = modelDrift(was, unlabelled, { score: "p", label: "y" });
    expect(estimated.performance).toMatchObject({ basis: "estimated", n_realised: 0 });
    expect(estimated.verdict).not.toBe("drift");
  });

  it("calls an unchanged model stable, without the labels of today", () => {
    const found = modelDrift(table(6000, 1), table(6000, 2, {}, false), { score: "p", label: "y" });
    expect(found.verdict).toBe("stable");
    expect(found.confusion).toBeNull();
    expect(found.calibration).toMatchObject({ current: null, ece_delta: null, changes: [] });
  });

  it("has no performance without scores or labels, but the confusion matrix of what is there", () => {
    const [was, is] = [table(100, 1), table(100, 2)];
    expect(modelDrift(was, is, { score: "p" })).toMatchObject({
      performance: null,
      confusion: null,
      verdict: "inconclusive",
    });
    const numbers = (of: ReturnType<typeof table>) => ({ hat: of.hat, y: of.y!.map((name) => Number(name === "yes")) });
    const plain = modelDrift(numbers(was), numbers(is), { prediction: "hat", label: "y" });
    expect(plain).toMatchObject({ performance: null, positive: "1", classes: ["0", "1"] });
    expect(plain.confusion!.cells.length).toBe(4);
    const oneClass = { ...was, y: was.y!.map(() => "yes") };
    expect(modelDrift(oneClass, is, { score: "p", label: "y" }).warnings[0]).toContain("of one class only");
  });

  it("takes the score of several classes as that of the prediction", () => {
    const random = createRandom(5);
    const many = (n: number, sure: number) => {
      const rows = Array.from({ length: n }, () => {
        const hat = ["a", "b", "c"][random.int(3)];
        const p = sure * random.uniform() + 1 - sure;
        return { hat, p, y: random.uniform() < p ? hat : "a" };
      });
      return { hat: rows.map(({ hat }) => hat), p: rows.map(({ p }) => p), y: rows.map(({ y }) => y) };
    };
    const { performance, positive } = modelDrift(many(3000, 0.8), many(3000, 0.3), named);
    expect(positive).toBeNull();
    expect(performance).toMatchObject({ event: "correct", metrics: [{ name: "accuracy", verdict: "drift" }] });
    const [{ estimated, realised }] = performance!.metrics;
    expect(Math.abs(estimated! - realised!)).toBeLessThan(0.04);
  });

  it("estimates macro F1 and AUC of several classes by the score of each", () => {
    const names = ["bus", "car", "van"];
    const table = ({ scores, predicted, came }: ReturnType<typeof classPredictions>) => ({
      ...Object.fromEntries(names.map((name, c) => [`p_${name}`, scores[c]])),
      pred: Array.from(predicted, (c) => names[c]),
      y: Array.from(came, (c) => names[c]),
    });
    const [before, after] = [table(classPredictions(800, 1)), table(classPredictions(800, 2))];
    const found = modelDrift(before, after, { prediction: "pred", classScores: "p_", label: "y" });
    expect(() => ModelDriftSchema.parse(found)).not.toThrow();
    expect(found).toMatchObject({ class_scores: "p_", score: null, classes: names, positive: null });
    expect(found.performance).toMatchObject({ event: "class", n_realised: 800 });
    expect(found.performance?.metrics.map(({ name }) => name)).toEqual(["accuracy", "macro_f1", "macro_auc"]);
    expect(found.calibration?.reference?.n).toBe(800);
    // The class of the highest score is what is predicted.
    const { pred: _, ...unpredicted } = before;
    const alike = modelDrift(unpredicted, after, { classScores: "p_", label: "y" });
    expect(alike.performance?.metrics).toEqual(found.performance?.metrics);
    expect(() => modelDrift(before, after, { prediction: "pred", classScores: "q_" })).toThrow(
      "fewer than two numeric",
    );
    const taxi = { ...after, y: after.y.map((name) => (name === "van" ? "taxi" : name)) };
    expect(() => modelDrift(before, taxi, { classScores: "p_", label: "y" })).toThrow(
      'class "taxi" has no numeric column "p_taxi" on both sides',
    );
  });

  it("is inconclusive with few rows", () => {
    const { performance, verdict } = modelDrift(table(20, 1), table(20, 2), { score: "p", label: "y" });
    expect(verdict).toBe("inconclusive");
    expect(performance!.metrics[0].reason).toBe("few_rows");
  });

  it("warns of scores that are no probabilities", () => {
    const logits = (of: ReturnType<typeof table>) => ({ ...of, p: of.p.map((p) => Math.log(p / (1 - p))) });
    const found = modelDrift(logits(table(500, 1)), logits(table(500, 2)), { prediction: "hat", score: "p" });
    expect(found).toMatchObject({ calibration: null, warnings: [expect.stringContaining("outside of 0 … 1")] });
  });

  it("names what is wrong", () => {
    const [was, is] = [table(50, 1), table(50, 2)];
    expect(() => modelDrift(was, is, {})).toThrow("prediction column or its score column");
    expect(() => modelDrift(was, is, { prediction: "gone" })).toThrow("reference table has no column gone");
    expect(() => modelDrift(was, is, { score: "y" })).toThrow("holds no numbers");
    expect(() => modelDrift(was, is, { prediction: "p" })).toThrow("is no class");
    expect(() => modelDrift(was, is, { ...named, positive: "maybe", prediction: undefined })).toThrow(
      "positive class maybe",
    );
    const colours = { hat: ["red", "blue"] };
    expect(() => modelDrift(colours, colours, { prediction: "hat" })).toThrow("Name it with positive");
    const ids = { hat: Array.from({ length: 200 }, (_, i) => i) };
    expect(() => modelDrift(ids, ids, { prediction: "hat" })).toThrow("200 values");
    expect(() => modelDrift({ hat: [new Date(0)] }, { hat: [new Date(0)] }, { prediction: "hat" })).toThrow("times");
  });
});

describe("attributionDrift", () => {
  const shap = (n: number, seed: number, scales: number[]) => {
    const random = createRandom(seed);
    return Object.fromEntries(
      scales.map((scale, c) => [`shap_f${c}`, Float64Array.from({ length: n }, () => scale * random.normal())]),
    );
  };

  it("finds the features that took over", () => {
    const found = attributionDrift(shap(500, 1, [3, 2, 1, 0.5]), shap(500, 2, [1, 2, 3, 0.5]), { prefix: "shap_" });
    expect(found).toMatchObject({ verdict: "drift", test: { p: 0.002 } });
    expect(
      found.features
        .slice(0, 2)
        .map(({ feature }) => feature)
        .sort(),
    ).toEqual(["f0", "f2"]);
    expect(found.effect.value).toBeCloseTo(4 / 6.5, 1);
    expect(found.kendall_tau.value).toBeCloseTo(0, 12);
    expect(found.ndcg.value).toBeLessThan(1);
    expect(() => AttributionDriftSchema.parse(found)).not.toThrow();
  });

  it("calls the same attributions stable, with an interval that knows that a distance is too large", () => {
    const scales = [3, 2, 1, 0.5];
    const found = attributionDrift(shap(3000, 1, scales), shap(3000, 2, scales), { prefix: "shap_", seed: 4 });
    expect(found).toMatchObject({ verdict: "stable", kendall_tau: { value: 1 }, ndcg: { value: 1 } });
    expect(found.effect.lower).toBe(0);
    expect(attributionDrift(shap(3000, 1, scales), shap(3000, 2, scales), { prefix: "shap_", seed: 4 })).toEqual(found);
  });

  it("takes few rows, missing values and attributions of nothing", () => {
    const few = attributionDrift(shap(10, 1, [1, 2]), shap(500, 2, [1, 2]), { prefix: "shap_" });
    expect(few).toMatchObject({ verdict: "inconclusive", reason: "few_rows", test: { p: null } });
    const gap = shap(100, 1, [1, 2]);
    gap.shap_f0[3] = Number.NaN;
    expect(attributionDrift(gap, shap(100, 2, [1, 2]), { prefix: "shap_" }).n_reference).toBe(99);
    const nothing = attributionDrift(shap(100, 1, [0, 0]), shap(100, 2, [1, 2]), { prefix: "shap_" });
    expect(nothing).toMatchObject({ verdict: "inconclusive", features: [], effect: { value: null } });
    expect(() => attributionDrift({ a: [1] }, { a: [1] }, { prefix: "shap_" })).toThrow("begin with shap_");
  });
});

describe("calibrationChange", () => {
  const side = (n: number, seed: number, options = {}) => {
    const { scores, came } = predictions(n, seed, options);
    return { scores, came: came! };
  };

  it("takes no side of unlike size for worse: of right scores and of wrong ones", () => {
    for (const concept of [0, 1]) {
      const changes = Array.from({ length: 20 }, (_, i) =>
        calibrationChange(side(1000, 2 * i, { concept }), side(60, 2 * i + 1, { concept }), { replicates: 40 }),
      );
      const mean = changes.reduce((sum, { ece }) => sum + ece.value! / changes.length, 0);
      expect(Math.abs(mean)).toBeLessThan(0.03);
      expect(changes.filter(({ ece, brier }) => Math.min(ece.p!, brier.p!) < 0.01).length).toBeLessThan(3);
    }
  });

  it("is that of calibrationCurve and brier at sides of one size, and of nothing between a sample and itself", () => {
    const [a, b] = [side(500, 1), side(500, 2, { concept: 1 })];
    const { ece: error, brier: score } = calibrationChange(a, b);
    expect(error.value).toBeCloseTo(ece(b.scores, b.came) - ece(a.scores, a.came), 12);
    expect(score.value).toBeCloseTo(brier(b.scores, b.came).score! - brier(a.scores, a.came).score!, 12);
    const same = calibrationChange(a, a);
    expect([same.ece.value, same.ece.p, same.brier.value, same.brier.p]).toEqual([0, 1, 0, 1]);
    const turned = { scores: b.scores.toReversed(), came: b.came.toReversed() };
    expect(calibrationChange(a, turned)).toEqual(calibrationChange(a, b));
  });

  it("of one row, of constant scores, and of none", () => {
    const one = { scores: Float64Array.of(0.5), came: Float64Array.of(1) };
    expect(calibrationChange(one, one).ece).toMatchObject({ value: 0, p: 1 });
    const certain = { scores: new Float64Array(40).fill(1), came: new Float64Array(40).fill(1) };
    const wrong = { scores: new Float64Array(40).fill(1), came: new Float64Array(40) };
    expect(calibrationChange(certain, wrong)).toMatchObject({ ece: { value: 1, p: 0 }, brier: { value: 1, p: 0 } });
    const none = { scores: new Float64Array(0), came: new Float64Array(0) };
    expect(calibrationChange(none, one).brier).toEqual({ value: null, lower: null, upper: null, p: null });
  });
});
