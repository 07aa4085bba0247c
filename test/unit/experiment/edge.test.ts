import { describe, expect, it } from "vitest";
import { EdgeGateSchema, type EdgeSamples, gateEdge, mannKendall, theilSen } from "../../../src/experiment/index.js";

const N = 400;
const array = (value: (i: number) => number, n = N) => Float64Array.from({ length: n }, (_, i) => value(i));

/** Two classes; the quantised build is off by 0.01, and swaps the top of every 100th sample. */
const samples = (): EdgeSamples => ({
  classes: ["car", "truck"],
  float: [array((i) => (i % 2 ? 0.7 : 0.3)), array((i) => (i % 2 ? 0.3 : 0.7))],
  quant: [
    array((i) => (i % 100 === 0 ? 0.7 : i % 2 ? 0.71 : 0.31)),
    array((i) => (i % 100 === 0 ? 0.3 : i % 2 ? 0.3 : 0.7)),
  ],
  latencyMs: array((i) => 20 + (i % 40) / 2),
  times: array((i) => Date.UTC(2026, 8, 1) + 9000 * i),
  temperatureC: array((i) => 60 + i / 400 + ((i * 7919 + i * i) % 13) / 100),
});

describe("gateEdge", () => {
  it("finds differences, agreement, latency and trend, in a result that its schema takes", () => {
    const found = gateEdge(samples());
    expect(EdgeGateSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      samples: 400,
      classes: 2,
      difference: { max: expect.closeTo(0.4, 12), row: 1, class: "car" },
      not_finite: 0,
      agreement: { agreed: 396, rate: 0.99, lower: expect.closeTo(0.9746, 3), upper: expect.closeTo(0.9961, 3) },
      latency: { q: 0.95, n: 400, value: expect.closeTo(38.525, 9) },
      thermal: { slope: expect.closeTo(1, 2), points: 400 },
    });
    expect(found.thermal!.p).toBeLessThan(1e-10);
  });

  it("judges nothing without limits, and says so", () => {
    expect(gateEdge(samples())).toMatchObject({
      checks: [],
      decision: "hold",
      warnings: ["no limit was given: nothing is judged"],
    });
  });

  it.each<[string, object, "pass" | "fail" | "hold"]>([
    ["max_abs_diff", { maxAbsDiff: 0.41 }, "pass"],
    ["max_abs_diff", { maxAbsDiff: 0.3 }, "fail"],
    ["p99_abs_diff", { maxP99Diff: 0.0101 }, "fail"],
    ["p99_abs_diff", { maxP99Diff: 0.5 }, "pass"],
    ["agreement", { minAgreement: 0.97 }, "pass"],
    ["agreement", { minAgreement: 0.98 }, "hold"],
    ["agreement", { minAgreement: 0.999 }, "fail"],
    ["latency_p95", { maxLatencyP95: 45 }, "pass"],
    ["latency_p95", { maxLatencyP95: 38.6 }, "hold"],
    ["latency_p95", { maxLatencyP95: 30 }, "fail"],
    ["thermal_trend", { maxThermalTrend: 2 }, "pass"],
    ["thermal_trend", { maxThermalTrend: 0.5 }, "fail"],
  ])("%s against %j: %s", (check, limits, verdict) => {
    const { checks, decision } = gateEdge(samples(), limits);
    expect(checks.map((one) => [one.check, one.verdict])).toEqual([[check, verdict]]);
    expect(decision).toBe(verdict);
  });

  it("decides by the worst check", () => {
    expect(gateEdge(samples(), { maxAbsDiff: 0.5, minAgreement: 0.98 }).decision).toBe("hold");
    expect(gateEdge(samples(), { maxAbsDiff: 0.3, minAgreement: 0.98 }).decision).toBe("fail");
  });

  it("holds a limit of what the table does not have", () => {
    const { latencyMs: _, ...without } = samples();
    expect(gateEdge(without, { maxLatencyP95: 50 })).toMatchObject({
      latency: null,
      checks: [{ check: "latency_p95", value: null, verdict: "hold" }],
    });
    const few = { ...without, latencyMs: array((i) => (i < 10 ? 20 : Number.NaN)) };
    expect(gateEdge(few, { maxLatencyP95: 50 })).toMatchObject({ latency: { n: 10, upper: null }, decision: "hold" });
  });

  it("fails a build that gives no number, which also agrees with nothing", () => {
    const broken = samples();
    broken.quant[1][2] = Number.NaN;
    broken.quant[0][5] = Number.POSITIVE_INFINITY;
    const found = gateEdge(broken, { minAgreement: 0.9 });
    expect(found).toMatchObject({ not_finite: 2, agreement: { agreed: 395 }, decision: "fail" });
    expect(found.difference!.max).toBeCloseTo(0.4, 12);
    const none = { classes: ["a"], float: [Float64Array.of(1)], quant: [Float64Array.of(Number.NaN)] };
    expect(gateEdge(none, { maxAbsDiff: 1 })).toMatchObject({ difference: null, agreement: null, decision: "fail" });
  });

  it("averages neighbours of a long run, and keeps equal times together", () => {
    const n = 5000;
    const long = {
      classes: ["a"],
      float: [new Float64Array(n)],
      quant: [new Float64Array(n)],
      times: array((i) => 60_000 * Math.floor(i / 2), n),
      temperatureC: array((i) => 50 + Math.floor(i / 2) / 60, n),
    };
    const { thermal } = gateEdge(long);
    expect(thermal!.points).toBeLessThanOrEqual(2000);
    expect(thermal!.slope).toBeCloseTo(1, 9);
    const backwards = gateEdge({
      ...long,
      times: long.times.toReversed(),
      temperatureC: long.temperatureC.toReversed(),
    });
    expect(backwards.thermal!.slope).toBeCloseTo(1, 9);
  });

  it("warns of temperatures that follow each other", () => {
    const slow = { ...samples(), temperatureC: array((i) => 60 + Math.sin(i / 20)) };
    expect(gateEdge(slow).warnings.join()).toContain(
      "temperatures that follow each other are alike (correlation 1.00)",
    );
    const quick = { ...samples(), temperatureC: array((i) => 60 + (i % 2)) };
    expect(gateEdge(quick).thermal!.neighbour_correlation).toBeLessThan(-0.9);
    expect(gateEdge(quick, { maxAbsDiff: 1 }).warnings).toEqual([]);
  });

  it("knows no trend of one instant", () => {
    const one = { ...samples(), times: new Float64Array(N) };
    expect(gateEdge(one, { maxThermalTrend: 1 })).toMatchObject({
      thermal: { slope: null, p: null, points: 1 },
      checks: [{ verdict: "hold" }],
    });
  });

  it("refuses float scores that are not finite, no samples and no classes", () => {
    const broken = samples();
    broken.float[1][3] = Number.NaN;
    expect(() => gateEdge(broken)).toThrow('row 4: column "float_truck"');
    expect(() => gateEdge({ classes: [], float: [], quant: [] })).toThrow("0 classes");
    expect(() => gateEdge({ classes: ["a"], float: [new Float64Array(0)], quant: [new Float64Array(0)] })).toThrow(
      "there are no samples",
    );
    expect(() => gateEdge(samples(), { alpha: 0 })).toThrow("alpha must lie");
  });
});

describe("trends", () => {
  it("of few or equal values", () => {
    expect(theilSen([1], [1]).slope).toBeNaN();
    expect(theilSen([1, 1], [1, 2]).slope).toBeNaN();
    expect(theilSen([0, 1, 2, 3], [1, 3, 5, 20]).slope).toBeCloseTo(25 / 6, 12);
    expect(mannKendall([1, 2])).toEqual({ score: 1, p: Number.NaN });
    expect(mannKendall([5, 5, 5, 5])).toEqual({ score: 0, p: 1 });
    expect(mannKendall([1, 2, 3, 4, 5, 6]).p).toBeCloseTo(0.0048, 4);
  });
});
