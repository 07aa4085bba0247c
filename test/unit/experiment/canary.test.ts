import { describe, expect, it } from "vitest";
import { CanaryGateSchema, type CanaryRequests, gateCanary } from "../../../src/experiment/index.js";
import { armsOf } from "./canary-rows.js";

/** One class with 4,000 rows of prod at 90 % and as many of the canary. */
const recall = (hits: number, n = 4000) =>
  armsOf([
    { arm: 0, label: "car", hits: 3600, n: 4000 },
    { arm: 1, label: "car", hits, n },
  ]);

const judged = (hits: number, margin = 0.02) => {
  const { classes, decision } = gateCanary(recall(hits), { maxRegression: margin });
  return [classes[0].verdict, classes[0].direction, decision];
};

/** The same requests in both arms; `truth` holds the predictions that are right. */
function shadow(prod: readonly boolean[], canary: readonly boolean[]): CanaryRequests {
  const n = prod.length;
  const hit = [...prod, ...canary];
  return {
    arm: Uint8Array.from({ length: 2 * n }, (_, i) => (i < n ? 0 : 1)),
    label: new Int32Array(2 * n),
    prediction: Int32Array.from(hit, (right) => (right ? 0 : 1)),
    classes: ["car", "other"],
    latencyMs: new Float64Array(2 * n).fill(10),
    request: Int32Array.from({ length: 2 * n }, (_, i) => i % n),
  };
}

