import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { matchEvents } from "../../../../src/backtest/index.js";
import { eventTable, labelTable } from "./tables.js";

type Span = [number, number];
interface GoldenCase {
  events: Span[];
  labels: Span[];
  tolerance: number;
  pairs: number;
  total: number;
}

const golden: { versions: Record<string, string>; cases: GoldenCase[] } = JSON.parse(
  readFileSync(new URL("../../../golden/backtest-matching.golden.json", import.meta.url), "utf8"),
);

const events = (spans: Span[]) => eventTable(spans.map(([onset, end]) => ({ onset, end })));
const labels = (spans: Span[]) => labelTable(spans.map(([start, end]) => ({ start, end })));
const pairsOf = (matched: Int32Array) => matched.filter((row) => row >= 0).length;

/** Nearest pair first: what must not be done. */
function matchGreedily(e: Span[], l: Span[], tolerance: number): { pairs: number; total: number } {
  const all = e.flatMap(([onset, end], event) =>
    l.map(([start, stop], label) => ({ event, label, distance: Math.max(0, start - end, onset - stop) })),
  );
  const taken = { events: new Set<number>(), labels: new Set<number>() };
  let total = 0;
  for (const { event, label, distance } of all.sort((a, b) => a.distance - b.distance)) {
    if (distance > tolerance || taken.events.has(event) || taken.labels.has(label)) continue;
    taken.events.add(event);
    taken.labels.add(label);
    total += distance;
  }
  return { pairs: taken.events.size, total };
}

describe("matchEvents", () => {
  it("has SciPy's linear_sum_assignment as its equal", () => {
    expect(golden.versions.scipy).toBe("1.17.1");
    for (const { tolerance, pairs, total, ...spans } of golden.cases) {
      const match = matchEvents(events(spans.events), labels(spans.labels), tolerance);
      expect({ pairs: pairsOf(match.labelOfEvent), total: match.totalDistance }).toEqual({ pairs, total });
      expect(pairsOf(match.eventOfLabel)).toBe(pairs);
    }
  });

  it("finds more pairs than nearest-first does", () => {
    // The nearest pair is the second event with the first label, and it leaves the first event alone.
    const [e, l, tolerance]: [Span[], Span[], number] = [
      [
        [0, 0],
        [1900, 1900],
      ],
      [
        [1800, 1800],
        [3800, 3800],
      ],
      2000,
    ];
    expect(matchGreedily(e, l, tolerance)).toEqual({ pairs: 1, total: 100 });
    const match = matchEvents(events(e), labels(l), tolerance);
    expect([...match.labelOfEvent]).toEqual([0, 1]);
    expect(match.totalDistance).toBe(3700);
  });

  it("finds less distance than nearest-first does where both find as many pairs", () => {
    const e = [0, 300].map((at): Span => [at, at]);
    const l = [200, 510].map((at): Span => [at, at]);
    expect(matchGreedily(e, l, 2000)).toEqual({ pairs: 2, total: 610 });
    const match = matchEvents(events(e), labels(l), 2000);
    expect([...match.labelOfEvent]).toEqual([0, 1]);
    expect(match.totalDistance).toBe(410);
  });

  it.each([
    ["label after the event", [1000, 1500], [3500, 3600], 2000],
    ["label before the event", [5000, 5500], [2900, 3000], 2000],
    ["overlap", [1000, 5000], [2000, 9000], 0],
    ["touch", [1000, 2000], [2000, 2000], 0],
  ] as const)("takes the tolerance as inclusive: %s", (_, event, label, distance) => {
    const match = (tolerance: number) => matchEvents(events([[...event]]), labels([[...label]]), tolerance);
    expect([...match(distance).labelOfEvent]).toEqual([0]);
    expect(match(distance).totalDistance).toBe(distance);
    if (distance > 0) expect([...match(distance - 1).labelOfEvent]).toEqual([-1]);
  });

  it("pairs one to one", () => {
    const match = matchEvents(
      events([[0, 1000]]),
      labels([
        [100, 100],
        [200, 200],
      ]),
      2000,
    );
    expect(pairsOf(match.eventOfLabel)).toBe(1);
    const other = matchEvents(
      events([
        [0, 10],
        [20, 30],
        [40, 50],
      ]),
      labels([[0, 1000]]),
      2000,
    );
    expect(pairsOf(other.labelOfEvent)).toBe(1);
  });

  it("pairs only within a trigger and a vehicle, by their ids and not by their codes", () => {
    const e = eventTable([
      { trigger: "a", vehicle: "1", onset: 0 },
      { trigger: "b", vehicle: "1", onset: 0 },
      { trigger: "a", vehicle: "2", onset: 0 },
    ]);
    const l = labelTable([
      { trigger: "c", vehicle: "1", start: 0 },
      { trigger: "a", vehicle: "2", start: 0 },
      { trigger: "b", vehicle: "1", start: 0 },
      { trigger: "b", vehicle: "2", start: 0 },
      { trigger: "a", vehicle: "3", start: 0 },
    ]);
    expect([...matchEvents(e, l, 2000).labelOfEvent]).toEqual([-1, 2, 1]);
  });

  it("does not depend on the order of the rows", () => {
    const e: Span[] = [
      [0, 0],
      [1000, 1000],
      [2000, 2000],
      [3000, 3000],
    ];
    const l = [500, 1500, 2500].map((start) => ({ id: `l${start}`, start }));
    const forward = matchEvents(events(e), labelTable(l), 2000);
    const backward = matchEvents(events([...e].reverse()), labelTable([...l].reverse()), 2000);
    const mirrored = [...backward.labelOfEvent].reverse().map((label) => (label < 0 ? label : 2 - label));
    expect(mirrored).toEqual([...forward.labelOfEvent]);
  });

  it("handles empty tables", () => {
    expect(matchEvents(events([]), labels([]), 0)).toEqual({
      labelOfEvent: new Int32Array(0),
      eventOfLabel: new Int32Array(0),
      totalDistance: 0,
    });
    expect([...matchEvents(events([[0, 0]]), labels([]), 0).labelOfEvent]).toEqual([-1]);
  });

  it("handles a vehicle with 100,000 events and labels, in chains and in crowds", () => {
    const n = 100_000;
    const chain = matchEvents(
      events(Array.from({ length: n }, (_, k): Span => [1000 * k, 1000 * k + 300])),
      labels(Array.from({ length: n }, (_, k): Span => [1001 * k + 650, 1001 * k + 650])),
      2000,
    );
    // The last 99 labels lie more than 2000 ms behind the last event.
    expect(pairsOf(chain.labelOfEvent)).toBe(n - 99);
    const nested = Array.from({ length: n }, (_, k): Span => [500 * k, 1e8 - 500 * k]);
    const crowd = matchEvents(
      events(Array.from({ length: n }, (_, k): Span => [1000 * k, 1000 * k])),
      labels(nested),
      0,
    );
    expect([pairsOf(crowd.labelOfEvent), crowd.totalDistance]).toEqual([n, 0]);
  });

  it("refuses a bad tolerance and bad times", () => {
    expect(() => matchEvents(events([]), labels([]), -1)).toThrow(/toleranceMs must be 0 or more/);
    expect(() => matchEvents(events([]), labels([]), Number.NaN)).toThrow(/toleranceMs/);
    expect(() => matchEvents(events([[0, Number.NaN]]), labels([]), 0)).toThrow(/event 0/);
    expect(() => matchEvents(events([]), labels([[5, 4]]), 0)).toThrow(/label 0: the end must not lie before/);
  });
});
