import { describe, expect, it } from "vitest";
import { rcaCase } from "../../../fixtures/rca.js";
import { createRandom, InputError } from "../../../src/core/index.js";
import { firstBad, type Kpi } from "../../../src/incident/index.js";

const MINUTES = 60_000;
const STEP = 5 * MINUTES;
const START = Date.UTC(2026, 2, 2);
const DAY = 288;

/** Rows of five minutes of standard normal noise around something. */
function normal(n: number, at: (i: number) => number, seed = 1, step = STEP): Kpi {
  const rng = createRandom(seed);
  return {
    times: Float64Array.from({ length: n }, (_, i) => START + i * step),
    values: Float64Array.from({ length: n }, (_, i) => at(i) + rng.normal()),
  };
}

const wave = (i: number): number => 20 + 6 * Math.sin((2 * Math.PI * i) / DAY);
const between = (i: number, first: number, end: number): number => (i >= first && i < end ? 1 : 0);

describe("firstBad", () => {
  it("finds a step, its end and its direction, with intervals of times that hold them", () => {
    const kpi = normal(7 * DAY, (i) => wave(i) + 6 * between(i, 1500, 1560));
    const found = firstBad(kpi)!;
    expect(found).toMatchObject({ kind: "step", direction: "up", level: 0.95 });
    expect(Math.abs(found.index - 1500)).toBeLessThanOrEqual(1);
    expect(found.time).toBe(kpi.times[found.index]);
    expect(found.timeLow).toBeLessThanOrEqual(kpi.times[1500]);
    expect(found.timeHigh).toBeGreaterThanOrEqual(kpi.times[1500]);
    expect(found.timeHigh - found.timeLow).toBeLessThan(60 * MINUTES);
    expect(Math.abs(found.recovered!.index - 1560)).toBeLessThanOrEqual(1);
    expect(found.recovered!.timeLow).toBeLessThanOrEqual(found.recovered!.time);
    expect(found.recovered!.timeHigh).toBeGreaterThanOrEqual(found.recovered!.time);
  });

  it("says what each row would have been, the incident's too", () => {
    const { expected, noise } = firstBad(normal(7 * DAY, (i) => wave(i) + 9 * between(i, 1500, 1700)))!;
    for (let i = 0; i < expected.length; i += 7) {
      expect(Math.abs(expected[i] - wave(i))).toBeLessThan(1);
      expect(noise[i]).toBeGreaterThan(0.8);
      expect(noise[i]).toBeLessThan(1.2);
    }
  });

  it("finds a fall, but not when only rises are bad", () => {
    const kpi = normal(5 * DAY, (i) => wave(i) - 5 * between(i, 1000, 1100), 3);
    expect(firstBad(kpi)).toMatchObject({ direction: "down" });
    expect(firstBad(kpi, { direction: "down" })!.index).toBe(firstBad(kpi)!.index);
    expect(firstBad(kpi, { direction: "up" })).toBeNull();
  });

  it("finds the beginning of a ramp, not where it is halfway", () => {
    const ramp = (i: number): number => 12 * Math.max(0, Math.min(1, (i - 1200) / 36));
    const found = firstBad(normal(5 * DAY, (i) => wave(i) + (i < 1350 ? ramp(i) : 0), 4))!;
    expect(found.kind).toBe("ramp");
    expect(Math.abs(found.index - 1200)).toBeLessThanOrEqual(6);
    expect(found.recovered!.index).toBe(1350);
  });

  it("knows no end of an incident that lasts", () => {
    const kpi = normal(6 * DAY, (i) => wave(i) + 6 * between(i, 1500, 1e9));
    expect(firstBad(kpi)!.recovered).toBeNull();
  });

  it("takes what came first for normal, also when the incident lasts longer", () => {
    const found = firstBad(normal(6 * DAY, (i) => wave(i) + 6 * between(i, 700, 1e9), 5))!;
    expect(Math.abs(found.index - 700)).toBeLessThanOrEqual(1);
    expect(found.direction).toBe("up");
    expect(found.recovered).toBeNull();
  });

  it("says nothing of an incident that already runs at the first row", () => {
    expect(firstBad(normal(6 * DAY, (i) => wave(i) + 6 * between(i, 0, 100), 6))).toBeNull();
  });

  it("splits the posterior by row and by parts of rows, which each sum to 1", () => {
    const { posterior, onset } = firstBad(normal(5 * DAY, (i) => 3 * between(i, 1000, 1050), 8))!;
    const sum = (weights: Float64Array): number => weights.reduce((total, weight) => total + weight, 0);
    expect(sum(posterior.weights)).toBeCloseTo(1, 12);
    expect(sum(onset.weights)).toBeCloseTo(1, 12);
    expect(posterior.indices.every((row, k) => k === 0 || row > posterior.indices[k - 1])).toBe(true);
    expect(onset.starts.every((start, k) => start < onset.ends[k] && (k === 0 || start >= onset.ends[k - 1]))).toBe(
      true,
    );
  });

  it("tells within a row when it began: a row that is half as bad began half as late", () => {
    // Hardly any noise: 0.6 of the row's five minutes are bad.
    const kpi = normal(3 * DAY, (i) => 200 * (between(i, 601, 700) + 0.6 * between(i, 600, 601)), 9);
    const { index, onset } = firstBad(kpi)!;
    expect(index).toBe(600);
    const middle = onset.weights.reduce((sum, w, k) => sum + (w * (onset.starts[k] + onset.ends[k])) / 2, 0);
    expect(Math.abs((middle - kpi.times[600]) / STEP - 0.4)).toBeLessThan(0.15);
  });

  it("weighs a ratio by its requests: few of them make no incident", () => {
    const rng = createRandom(11);
    const n = 4 * DAY;
    const times = Float64Array.from({ length: n }, (_, i) => START + i * STEP);
    const requests = Float64Array.from({ length: n }, () => 1 + rng.int(8));
    const values = requests.map((count) => {
      let bad = 0;
      for (let k = 0; k < count; k++) if (rng.uniform() < 0.02) bad++;
      return bad / count;
    });
    expect(values.some((value) => value >= 0.5)).toBe(true);
    expect(firstBad({ times, values, requests })).toBeNull();
    // The same rates with a thousand times the requests, and a tenth of them bad for two hours.
    const many = requests.map((count) => 1000 * count);
    const steady = Float64Array.from(
      { length: n },
      (_, i) => 0.02 + 0.08 * between(i, 800, 824) + 0.001 * rng.normal(),
    );
    expect(firstBad({ times, values: steady, requests: many })!.index).toBe(800);
  });

  it("finds an incident of few requests a row by pooling rows", () => {
    const { kpi, truth } = rcaCase(4, { requests: 40, kpi: "errors", incident: "step", recovers: false, effect: 4 });
    const found = firstBad(kpi)!;
    expect(truth.onset).toBeGreaterThanOrEqual(found.timeLow);
    expect(truth.onset).toBeLessThanOrEqual(found.timeHigh);
    // What is expected of a row does not depend on how few requests it has, or none.
    const quiet = { ...kpi, requests: kpi.requests!.map((count, i) => (i % 5 === 0 ? i % 3 : count)) };
    for (const rate of firstBad(quiet)!.expected) expect(rate).toBeLessThan(0.1);
  });

  it("reads a success rate with the same evidence as its error rate", () => {
    const { kpi } = rcaCase(3, { kpi: "errors", incident: "step" });
    const up = firstBad(kpi)!;
    const down = firstBad({ ...kpi, values: kpi.values.map((value) => 1 - value) })!;
    expect(down.direction).toBe("down");
    expect([down.index, down.recovered?.index]).toEqual([up.index, up.recovered?.index]);
    expect([down.timeLow, down.timeHigh]).toEqual([up.timeLow, up.timeHigh]);
  });

  it("is silent on quiet KPIs: noise, slow noise, cycles, drift and spikes", () => {
    let slow = 0;
    const rng = createRandom(2);
    const quiet: Record<string, (i: number) => number> = {
      noise: () => 0,
      slow: () => {
        slow = 0.8 * slow + rng.normal();
        return slow;
      },
      sine: wave,
      sharp: (i) => (i % DAY > 90 && i % DAY < 180 ? 8 : 0),
      drift: (i) => 0.002 * i,
      spikes: (i) => (i % 97 === 0 ? 15 : 0),
    };
    for (const [name, at] of Object.entries(quiet)) {
      for (const seed of [1, 2, 3]) expect(firstBad(normal(5 * DAY, at, seed)), name).toBeNull();
    }
  });

  it("keeps to the daily cycle when the incident takes a whole day of it", () => {
    const found = firstBad(normal(6 * DAY, (i) => wave(i) + 4 * between(i, 1300, 1300 + DAY), 12))!;
    expect(Math.abs(found.index - 1300)).toBeLessThanOrEqual(2);
    expect(Math.abs(found.recovered!.index - 1300 - DAY)).toBeLessThanOrEqual(2);
  });

  it("learns weekends from two weeks on, in rows of hours", () => {
    const weekend = (i: number): number => wave(12 * i) - (Math.floor(i / 24) % 7 >= 5 ? 8 : 0);
    const quiet = normal(28 * 24, weekend, 13, 12 * STEP);
    expect(firstBad(quiet)).toBeNull();
    const values = quiet.values.map((value, i) => value + 6 * between(i, 500, 520));
    expect(Math.abs(firstBad({ times: quiet.times, values })!.index - 500)).toBeLessThanOrEqual(1);
  });

  describe("with a weekend that begins at its midnight, in a zone eight hours behind", () => {
    /** Share of the level in five-minute rows from Monday 2026-03-02 UTC on: a lower and flatter weekend. */
    const week = (i: number): number => {
      const local = i - 96;
      const weekend = ((Math.floor(local / DAY) % 7) + 7) % 7 >= 5;
      return (weekend ? 0.7 : 1) * (100 + (weekend ? 10 : 25) * Math.sin((2 * Math.PI * local) / DAY));
    };

    it.each([2, 3])("is silent on %d quiet weeks", (weeks) => {
      for (const seed of [1, 2, 3]) expect(firstBad(normal(weeks * 7 * DAY, week, seed))).toBeNull();
    });

    it.each([2, 3])(
      "finds an incident on the last weekend of %d weeks, against what that weekend would have been",
      (weeks) => {
        const begin = (weeks - 1) * 7 * DAY + 5 * DAY + 96 + 100;
        const found = firstBad(normal(weeks * 7 * DAY, (i) => week(i) + 8 * between(i, begin, begin + 60)))!;
        expect(Math.abs(found.index - begin)).toBeLessThanOrEqual(2);
        expect(Math.abs(found.recovered!.index - begin - 60)).toBeLessThanOrEqual(2);
        const saturday = 5 * DAY + 96;
        for (const i of [saturday - 6, saturday - 1, saturday, saturday + 6, begin + 30]) {
          expect(Math.abs(found.expected[i] - week(i))).toBeLessThan(2);
        }
      },
    );
  });

  it("learns weekends in rows of days", () => {
    const quiet = normal(84, (i) => 50 - (i % 7 >= 5 ? 20 : 0), 3, DAY * STEP);
    expect(firstBad(quiet)).toBeNull();
    const values = quiet.values.map((value, i) => value + 8 * between(i, 60, 66));
    expect(Math.abs(firstBad({ times: quiet.times, values })!.index - 60)).toBeLessThanOrEqual(1);
  });

  it("goes by UTC time alone: an hour that is missing twice a year changes nothing", () => {
    const kpi = normal(8 * DAY, (i) => wave(i) + 6 * between(i, 1800, 1860), 14);
    const shifted = { ...kpi, times: kpi.times.map((time) => time + 27 * DAY * STEP - START + Date.UTC(2026, 2, 2)) };
    expect(firstBad(shifted)!.index).toBe(firstBad(kpi)!.index);
  });

  it("takes missing rows as missing, and an onset in a gap as anywhere in it", () => {
    const kpi = normal(5 * DAY, (i) => wave(i) + 8 * between(i, 1000, 1100), 15);
    kpi.values.fill(Number.NaN, 985, 1005);
    kpi.values.fill(Number.NaN, 300, 420);
    const found = firstBad(kpi)!;
    expect(found.index).toBe(1005);
    expect(found.timeLow).toBeLessThanOrEqual(kpi.times[985]);
    expect(found.timeLow).toBeGreaterThan(kpi.times[980]);
    expect(found.timeHigh).toBe(kpi.times[1006]);
    const gone = Int32Array.from(kpi.values.keys()).filter((i) => !Number.isNaN(kpi.values[i]));
    const short = {
      times: Float64Array.from(gone, (i) => kpi.times[i]),
      values: Float64Array.from(gone, (i) => kpi.values[i]),
    };
    expect(firstBad(short)!.time).toBe(found.time);
  });

  it("does not change with the unit of the values or a constant added", () => {
    const kpi = normal(4 * DAY, (i) => wave(i) + 5 * between(i, 900, 950), 16);
    const found = firstBad(kpi)!;
    for (const change of [(v: number) => 1e-3 * v, (v: number) => v + 1e6, (v: number) => 1e5 * v - 7]) {
      const other = firstBad({ ...kpi, values: kpi.values.map(change) })!;
      expect([other.index, other.timeLow, other.timeHigh]).toEqual([found.index, found.timeLow, found.timeHigh]);
    }
  });

  it("is null where nothing can be said", () => {
    const times = Float64Array.from({ length: 50 }, (_, i) => START + i * STEP);
    const of = (values: number[]): Kpi => ({ times: times.slice(0, values.length), values: Float64Array.from(values) });
    for (const n of [0, 1, 2, 11]) expect(firstBad(of(Array.from({ length: n }, (_, i) => i)))).toBeNull();
    expect(firstBad(of(Array(50).fill(3)))).toBeNull();
    expect(firstBad(of(Array(50).fill(Number.NaN)))).toBeNull();
    expect(firstBad({ ...of(Array(50).fill(0)), requests: new Float64Array(50) })).toBeNull();
    expect(firstBad({ ...of(Array(50).fill(0)), requests: new Float64Array(50).fill(9) })).toBeNull();
    // Nearly constant: most deviations are 0, and so is any robust deviation.
    expect(() => firstBad(of(Array.from({ length: 50 }, (_, i) => (i === 25 ? 1 : 0))))).not.toThrow();
    const same = normal(300, (i) => 5 * between(i, 200, 250));
    expect(() => firstBad({ ...same, times: new Float64Array(300).fill(START) })).not.toThrow();
  });

  it("keeps rows of equal times in order", () => {
    const kpi = normal(4 * DAY, (i) => wave(i) + 8 * between(i, 900, 950), 17);
    const times = kpi.times.slice();
    times[600] = times[599];
    expect(firstBad({ ...kpi, times })!.index).toBe(firstBad(kpi)!.index);
  });

  it("finds a step in a series without any noise", () => {
    const times = Float64Array.from({ length: 400 }, (_, i) => START + i * STEP);
    const values = Float64Array.from({ length: 400 }, (_, i) => 1 + between(i, 300, 340));
    expect(firstBad({ times, values })).toMatchObject({ index: 300, kind: "step", recovered: { index: 340 } });
  });

  it("names what is wrong with its input", () => {
    const kpi = normal(40, () => 0);
    const refused = (change: Partial<Kpi>, options = {}): string => {
      try {
        firstBad({ ...kpi, ...change }, options);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
      return "not refused";
    };
    expect(refused({ values: new Float64Array(3) })).toContain("one length");
    expect(refused({ times: kpi.times.slice().reverse() })).toContain("row 1");
    expect(refused({ values: kpi.values.map((v, i) => (i === 4 ? Number.POSITIVE_INFINITY : v)) })).toContain("row 4");
    expect(refused({ requests: new Float64Array(40).fill(-1) })).toContain("row 0");
    expect(refused({}, { level: 1 })).toContain("level");
    expect(refused({}, { direction: "sideways" })).toContain("direction");
    expect(refused({}, { ratio: true })).toContain("requests");
    const requests = new Float64Array(40).fill(10);
    expect(refused({ requests, values: kpi.values.map((_, i) => i / 20) }, { ratio: true })).toContain("row 21");
  });
});

describe("firstBad on generated incidents", () => {
  it("covers the onset and is silent on quiet ones", () => {
    let covered = 0;
    for (let seed = 601; seed <= 612; seed++) {
      const { kpi, truth } = rcaCase(seed, { incident: seed % 3 ? "step" : "ramp", effect: 5, days: 6 });
      const found = firstBad(kpi);
      if (found && found.timeLow <= truth.onset! && truth.onset! <= found.timeHigh) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(10);
    for (let seed = 621; seed <= 626; seed++)
      expect(firstBad(rcaCase(seed, { incident: "none", days: 6 }).kpi)).toBeNull();
  });
});
