import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { KllSketch } from "../../../../src/drift/index.js";
import { shuffled, sketchOf, worstError } from "./samples.js";

const N = 1_000_000;
const golden = JSON.parse(readFileSync(new URL("../../../golden/drift-sketches.golden.json", import.meta.url), "utf8"));

function normals(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, () => random.normal());
}

const ORDERS: Record<string, () => Float64Array> = {
  sorted: () => shuffled(N, 1).sort(),
  reversed: () => shuffled(N, 1).sort().reverse(),
  zigzag: () => Float64Array.from({ length: N }, (_, i) => (i % 2 === 0 ? i / 2 : N - (i + 1) / 2)),
  shuffled: () => shuffled(N, 1),
  "ascending blocks": () => {
    const values = shuffled(N, 2);
    for (let i = 0; i < N; i += 1024) values.subarray(i, i + 1024).sort();
    return values;
  },
  "heavy ties": () => shuffled(N, 3).map((x) => Math.floor(Math.sqrt(x / 10_000))),
  "two values": () => shuffled(N, 4).map((x) => (x < N / 3 ? -1 : 1)),
  constant: () => new Float64Array(N).fill(7),
  "half a spike": () => shuffled(N, 5).map((x) => (x < N / 2 ? 0 : x)),
};

describe("KllSketch", () => {
  it.each(Object.keys(ORDERS))("keeps the stated rank error for every x: 1,000,000 values, %s", (order) => {
    const values = ORDERS[order]();
    const sketch = sketchOf(values);
    const error = worstError(sketch, values);
    expect(error).toBeLessThanOrEqual(sketch.rankError());
    expect(sketch.rankError()).toBeLessThan(golden.stated.one_rank);
    expect(sketch.points().values.length).toBeLessThan(2600);
  });

  it("is closer than Apache DataSketches states of the same k, and than it was on the same values", () => {
    let state = golden.seed;
    const values = Float64Array.from({ length: golden.n }, () => {
      state = (1664525 * state + 1013904223) % 2 ** 32;
      return (state + 0.5) / 2 ** 32;
    });
    const sketch = sketchOf(values, golden.k);
    expect(sketch.rankError()).toBeLessThan(golden.stated.all_ranks);
    expect(worstError(sketch, values)).toBeLessThan(golden.worst_rank.median);
  });

  it("exceeds the stated error, at its worst x, in fewer than 1 % of 300 sketches of 20,000 values", () => {
    const base = shuffled(20_000, 6);
    let exceeded = 0;
    for (let run = 0; run < 300; run++) {
      // Other values throw other coins.
      const values = base.map((x) => x + run / 7);
      const sketch = sketchOf(values);
      if (worstError(sketch, values) > sketch.rankError()) exceeded++;
    }
    expect(exceeded).toBeLessThan(3);
  });

  it("is exact up to 2,047 values", () => {
    const values = normals(2047, 1);
    const sketch = sketchOf(values);
    expect(sketch.rankError()).toBe(0);
    const sorted = values.slice().sort();
    expect(sketch.points().values).toEqual(sorted);
    expect(sketch.quantile(0.5)).toBe(sorted[1023]);
    expect(sketch.cdf(sorted[99])).toBe(100 / 2047);
    expect(sketch.cdf(sorted[0] - 1)).toBe(0);
  });

  it("gives quantiles within the rank error, and exact ends", () => {
    const values = shuffled(N, 9);
    const sketch = sketchOf(values);
    for (const p of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      expect(Math.abs(sketch.quantile(p) / N - p)).toBeLessThanOrEqual(sketch.rankError() + 1 / N);
      expect(Math.abs(sketch.cdf(p * N) - p)).toBeLessThanOrEqual(sketch.rankError() + 1 / N);
    }
    expect([sketch.quantile(0), sketch.quantile(1), sketch.n]).toEqual([0, N - 1, N]);
  });

  it("has exact moments, also of merged sketches and far from zero", () => {
    const values = normals(50_000, 2).map((x) => 1e9 + x);
    const merged = sketchOf(values.subarray(0, 20_500));
    merged.merge(sketchOf(values.subarray(20_500)));
    const shifted = values.map((x) => x - 1e9);
    const mean = shifted.reduce((sum, x) => sum + x, 0) / shifted.length;
    const m2 = shifted.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    for (const sketch of [sketchOf(values), merged]) {
      expect(sketch.mean - 1e9).toBeCloseTo(mean, 6);
      expect(sketch.m2 / m2).toBeCloseTo(1, 7);
    }
  });

  it("is the same to the byte however the values are cut, and comes back from JSON as it was", () => {
    const values = normals(30_000, 3);
    const whole = JSON.stringify(sketchOf(values));
    const pieces = new KllSketch();
    for (let i = 0; i < values.length; ) {
      const next = Math.min(values.length, i + 1 + ((i * 7) % 3001));
      if (next === i + 1) pieces.update(values[i]);
      else pieces.updateMany(values.subarray(i, next));
      i = next;
    }
    expect(JSON.stringify(pieces)).toBe(whole);
    const back = KllSketch.fromJSON(JSON.parse(whole));
    expect(JSON.stringify(back)).toBe(whole);
    // What comes after goes on as if nothing had happened.
    back.updateMany(values);
    pieces.updateMany(values);
    expect(JSON.stringify(back)).toBe(JSON.stringify(pieces));
    expect(JSON.stringify(KllSketch.fromJSON(new KllSketch().toJSON()))).toBe(JSON.stringify(new KllSketch()));
  });

  it("takes -0 for 0, and the whole range of numbers", () => {
    const zeros = sketchOf(Float64Array.of(-0, 0, -0));
    expect(JSON.stringify(zeros)).toBe(JSON.stringify(sketchOf(Float64Array.of(0, 0, 0))));
    const huge = sketchOf(Float64Array.of(-1.7e308, 1.7e308, 1.7e308));
    expect(huge.mean).toBeCloseTo(1.7e308 / 3, -300);
    expect(huge.m2).toBe(Number.POSITIVE_INFINITY);
    expect(JSON.stringify(KllSketch.fromJSON(huge.toJSON()))).toBe(JSON.stringify(huge));
  });

  it("refuses what is not finite and adds none of the values then", () => {
    const sketch = sketchOf(Float64Array.of(1, 2));
    const before = JSON.stringify(sketch);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => sketch.updateMany(Float64Array.of(3, bad))).toThrow(/finite values only.*index 1/);
      expect(() => sketch.update(bad)).toThrow(/finite/);
    }
    expect(JSON.stringify(sketch)).toBe(before);
  });

  it("says nothing of no values, and refuses options that make no sense", () => {
    const empty = new KllSketch();
    expect([empty.quantile(0.5), empty.mean, empty.cdf(0)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(empty.rankError()).toBe(0);
    expect(() => new KllSketch(7)).toThrow(/k must be/);
    expect(() => empty.quantile(1.5)).toThrow(/probability/);
    expect(() => empty.rankError(1)).toThrow(/confidence/);
    expect(() => empty.merge(new KllSketch(200))).toThrow(/k = 400 and 200/);
  });

  it("merges with itself and with nothing", () => {
    const values = normals(5000, 4);
    const sketch = sketchOf(values);
    sketch.merge(sketch);
    expect(sketch.n).toBe(10_000);
    expect(sketch.points().weights.reduce((sum, w) => sum + w, 0)).toBe(10_000);
    const copy = new KllSketch();
    copy.merge(sketchOf(values));
    copy.merge(new KllSketch());
    expect(copy.n).toBe(5000);
    expect(worstError(copy, values)).toBeLessThanOrEqual(copy.rankError());
  });
});

