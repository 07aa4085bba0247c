import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/index.js";
import {
  type ChangeEvent,
  type EventKind,
  type FirstBad,
  LAG_DENSITIES,
  type LagDensity,
  lagDensity,
  rankEvents,
  rootCauseClass,
  type Slice,
} from "../../../src/incident/index.js";

const MINUTE = 60_000;
const T = Date.UTC(2026, 2, 4, 12);

/** An onset in the row of five minutes at noon, or spread evenly over some rows from there on. */
function onsetAt(rows = 1): FirstBad {
  const cells = Array.from({ length: 4 * rows }, (_, k) => T + (k * 5 * MINUTE) / 4);
  return {
    ...{ index: 100, time: T, timeLow: T, timeHigh: T + 5 * rows * MINUTE, level: 0.95, kind: "step", direction: "up" },
    posterior: {
      indices: Int32Array.from({ length: rows }, (_, i) => 100 + i),
      weights: new Float64Array(rows).fill(1 / rows),
    },
    onset: {
      starts: Float64Array.from(cells),
      ends: Float64Array.from(cells, (start) => start + (5 * MINUTE) / 4),
      weights: new Float64Array(4 * rows).fill(1 / (4 * rows)),
    },
    recovered: null,
    expected: new Float64Array(200),
    noise: new Float64Array(200).fill(1),
    inflation: 1,
    expectedVariance: 0,
  };
}

const event = (
  eventId: string,
  kind: EventKind,
  minutesBefore: number,
  more: Partial<ChangeEvent> = {},
): ChangeEvent => ({
  ...{ eventId, kind, time: T - minutesBefore * MINUTE, target: "gateway" },
  ...more,
});

const posteriorOf = (ranked: ReturnType<typeof rankEvents>, eventId: string): number =>
  ranked.events.find((one) => one.eventId === eventId)!.posterior;

describe("lagDensity", () => {
  it("integrates to 1 for every kind, and has nothing at or before the change", () => {
    for (const { lag } of Object.values(LAG_DENSITIES)) {
      let sum = 0;
      // In the logarithm of the lag: ∫ f(s) s d ln s.
      for (let x = -12; x < 20; x += 0.001) sum += lagDensity(lag, Math.exp(x)) * Math.exp(x) * 0.001;
      expect(sum).toBeCloseTo(1, 3);
      expect([lagDensity(lag, 0), lagDensity(lag, -60), lagDensity(lag, Number.NaN)]).toEqual([0, 0, 0]);
    }
  });

  it("is the textbook density", () => {
    const logNormal: LagDensity = { family: "log-normal", medianSeconds: 600, sigma: 1 };
    expect(lagDensity(logNormal, 600)).toBeCloseTo(1 / (600 * Math.sqrt(2 * Math.PI)), 12);
    expect(lagDensity({ family: "exponential", meanSeconds: 100 }, 100)).toBeCloseTo(Math.exp(-1) / 100, 12);
  });
});

