import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import {
  blastRadius,
  type ChangeEvent,
  type EventKind,
  type FirstBad,
  firstBad,
  type Kpi,
  rankEvents,
} from "../../src/incident/index.js";

const RUNS = { seed: 20_261_127, numRuns: 25 };
const STEP = 300_000;
const START = Date.UTC(2026, 2, 2);
const ROWS = 400;

/** Noise around a level with a step at a row. */
function stepKpi(seed: number, at: number, height: number): Kpi {
  const rng = createRandom(seed);
  return {
    times: Float64Array.from({ length: ROWS }, (_, i) => START + i * STEP),
    values: Float64Array.from({ length: ROWS }, (_, i) => rng.normal() + (i >= at ? height : 0)),
  };
}

const incident = fc.record({
  seed: fc.nat(1_000_000),
  at: fc.integer({ min: 150, max: 370 }),
  height: fc.constantFrom(-8, -4, 4, 8),
});
const kinds: EventKind[] = ["code", "config", "model", "flag", "data", "map", "infra", "other"];
const event = fc.record({
  minute: fc.integer({ min: -600, max: 3000 }),
  kind: fc.constantFrom(...kinds),
  rollout: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
  region: fc.constantFrom(undefined, "eu", "us"),
});

function toEvents(
  drawn: readonly { minute: number; kind: EventKind; rollout?: number; region?: string }[],
): ChangeEvent[] {
  return drawn.map(({ minute, kind, rollout, region }, i) => {
    const time = START + minute * 60_000;
    return {
      ...{ eventId: `e${i}`, time, kind, target: "t" },
      ...(rollout === undefined ? {} : { endTime: time + rollout * 60_000 }),
      ...(region === undefined ? {} : { scope: { region } }),
    };
  });
}

/** What is found, or an unlikely miss that a property skips. */
function find(drawn: { seed: number; at: number; height: number }): { kpi: Kpi; fb: FirstBad } | null {
  const kpi = stepKpi(drawn.seed, drawn.at, drawn.height);
  const fb = firstBad(kpi);
  return fb && { kpi, fb };
}

describe("events of an incident", () => {
  it("have posteriors that sum to 1 with none of them, ranks from 1 on in their order, whatever the list", () => {
    fc.assert(
      fc.property(incident, fc.array(event, { maxLength: 12 }), fc.boolean(), (drawn, list, sliced) => {
        const found = find(drawn);
        expect(found).not.toBeNull();
        const options = sliced ? { where: { region: "eu" } } : {};
        const { events, noListedEventPosterior } = rankEvents(found!.fb, toEvents(list), options);
        expect(events).toHaveLength(list.length);
        const sum = events.reduce((total, { posterior }) => total + posterior, noListedEventPosterior);
        expect(sum).toBeCloseTo(1, 9);
        events.forEach(({ rank, posterior }, i) => {
          expect(rank).toBe(i + 1);
          expect(posterior).toBeGreaterThanOrEqual(0);
          if (i > 0) expect(posterior).toBeLessThanOrEqual(events[i - 1].posterior);
        });
      }),
      RUNS,
    );
  });

  it("never come first when they come after the change, if any comes before it", () => {
    fc.assert(
      fc.property(incident, fc.array(event, { minLength: 1, maxLength: 12 }), (drawn, list) => {
        const { fb } = find(drawn)!;
        const events = toEvents(list);
        const { events: ranked, noListedEventPosterior } = rankEvents(fb, events);
        const first = events.find(({ eventId }) => eventId === ranked[0].eventId)!;
        const earlier = events.some(({ time }) => time <= fb.timeLow);
        // A step of eight deviations is known to the row.
        if (Math.abs(drawn.height) === 8 && earlier)
          expect(first.time).toBeLessThanOrEqual(START + (drawn.at + 1) * STEP);
        if (first.time > fb.timeHigh) expect(noListedEventPosterior).toBe(1);
        for (const { eventId, posterior } of ranked) {
          if (events.find((one) => one.eventId === eventId)!.time > fb.timeHigh) expect(posterior).toBe(0);
        }
      }),
      RUNS,
    );
  });

  it("do not depend on the order of the list", () => {
    fc.assert(
      fc.property(incident, fc.array(event, { maxLength: 10 }), (drawn, list) => {
        const { fb } = find(drawn)!;
        const events = toEvents(list);
        const byId = (ranked: ReturnType<typeof rankEvents>) =>
          new Map(ranked.events.map(({ eventId, posterior }) => [eventId, posterior]));
        const forward = byId(rankEvents(fb, events));
        for (const [id, posterior] of byId(rankEvents(fb, events.slice().reverse()))) {
          expect(posterior).toBeCloseTo(forward.get(id)!, 12);
        }
      }),
      RUNS,
    );
  });
});

describe("the first bad time", () => {
  it("lies in its interval, has a posterior that sums to 1 and moves with the clock", () => {
    fc.assert(
      fc.property(incident, fc.integer({ min: -1e6, max: 1e6 }), (drawn, minutes) => {
        const { kpi, fb } = find(drawn)!;
        expect(fb.timeLow).toBeLessThanOrEqual(fb.time);
        expect(fb.timeHigh).toBeGreaterThanOrEqual(fb.time);
        expect(fb.posterior.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(fb.direction).toBe(drawn.height > 0 ? "up" : "down");
        // Less than two days of data know no cycle, so any shift of the clock is the same.
        const times = kpi.times.map((time) => time + minutes * 60_000);
        const moved = firstBad({ ...kpi, times })!;
        expect(moved.index).toBe(fb.index);
        expect(moved.timeLow - fb.timeLow).toBe(minutes * 60_000);
      }),
      RUNS,
    );
  });

  it("mirrors with the sign, and the excess scales with the values", () => {
    fc.assert(
      fc.property(incident, fc.constantFrom(-3, 0.01, 1000), (drawn, factor) => {
        const { kpi, fb } = find(drawn)!;
        const scaled = { ...kpi, values: kpi.values.map((value) => factor * value) };
        const other = firstBad(scaled)!;
        expect([other.index, other.timeLow, other.timeHigh]).toEqual([fb.index, fb.timeLow, fb.timeHigh]);
        expect(other.direction === fb.direction).toBe(factor > 0);
        const [one, two] = [blastRadius(kpi, fb).excessBad, blastRadius(scaled, other).excessBad];
        expect(Math.abs(two / (Math.abs(factor) * one) - 1)).toBeLessThan(1e-6);
      }),
      RUNS,
    );
  });
});