describe("a sketch from a hostile file", () => {
  const good = () => sketchOf(normals(5000, 5)).toJSON() as unknown as Record<string, unknown>;
  const items = (...values: number[]) => Buffer.from(Float64Array.from(values).buffer).toString("base64");

  it.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
    ["no number of values", (json) => delete json["n"], /n: /],
    ["a key of its own", (json) => Object.assign(json, { extra: 1 }), /unknown key "extra"/],
    ["another number of values", (json) => Object.assign(json, { n: 5001 }), /stand for 5000 values where n is 5001/],
    [
      "items out of order",
      (json) => Object.assign(json, { n: 2, pending: "", levels: [items(1, 0)], opposite: [-1] }),
      /not ascending/,
    ],
    ["items outside min and max", (json) => Object.assign(json, { min: 0 }), /between min and max/],
    [
      "NaN",
      (json) => Object.assign(json, { n: 1, pending: items(Number.NaN), levels: [], opposite: [] }),
      /between min and max/,
    ],
    [
      "Infinity",
      (json) => Object.assign(json, { n: 1, pending: items(Infinity), levels: [], opposite: [] }),
      /between min and max/,
    ],
    ["half a number", (json) => Object.assign(json, { pending: "AAAA" }), /cut short/],
    ["no base64", (json) => Object.assign(json, { pending: "§§" }), /not base64/],
    ["coins that never fall", (json) => Object.assign(json, { coins: 0 }), /coins/],
    [
      "more pending items than a block",
      (json) => Object.assign(json, { pending: items(...new Array(1024).fill(0)) }),
      /pending/,
    ],
    ["levels without coins", (json) => Object.assign(json, { opposite: [] }), /differ in length/],
    ["no minimum", (json) => Object.assign(json, { min: null }), /min and max do not fit n/],
    ["a million levels", (json) => Object.assign(json, { levels: new Array(1_000_000).fill("") }), /levels/],
    ["a mean beyond the values", (json) => Object.assign(json, { mean: 1e9 }), /mean 1000000000/],
    ["a mean that is not that of the items", (json) => Object.assign(json, { mean: 2 }), /mean .* does not fit/],
    ["no spread", (json) => Object.assign(json, { m2: 0 }), /m2 .* does not fit/],
    ["a spread beyond the ends", (json) => Object.assign(json, { m2: 1e6 }), /m2 .* does not fit/],
    ["a spread beyond numbers", (json) => Object.assign(json, { m2: null }), /m2 .* does not fit/],
    ["coins without variance", (json) => Object.assign(json, { variance: 0 }), /variance 0 is too small/],
    ["a negative variance", (json) => Object.assign(json, { variance: -1 }), /variance/],
    ["k beyond reason", (json) => Object.assign(json, { k: 1e9 }), /k: /],
  ])("is refused: %s", (_, spoil, message) => {
    const json = good();
    spoil(json);
    expect(() => KllSketch.fromJSON(json)).toThrow(message);
    expect(() => KllSketch.fromJSON(json)).toThrow(expect.objectContaining({ code: "E_INPUT" }));
  });

  it.each([null, 3, "x", [], {}])("is refused: %j", (json) => {
    expect(() => KllSketch.fromJSON(json)).toThrow(expect.objectContaining({ code: "E_INPUT" }));
  });
});