describe("rankEvents", () => {
  it("puts the event whose lag fits first and sums to 1 with none of them", () => {
    const events = [event("old", "code", 300), event("fits", "config", 4), event("late", "code", -30)];
    const { events: ranked, noListedEventPosterior } = rankEvents(onsetAt(), events);
    expect(ranked.map(({ eventId, rank }) => [eventId, rank])).toEqual([
      ["fits", 1],
      ["old", 2],
      ["late", 3],
    ]);
    const sum = ranked.reduce((total, { posterior }) => total + posterior, noListedEventPosterior);
    expect(sum).toBeCloseTo(1, 12);
    expect(ranked[0].posterior).toBeGreaterThan(0.8);
    expect(ranked[0].lagSeconds).toBe(240);
    expect(ranked[2]).toMatchObject({ posterior: 0, lagSeconds: -1800 });
  });

  it("is Bayes' rule: an event and no event weigh as their rates do", () => {
    const kind = { lag: { family: "exponential", meanSeconds: 600 }, prior: 0.1 } as const;
    const { events, noListedEventPosterior } = rankEvents(onsetAt(), [event("e", "other", 60)], {
      kinds: { other: kind },
      unlistedPerDay: 0.5,
    });
    let density = 0;
    for (let k = 0; k < 4; k++) density += lagDensity(kind.lag, 3600 + 75 * k + 37.5) / 4;
    const odds = (0.1 * density) / (0.5 / 86_400);
    expect(events[0].posterior / noListedEventPosterior).toBeCloseTo(odds, 9);
  });

  it("blames none of the list when nothing fits, and of an empty list", () => {
    const far = rankEvents(onsetAt(), [event("a", "flag", 3000), event("b", "code", 5000)]);
    expect(far.noListedEventPosterior).toBeGreaterThan(0.95);
    expect(rankEvents(onsetAt(), [])).toEqual({ events: [], noListedEventPosterior: 1 });
  });

  it("gives nothing to an event after the interval, and never puts one first that probably came after the onset", () => {
    const within = rankEvents(onsetAt(6), [event("within", "config", -22), event("early", "config", 5)]);
    expect(within.events[0].eventId).toBe("early");
    expect(posteriorOf(within, "within")).toBeGreaterThan(0);
    const alone = rankEvents(onsetAt(6), [event("within", "config", -22)]);
    expect(alone.events[0].posterior).toBeLessThanOrEqual(alone.noListedEventPosterior);
    const { events } = rankEvents(onsetAt(), [event("after", "config", -5.001)]);
    expect(events[0].posterior).toBe(0);
    expect(events[0].why).toContain("after the first bad time");
  });

  it("counts a change in the first bad row only for the part of the row after it", () => {
    const early = rankEvents(onsetAt(), [event("e", "flag", -0.5)]);
    const late = rankEvents(onsetAt(), [event("e", "flag", -4.5)]);
    expect(posteriorOf(early, "e")).toBeGreaterThan(posteriorOf(late, "e"));
    expect(posteriorOf(late, "e")).toBeGreaterThan(0);
  });

  it("knows that kinds differ: a data change two hours ago beats a flag of that age", () => {
    const ranked = rankEvents(onsetAt(), [event("flag", "flag", 120), event("data", "data", 120)]);
    expect(ranked.events[0].eventId).toBe("data");
  });

  it("lets a rollout do it at any moment until its end", () => {
    const point = rankEvents(onsetAt(), [event("e", "code", 240)]);
    const rollout = rankEvents(onsetAt(), [event("e", "code", 240, { endTime: T + 60 * MINUTE })]);
    expect(posteriorOf(rollout, "e")).toBeGreaterThan(posteriorOf(point, "e"));
    expect(rollout.events[0].why).toContain("rolled out until 2026-03-04T13:00:00Z");
    const ended = rankEvents(onsetAt(), [event("e", "code", 240, { endTime: T - 240 * MINUTE })]);
    expect(posteriorOf(ended, "e")).toBe(posteriorOf(point, "e"));
  });

  it("favours a scope that matches the failing slice and disfavours one that contradicts it", () => {
    const events = [
      event("match", "code", 10, { scope: { region: "eu" } }),
      event("none", "code", 10),
      event("narrow", "code", 10, { scope: { client: "ios" } }),
      event("other", "code", 10, { scope: { region: "us" } }),
    ];
    const ranked = rankEvents(onsetAt(), events, { where: { region: "eu", model: "m2" } });
    expect(ranked.events.map(({ eventId }) => eventId)).toEqual(["match", "none", "narrow", "other"]);
    expect(ranked.events[0].why).toContain("region=eu is that of the failing slice");
    expect(ranked.events[3].why).toContain("is not that of the failing slice (region=eu)");
    // Without a slice the scope says nothing.
    const plain = rankEvents(onsetAt(), events).events.map(({ posterior }) => posterior);
    expect(new Set(plain).size).toBe(1);
  });

  it("shares between events listed twice and ranks the nearer of two without weight first", () => {
    const twice = rankEvents(onsetAt(), [event("a", "code", 10), event("a", "code", 10)]);
    expect(twice.events[0].posterior).toBe(twice.events[1].posterior);
    const none = rankEvents(onsetAt(), [event("after", "infra", -600), event("old", "infra", 60_000)]);
    expect(none.events.map(({ eventId }) => eventId)).toEqual(["old", "after"]);
  });

  it("explains a rank in words", () => {
    const { events } = rankEvents(onsetAt(), [event("e1", "model", 12, { target: "m2" })]);
    expect(events[0].why).toMatch(
      /^model change of m2 at 2026-03-04T11:48:00Z: 12 min before the first bad row; such changes usually show after 15 min: [\d.]+ % likely$/,
    );
  });

  it("refuses events it cannot place", () => {
    const refused = (bad: ChangeEvent) => () => rankEvents(onsetAt(), [event("ok", "code", 1), bad]);
    expect(refused(event("x", "code", Number.NaN))).toThrow(InputError);
    expect(refused(event("x", "meteor" as EventKind, 5))).toThrow(/event 1 \(x\) is "meteor"/);
    expect(() => rankEvents(onsetAt(), [], { unlistedPerDay: 0 })).toThrow(InputError);
  });
});

describe("rootCauseClass", () => {
  const ranked = (...posteriors: [EventKind, number][]) => ({
    events: posteriors.map(([kind, posterior], i) => ({
      ...{ eventId: `e${i}`, rank: i + 1, posterior, lagSeconds: 60, kind, why: "" },
    })),
    noListedEventPosterior: 1 - posteriors.reduce((sum, [, posterior]) => sum + posterior, 0),
  });
  const slice = (where: Record<string, string>, more: Partial<Slice> = {}): Slice => ({
    ...{ rank: 1, where, score: 0.9, explainedShare: 0.9, before: 0.01, after: 0.2, delta: 0.19, weight: 0.1 },
    ...{ weightBefore: 0.1, pValue: 0, kind: "rate" },
    ...more,
  });

  it("is that of the likely events, flags counting as configuration", () => {
    expect(rootCauseClass(ranked(["code", 0.9])).rootCauseClass).toBe("code");
    expect(rootCauseClass(ranked(["code", 0.4], ["flag", 0.3], ["config", 0.25])).rootCauseClass).toBe("config");
    for (const kind of ["model", "data", "infra", "map"] as const) {
      expect(rootCauseClass(ranked([kind, 0.7]))).toMatchObject({ rootCauseClass: kind });
    }
  });

  it("goes by the slice when no event is likely", () => {
    const open = ranked(["code", 0.1]);
    expect(rootCauseClass(open, [slice({ model_version: "m2" })]).rootCauseClass).toBe("model");
    expect(rootCauseClass(open, [slice({ region: "eu", zone: "a" })]).rootCauseClass).toBe("infra");
    expect(rootCauseClass(open, [slice({ client: "web" }, { kind: "mix" })]).rootCauseClass).toBe("data");
    expect(rootCauseClass(open, [slice({ model: "m2", build: "b1" })]).rootCauseClass).toBe("unknown");
    expect(rootCauseClass(open, [slice({ model: "m2" }, { explainedShare: 0.4 })]).rootCauseClass).toBe("unknown");
  });

  it("is unknown where nothing tells, and says so", () => {
    expect(rootCauseClass(ranked(), [])).toEqual({
      rootCauseClass: "unknown",
      why: "neither the listed events nor the slices tell",
    });
    expect(rootCauseClass(ranked(["other", 0.9])).rootCauseClass).toBe("unknown");
  });
});