describe("gateCanary", () => {
  it("has the keys of the format, in a result that its schema takes", () => {
    const found = gateCanary(recall(3600), { step: 5 });
    expect(CanaryGateSchema.parse(found)).toEqual(found);
    expect(Object.keys(found).slice(0, 4)).toEqual(["classes", "latency", "decision", "next_step"]);
    expect(Object.keys(found.classes[0]).slice(0, 7)).toEqual([
      ...["class", "recall_prod", "recall_canary", "delta", "lower", "upper", "verdict"],
    ]);
    expect(found.latency.map(({ q }) => q)).toEqual([0.5, 0.9, 0.95, 0.99]);
  });

  it("passes inside the margin, fails outside, holds between; an improvement stops nothing", () => {
    expect(judged(3600)).toEqual(["pass", null, "promote"]);
    expect(judged(3560)).toEqual(["hold", null, "hold"]);
    expect(judged(3400)).toEqual(["fail", "worse", "abort"]);
    expect(judged(3640)).toEqual(["hold", null, "promote"]);
    expect(judged(3800)).toEqual(["fail", "better", "promote"]);
    expect(gateCanary(recall(3640), { maxRegression: 0.02 }).classes[0].reason).toBe(
      "not worse, may be better by more than 0.02",
    );
  });

  it.each([
    [3600, 5, 25],
    [3600, 10, 25],
    [3600, 100, 100],
    [3560, 5, 5],
    [3400, 25, 0],
  ])("%d right of 4,000 at step %d go to %d", (hits, step, next) => {
    expect(gateCanary(recall(hits), { maxRegression: 0.02, step }).next_step).toBe(next);
  });

  it("tells no next step without a step", () => {
    expect(gateCanary(recall(3600)).next_step).toBeNull();
  });

  it("holds a class with few rows, and tells how many are needed", () => {
    const few = gateCanary(recall(20, 20)).classes[0];
    expect([few.verdict, few.reason]).toEqual(["hold", "fewer than 30 rows in canary"]);
    expect(gateCanary(recall(5, 20), { minN: 10 }).classes[0].verdict).toBe("fail");
    const { n_needed } = gateCanary(recall(270, 300)).classes[0];
    // The interval of an unchanged share at that many rows lies within the margin at a power of 80 %.
    const variance = 0.9 * 0.1 * (1 / n_needed! + 1 / ((4000 / 300) * n_needed!));
    expect(0.015 / Math.sqrt(variance)).toBeCloseTo(1.95996 + 1.28155, 1);
  });

  it("holds a class that one arm lacks", () => {
    const rows = [{ arm: 0 as const, label: "bus", hits: 90, n: 100 }];
    const { classes, decision } = gateCanary(armsOf([...rows, { arm: 1, label: "car", hits: 90, n: 100 }]));
    expect(classes.map(({ class: name, delta, verdict }) => [name, delta, verdict])).toEqual([
      ["bus", null, "hold"],
      ["car", null, "hold"],
    ]);
    expect(decision).toBe("hold");
  });

  it("counts a missing prediction as a miss, and a row without a label for latency only", () => {
    const requests = recall(3600);
    requests.prediction[4000] = -1;
    requests.label[0] = -1;
    const { classes, warnings } = gateCanary(requests);
    expect(classes[0]).toMatchObject({ n_prod: 3999, recall_canary: 3599 / 4000 });
    expect(warnings).toEqual(["rows without a label: 1; they count for latency and failures only"]);
  });

  it("holds without any label", () => {
    const requests = recall(3600);
    requests.label.fill(-1);
    expect(gateCanary(requests)).toMatchObject({ classes: [], decision: "hold" });
  });

  it("aborts on failures, which shall not be more", () => {
    const requests = recall(3600);
    const failing = (share: number) =>
      Int8Array.from(requests.arm, (arm, i) => (arm === 1 && i % 100 < 100 * share ? 0 : 1));
    expect(gateCanary({ ...requests, ok: failing(0) }).errors).toMatchObject({ verdict: "pass", rate_canary: 0 });
    const { errors, decision } = gateCanary({ ...requests, ok: failing(0.05) });
    expect([errors?.verdict, errors?.direction, decision]).toEqual(["fail", "worse", "abort"]);
    const fixed = Int8Array.from(failing(0.05), (ok, i) => (requests.arm[i] === 1 ? 1 : i % 20 === 0 ? 0 : ok));
    expect(gateCanary({ ...requests, ok: fixed }, { maxRegression: 0.02 })).toMatchObject({
      errors: { verdict: "fail", direction: "better" },
      decision: "promote",
    });
  });

  it("judges latency only when asked to", () => {
    const requests = recall(3600);
    const slower = { ...requests, latencyMs: requests.latencyMs.map((ms, i) => ms * (requests.arm[i] ? 1.5 : 1)) };
    const verdicts = (increase: number | null, of = slower) =>
      gateCanary(of, { maxRegression: 0.02, maxLatencyIncrease: increase }).latency.map(({ verdict }) => verdict);
    expect(gateCanary(slower, { maxRegression: 0.02 }).decision).toBe("promote");
    expect(verdicts(null)).toEqual([null, null, null, null]);
    expect(verdicts(0.1)).toEqual(["fail", "fail", "fail", "fail"]);
    expect(verdicts(0.6)).toEqual(["pass", "pass", "pass", "pass"]);
    expect(gateCanary(slower, { maxRegression: 0.02, maxLatencyIncrease: 0.1 }).decision).toBe("abort");
  });

  it("has no bound of latency where an arm is too small, and none without latencies", () => {
    const requests = recall(90, 100);
    const { latency } = gateCanary(requests);
    expect(latency[3].upper).toBeNull();
    expect(latency[3].lower).not.toBeNull();
    const none = gateCanary({ ...requests, latencyMs: requests.latencyMs.fill(Number.NaN) }, { maxLatencyIncrease: 1 });
    expect(none.latency[0]).toEqual({ q: 0.5, prod: null, canary: null, lower: null, upper: null, verdict: "hold" });
  });

  it("aborts on a slice that is worse though its class is not, with intervals for all slices at once", () => {
    const at = (arm: 0 | 1, slice: string, hits: number, n: number) => ({ arm, label: "car", slice, hits, n });
    const requests = armsOf([
      ...[at(0, "day", 18_000, 20_000), at(1, "day", 18_000, 20_000)],
      ...[at(0, "night", 270, 300), at(1, "night", 210, 300)],
    ]);
    const { classes, slices, decision } = gateCanary(requests);
    expect([classes[0].verdict, decision]).toEqual(["pass", "abort"]);
    expect(slices.map(({ slice, verdict }) => [slice, verdict])).toEqual([
      ["day", "pass"],
      ["night", "fail"],
    ]);
    const alone = gateCanary({ ...requests, slice: undefined }, { alpha: 0.025 }).classes[0];
    expect(slices[0].upper! - slices[0].lower!).toBeGreaterThan(alone.upper! - alone.lower!);
  });

  it("compares the pairs of a shadow run, whose interval is the shorter one", () => {
    const prod = Array.from({ length: 2000 }, (_, i) => i % 10 !== 0);
    const canary = prod.map((right, i) => (i % 400 === 1 ? false : right));
    const { mode, pairs, classes, decision } = gateCanary(shadow(prod, canary));
    expect([mode, pairs, decision]).toEqual(["shadow", 2000, "promote"]);
    expect(classes[0]).toMatchObject({ n_prod: 2000, delta: -5 / 2000, verdict: "pass" });
    const apart = gateCanary({ ...shadow(prod, canary), request: undefined });
    expect(apart).toMatchObject({ mode: "canary", pairs: null, decision: "hold" });
  });

  it("takes the label of a pair from the row that has it, and leaves out pairs whose fate is not known", () => {
    const requests = shadow([true, true, false], [true, false, true]);
    requests.label[0] = -1;
    requests.label[4] = -1;
    const found = gateCanary({ ...requests, ok: Int8Array.of(1, 0, -1, 1, 1, 0) }, { minN: 1 });
    expect(found.classes[0]).toMatchObject({ n_prod: 3, recall_prod: 2 / 3, recall_canary: 2 / 3, delta: 0 });
    expect(found.errors).toMatchObject({ n_prod: 2, rate_prod: 0.5, rate_canary: 0 });
  });

  it("is no shadow run when few requests are in both arms", () => {
    const requests = shadow([true, true, true], [true, true, true]);
    requests.request = Int32Array.of(0, 1, 2, 0, 3, 4);
    expect(gateCanary(requests).mode).toBe("canary");
  });

  it("does not abort for one class of many that would not fail with all looked at together", () => {
    const classes = (n: number) =>
      armsOf(
        Array.from({ length: n }, (_, c) => [
          { arm: 0 as const, label: `c${c}`, hits: 900, n: 1000 },
          { arm: 1 as const, label: `c${c}`, hits: c === 0 ? 850 : 900, n: 1000 },
        ]).flat(),
      );
    expect(gateCanary(classes(1))).toMatchObject({ classes: [{ verdict: "fail" }], decision: "abort" });
    const many = gateCanary(classes(20));
    expect([many.classes[0].verdict, many.decision]).toEqual(["fail", "hold"]);
    expect(many.classes[0].reason).toBe("worse by more than 0.015, but not with all 20 classes looked at together");
  });

  it("refuses a request that an arm of a shadow run has twice, and one with two labels", () => {
    const twice = shadow([true, true, true], [true, true, true]);
    twice.request = Int32Array.of(0, 1, 1, 0, 1, 2);
    expect(() => gateCanary(twice)).toThrow('row 3: column "request_id": got "the request of an earlier row"');
    const labels = shadow([true, true], [true, true]);
    labels.label[3] = 1;
    expect(() => gateCanary(labels)).toThrow(
      'row 4: column "label": got "other", expected the label of the same request in row 2, "car"',
    );
  });

  it.each([
    [{ maxRegression: 0 }, "max-regression must lie above 0 and below 1, got 0"],
    [{ alpha: 1 }, "alpha must lie"],
    [{ minN: 0 }, "min-n must be"],
    [{ steps: [5, 5] }, "steps must ascend"],
    [{ steps: [] }, "steps must ascend"],
    [{ steps: [50, 101] }, "steps must ascend"],
    [{ step: 101 }, "step must be"],
    [{ maxLatencyIncrease: -1 }, "max-latency-increase must be"],
  ])("refuses %j", (options, message) => {
    expect(() => gateCanary(recall(3600), options)).toThrow(message);
  });

  it("refuses a table without one of the arms", () => {
    expect(() => gateCanary(armsOf([{ arm: 0, label: "car", hits: 1, n: 2 }]))).toThrow(
      'column "arm": no row of canary',
    );
    expect(() => gateCanary(armsOf([]))).toThrow("no row of prod");
  });
});
