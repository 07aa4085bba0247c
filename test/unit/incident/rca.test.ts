import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { RCA_FIXTURE, rcaInput } from "../../../fixtures/rca-result.js";
import { firstBad } from "../../../src/incident/first-bad.js";
import { type Kpi, rankEvents, rca } from "../../../src/incident/index.js";
import { kpiExcerpt } from "../../../src/incident/kpi-excerpt.js";
import { proposedSeverity } from "../../../src/incident/proposed-severity.js";

const HOUR = 3_600_000;
const known = rcaCase(1, RCA_FIXTURE);
const input = rcaInput(known);
const findings = rca(input);

describe("rca", () => {
  it("is plain JSON that says what its parts say", () => {
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
    const found = firstBad(known.kpi);
    expect(findings.firstBad?.index).toBe(found?.index);
    expect(Date.parse(findings.firstBad?.time ?? "")).toBe(found?.time);
    expect(findings.events.map(({ rank }) => rank)).toEqual(known.events.map((_, i) => i + 1));
    expect(findings.sliceVerdict).toBe("rate");
    expect(findings.blastRadius).toMatchObject({ cost: null, slo: null });
    expect(findings.probes?.where).toEqual(findings.slices[0].where);
  });

  it("ranks events by the slice that was found, where slices are given", () => {
    const found = firstBad(known.kpi);
    if (!found) throw new Error("the case has an incident");
    const bare = rca({ kpi: known.kpi, events: known.events });
    const floor = (ms: number) => Math.floor(ms / 1000) * 1000;
    const seconds = known.events.map(({ time, endTime, ...event }) => ({
      ...event,
      time: floor(time),
      ...(endTime === undefined ? {} : { endTime: floor(endTime) }),
    }));
    expect(bare.events.map(({ posterior }) => posterior)).toEqual(
      rankEvents(found, seconds).events.map(({ posterior }) => posterior),
    );
    expect(bare).toMatchObject({ slices: [], sliceVerdict: null, probes: null, replay: null });
    expect(bare.events[0].posterior).not.toBe(findings.events[0].posterior);
  });

  it("judges the harm by requests, or by the level of a KPI that has none", () => {
    const { excessBad, requests } = findings.blastRadius;
    expect(findings.severity).toMatchObject({ basis: "requests", share: excessBad / (requests ?? 0) });
    const amount = rca({ kpi: { times: known.kpi.times, values: known.kpi.values.map((v) => 100 * v) }, events: [] });
    const { observed, expected } = amount.kpi.whileBad;
    expect(amount.severity?.basis).toBe("level");
    expect(amount.severity?.share).toBeCloseTo(((observed ?? 0) - (expected ?? 0)) / (expected ?? 1), 9);
  });

  it("says when the monitor would have alerted: within the incident, and not before it", () => {
    const alert = findings.detection.monitorAlert;
    expect(alert).not.toBeNull();
    expect(Date.parse(alert?.time ?? "")).toBeGreaterThanOrEqual(Date.parse(findings.firstBad?.timeLow ?? ""));
    expect(Date.parse(alert?.time ?? "")).toBeLessThan(Date.parse(findings.recovered?.time ?? ""));
    expect(alert?.delaySeconds).toBeGreaterThanOrEqual(0);
  });

  it("leaves what it is given as it was", () => {
    const again = rcaInput(rcaCase(1, RCA_FIXTURE));
    expect(input).toEqual(again);
  });
});

describe("the proposed severity", () => {
  it.each([
    [0.6, "SEV1"],
    [0.25, "SEV1"],
    [0.2499, "SEV2"],
    [0.05, "SEV2"],
    [0.01, "SEV3"],
    [0.0099, "SEV4"],
    [0, "SEV4"],
  ] as const)("of a share of %s is %s", (share, level) => {
    expect(proposedSeverity(share, "requests")).toMatchObject({ level, share, basis: "requests" });
  });
});

describe("the excerpt of a KPI", () => {
  const step = 300_000;
  const kpiOf = (values: number[], requests?: number[]): Kpi => ({
    times: Float64Array.from(values, (_, i) => i * step),
    values: Float64Array.from(values),
    ...(requests ? { requests: Float64Array.from(requests) } : {}),
  });

  it("is a quiet KPI as a whole, in at most 500 means weighted by requests", () => {
    expect(kpiExcerpt(kpiOf([1, Number.NaN, 3]), null)).toEqual({
      times: [0, step, 2 * step],
      value: [1, null, 3],
      expected: [],
      rowsPerPoint: 1,
    });
    const long = kpiExcerpt(kpiOf(Array.from({ length: 1001 }, () => 2)), null);
    expect([long.rowsPerPoint, long.times.length, new Set(long.value)]).toEqual([3, 334, new Set([2])]);
    const pairs = Array.from({ length: 1000 }, (_, i) => i % 2);
    const weighed = kpiExcerpt(
      kpiOf(
        pairs,
        pairs.map((odd) => (odd ? 3 : 1)),
      ),
      null,
    );
    expect(new Set(weighed.value)).toEqual(new Set([0.75]));
    expect(kpiExcerpt(kpiOf([]), null).times).toEqual([]);
  });

  it("is a day before an incident to a quarter of one after it, more around a long one", () => {
    const { times } = findings.kpi.excerpt;
    const low = Date.parse(findings.firstBad?.timeLow ?? "");
    const end = Date.parse(findings.recovered?.time ?? "");
    const length = end - low;
    expect(Math.abs(Date.parse(times[0]) - (low - Math.max(24 * HOUR, length)))).toBeLessThanOrEqual(step);
    const last = Date.parse(times[times.length - 1]) + findings.kpi.excerpt.rowsPerPoint * step;
    const wanted = Math.min(end + Math.max(6 * HOUR, length), Date.parse(findings.kpi.to ?? ""));
    expect(Math.abs(last - wanted)).toBeLessThanOrEqual(findings.kpi.excerpt.rowsPerPoint * step);
    expect(findings.kpi.excerpt.expected).toHaveLength(times.length);
  });

  it("has nothing to expect where nothing was seen", () => {
    const { value, expected } = findings.kpi.excerpt;
    for (const [i, one] of value.entries()) expect(expected[i] === null).toBe(one === null);
  });
});
