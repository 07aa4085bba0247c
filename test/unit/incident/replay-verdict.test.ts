import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { InputError } from "../../../src/core/errors.js";
import { mcnemar, type ReplayTable, replayVerdict } from "../../../src/incident/index.js";
import golden from "../../golden/incident.golden.json" with { type: "json" };

/** A replay of so many requests that are fixed, still fail, are newly broken and still succeed. */
function replay(fixed: number, failing: number, broken: number, ok: number): ReplayTable {
  const pairs = [
    ...Array<number[]>(fixed).fill([0, 1]),
    ...Array<number[]>(failing).fill([0, 0]),
    ...Array<number[]>(broken).fill([1, 0]),
    ...Array<number[]>(ok).fill([1, 1]),
  ];
  return {
    requestIds: pairs.map((_, i) => `r${i}`),
    beforeOk: pairs.map(([before]) => before),
    afterOk: pairs.map(([, after]) => after),
  };
}

describe("mcnemar", () => {
  it.each(golden.mcnemar)("is statsmodels' exact p of $fixed fixed and $broken broken", ({ fixed, broken, p }) => {
    expect(Math.abs(mcnemar(fixed, broken) - p)).toBeLessThanOrEqual(1e-9 * p);
    expect(mcnemar(broken, fixed)).toBe(mcnemar(fixed, broken));
  });
});

describe("replayVerdict", () => {
  it("counts what is fixed, still failing, newly broken and well", () => {
    const verdict = replayVerdict(replay(40, 5, 2, 53));
    expect(verdict).toMatchObject({ n: 100, fixed: 40, stillFailing: 5, newlyBroken: 2, stillOk: 53, latency: null });
    expect(verdict.brokenIds).toEqual(["r45", "r46"]);
    expect(verdict.verdict).toBe(
      "The fix helps, and not all is well yet: of 100 requests 40 are fixed, 5 still fail and 2 are newly broken (p < 0.001).",
    );
  });

  it.each([
    ["fixed", replay(10, 0, 0, 5)],
    ["better", replay(10, 1, 0, 5)],
    ["worse", replay(1, 0, 12, 5)],
    ["no-difference", replay(3, 8, 2, 5)],
    ["no-difference", replay(5, 0, 0, 0)],
    ["nothing-failed", replay(0, 0, 0, 9)],
  ])("says %s", (outcome, table) => {
    expect(replayVerdict(table).outcome).toBe(outcome);
  });

  it("says how latencies of the same requests moved, and when they did not", () => {
    const before = Array.from({ length: 99 }, (_, i) => 100 + i);
    const slower = replayVerdict({
      ...replay(9, 0, 0, 90),
      latencyBefore: before,
      latencyAfter: before.map((ms, i) => ms + 10 + (i % 5)),
    });
    expect(slower.latency).toMatchObject({ n: 99, medianBefore: 149, shift: 12 });
    expect(slower.latency!.shiftLow).toBeGreaterThan(0);
    expect(slower.verdict).toMatch(/A request takes 12 ms longer \(median\)\.$/);
    const same = replayVerdict({
      ...replay(9, 0, 0, 90),
      latencyBefore: before,
      latencyAfter: before.map((ms, i) => ms + (i % 3) - 1),
    });
    expect(same.verdict).toMatch(/Latency did not shift noticeably\.$/);
  });

  it("leaves out requests without both latencies", () => {
    const { latency } = replayVerdict({
      ...replay(2, 0, 0, 1),
      latencyBefore: [5, Number.NaN, 7],
      latencyAfter: [6, 1, Number.NaN],
    });
    expect(latency).toMatchObject({ n: 1, medianBefore: 5, medianAfter: 6, shift: 1, shiftLow: 1, shiftHigh: 1 });
  });

  it("takes an empty replay and one request", () => {
    expect(replayVerdict(replay(0, 0, 0, 0))).toMatchObject({
      n: 0,
      mcnemarP: 1,
      verdict: "The replay holds no request.",
    });
    expect(replayVerdict(replay(1, 0, 0, 0))).toMatchObject({ n: 1, fixed: 1, mcnemarP: 1, outcome: "no-difference" });
  });

  it("refuses flags other than 0 and 1 and columns of another length", () => {
    expect(() => replayVerdict({ requestIds: ["a", "b"], beforeOk: [1, 2], afterOk: [1, 1] })).toThrow(
      "replay: row 1 (b): beforeOk is 2; it must be 0 or 1",
    );
    expect(() => replayVerdict({ requestIds: ["a"], beforeOk: [1], afterOk: [] })).toThrow(InputError);
  });

  it("finds the fix of a generated incident", () => {
    const { replay: table } = rcaCase(3, { incident: "step" });
    const verdict = replayVerdict({
      requestIds: table.request_id,
      beforeOk: table.before_ok,
      afterOk: table.after_ok,
      latencyBefore: table.latency_ms_before,
      latencyAfter: table.latency_ms_after,
    });
    expect(verdict.outcome).toBe("better");
    expect(verdict.fixed / (verdict.fixed + verdict.stillFailing)).toBeGreaterThan(0.7);
  });
});
