import { describe, expect, it } from "vitest";
import { gateService, ServiceGateSchema, type ServiceRecord } from "../../../src/experiment/index.js";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 8, 1);
const array = (n: number, value: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => value(i));

/** 20 days of hours at 1,000 requests; `bad` of each hour. */
const requests = (bad: (i: number) => number): NonNullable<ServiceRecord["requests"]> => ({
  times: array(480, (i) => START + i * HOUR),
  good: array(480, (i) => 1000 - bad(i)),
  total: array(480, () => 1000),
});

const verdicts = (record: ServiceRecord, options: object) =>
  gateService(record, options).checks.map(({ check, verdict }) => [check, verdict]);

describe("gateService", () => {
  it("finds all four, in a result that its schema takes", () => {
    const found = gateService(
      {
        requests: requests((i) => i % 2),
        cost: {
          times: array(480, (i) => START + i * HOUR),
          cost: array(480, (i) => 2 + (i % 3) / 10),
          inferences: array(480, () => 5000),
        },
        incidents: {
          started: array(8, (i) => START + i * HOUR),
          mitigated: array(8, (i) => START + i * HOUR + (i + 1) * 60_000),
        },
        defects: { escaped: Float64Array.of(1, 2), caught: Float64Array.of(40, 57) },
      },
      { target: 0.999, maxCost: 0.5, maxMitigationMs: HOUR, maxEscapeRate: 0.2 },
    );
    expect(ServiceGateSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      budget: { consumed: expect.closeTo(1 / 3, 9), remaining: expect.closeTo(2 / 3, 9), ongoing: [] },
      cost: { value: expect.closeTo(0.42, 9), unit: "day", units: 20 },
      mitigation: { n: 8, open: 0, mean: { value: 270 }, median: { value: 270 } },
      defects: {
        escaped: 3,
        caught: 97,
        value: 0.03,
        lower: expect.closeTo(0.006229972, 8),
        upper: expect.closeTo(0.08517605, 7),
      },
      decision: "pass",
    });
  });

  it("holds the error budget against what must be left", () => {
    const half = { requests: requests((i) => i % 2) };
    // Two thirds of the window have passed, at half of the allowed pace.
    expect(gateService(half, { target: 0.999 }).budget!.remaining).toBeCloseTo(2 / 3, 9);
    expect(verdicts(half, { target: 0.999, minBudget: 0.7 })[0]).toEqual(["error_budget_remaining", "fail"]);
    expect(verdicts(half, { target: 0.999, minBudget: 0.6 })[0]).toEqual(["error_budget_remaining", "pass"]);
  });

  it("tells bad, total, consumed and remaining of the same rows, those of the last window", () => {
    const early = { requests: requests((i) => (i < 240 ? 4 : i % 2)) };
    const budgetOf = (windowMs: number) => gateService(early, { target: 0.999, windowMs }).budget!;
    const week = budgetOf(168 * HOUR);
    expect(week).toMatchObject({ from: "2026-09-14T00:00:00Z", bad: 84, total: 168_000 });
    expect(week.consumed).toBeCloseTo(0.5, 9);
    const month = budgetOf(720 * HOUR);
    expect(month).toMatchObject({ from: "2026-09-01T00:00:00Z", bad: 1080, total: 480_000 });
    expect(month.consumed).toBeCloseTo(((1080 / 480_000) * (2 / 3)) / 0.001, 9);
    for (const { consumed, remaining } of [week, month]) expect(consumed + remaining).toBeCloseTo(1, 12);
    const one = { times: Float64Array.of(START), good: Float64Array.of(999), total: Float64Array.of(1000) };
    expect(gateService({ requests: one }, { target: 0.998 }).budget).toMatchObject({
      ...{ bad: 1, total: 1000, consumed: 0.5, remaining: 0.5 },
    });
  });

  it("holds a budget that no request was held against", () => {
    const idle = { times: array(5, (i) => START + i * HOUR), good: new Float64Array(5), total: new Float64Array(5) };
    const { checks, decision } = gateService({ requests: idle }, { target: 0.999 });
    expect(checks[0]).toMatchObject({ check: "error_budget_remaining", value: null, verdict: "hold" });
    expect(decision).toBe("hold");
  });

  it("leaves alerts of few bad requests out by minBad", () => {
    const few = { requests: requests((i) => (i > 470 ? 100 : 0)) };
    const ongoing = (minBad: number) => gateService(few, { target: 0.999, minBad }).budget!.ongoing;
    expect(ongoing(0)).toContain("page-fast");
    expect(ongoing(5000)).toEqual([]);
  });

  it("refuses parts without rows, but for no incidents beside another part", () => {
    const none = new Float64Array();
    const defects = { escaped: none, caught: none };
    const incidents = { started: none, mitigated: none };
    const counts = { times: none, good: none, total: none };
    expect(() => gateService({ requests: counts }, { target: 0.999 })).toThrow("there are no rows of requests");
    expect(() => gateService({ cost: { times: none, cost: none, inferences: none } })).toThrow("no rows of cost");
    expect(() => gateService({ defects })).toThrow("there are no rows of defects");
    expect(() => gateService({ incidents })).toThrow("there are no incidents");
    const calm = gateService({ requests: requests(() => 0), incidents }, { target: 0.999, maxMitigationMs: HOUR });
    expect(calm).toMatchObject({ decision: "hold", mitigation: { n: 0 } });
  });

  it("fails while an alert pages, holds while there is a ticket", () => {
    const paging = { requests: requests((i) => (i > 470 ? 100 : 0)) };
    const found = gateService(paging, { target: 0.999, minBudget: -1000 });
    expect(found.budget!.ongoing).toContain("page-fast");
    expect(found.decision).toBe("fail");
    const slow = gateService({ requests: requests((i) => (i > 400 ? 2 : 0)) }, { target: 0.999 });
    expect([slow.budget!.ongoing, slow.decision]).toEqual([["ticket"], "hold"]);
    const over = gateService({ requests: requests((i) => (i === 100 ? 300 : 0)) }, { target: 0.999 });
    expect([over.budget!.ongoing, over.decision]).toEqual([[], "pass"]);
  });

  it("takes rows for the interval of costs when there are few days", () => {
    const rows = (n: number, cost: (i: number) => number) => ({
      cost: { times: array(n, (i) => START + i * HOUR), cost: array(n, cost), inferences: array(n, () => 1000) },
    });
    expect(
      gateService(
        rows(24, (i) => 1 + (i % 2)),
        { maxCost: 2 },
      ),
    ).toMatchObject({
      cost: { unit: "row", units: 24, value: 1.5 },
      decision: "pass",
    });
    expect(
      gateService(
        rows(1, () => 1),
        { maxCost: 2 },
      ).cost,
    ).toMatchObject({ value: 1, lower: null, upper: null });
    expect(
      gateService(
        rows(1, () => 1),
        { maxCost: 2 },
      ).decision,
    ).toBe("hold");
    const idle = { cost: { times: array(2, () => START), cost: array(2, () => 1), inferences: array(2, () => 0) } };
    expect(gateService(idle, { maxCost: 2 })).toMatchObject({ cost: { value: null }, decision: "hold" });
  });

  it("leaves open incidents out and warns", () => {
    const started = array(7, (i) => START + i * HOUR);
    const mitigated = array(7, (i) => (i === 6 ? Number.NaN : START + i * HOUR + 600_000 * (i + 1)));
    const found = gateService({ incidents: { started, mitigated } }, { maxMitigationMs: 10 * HOUR });
    expect(found).toMatchObject({ mitigation: { n: 6, open: 1, p90: { upper: null } }, decision: "pass" });
    expect(found.warnings).toEqual([expect.stringContaining("without a start or a mitigation: 1")]);
    expect(found.mitigation!.mean.lower).toBeLessThan(found.mitigation!.mean.value!);
    expect(found.mitigation!.mean.upper).toBeGreaterThan(found.mitigation!.mean.value!);
    const none = gateService({ incidents: { started: array(1, () => START), mitigated: array(1, () => Number.NaN) } });
    expect(none.mitigation).toMatchObject({ n: 0, open: 1, mean: { value: null, lower: null } });
  });

  it("is the same for the same seed", () => {
    const incidents = { started: array(20, () => START), mitigated: array(20, (i) => START + i * i * 60_000) };
    const mean = (seed: number) => gateService({ incidents }, { seed }).mitigation!.mean;
    expect(mean(1)).toEqual(mean(1));
    expect(mean(1).upper).not.toBe(mean(2).upper);
  });

  it("holds an escape rate that few defects cannot tell", () => {
    const defects = { escaped: Float64Array.of(0), caught: Float64Array.of(10) };
    expect(verdicts({ defects }, { maxEscapeRate: 0.1 })).toEqual([["defect_escape_rate", "hold"]]);
    const none = { escaped: new Float64Array(1), caught: new Float64Array(1) };
    expect(gateService({ defects: none }, { maxEscapeRate: 0.1 })).toMatchObject({
      defects: { value: null },
      decision: "hold",
    });
  });

  it("judges nothing without limits, and says so", () => {
    const defects = { escaped: Float64Array.of(0), caught: Float64Array.of(10) };
    expect(gateService({ defects })).toMatchObject({
      decision: "hold",
      warnings: ["no limit was given: nothing is judged"],
    });
  });

  it.each<[ServiceRecord, object, string]>([
    [{}, {}, "nothing is known of the service"],
    [{ requests: requests(() => 0) }, {}, "requests need a target"],
    [
      { defects: { escaped: Float64Array.of(1, -1), caught: Float64Array.of(1, 1) } },
      {},
      'row 2: column "escaped": got -1',
    ],
    [{ defects: { escaped: Float64Array.of(1), caught: Float64Array.of(1.5) } }, {}, 'row 1: column "caught": got 1.5'],
    [
      { cost: { times: Float64Array.of(1), cost: Float64Array.of(-1), inferences: Float64Array.of(1) } },
      {},
      'row 1: column "cost"',
    ],
    [{ incidents: { started: Float64Array.of(5), mitigated: Float64Array.of(4) } }, {}, 'row 1: column "mitigated_at"'],
    [{ defects: { escaped: Float64Array.of(1), caught: Float64Array.of(1) } }, { alpha: 2 }, "alpha must lie"],
  ])("refuses %o with %j", (record, options, message) => {
    expect(() => gateService(record, options)).toThrow(message);
  });
});
