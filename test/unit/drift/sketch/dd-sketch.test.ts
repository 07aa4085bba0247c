import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../src/core/random.js";
import { DdSketch } from "../../../../src/drift/index.js";

function sketchOf(values: Float64Array, accuracy?: number): DdSketch {
  const sketch = new DdSketch(accuracy);
  sketch.updateMany(values);
  return sketch;
}

const random = createRandom(11);
const SAMPLES: Record<string, Float64Array> = {
  "lognormal latencies": Float64Array.from({ length: 50_000 }, () => 20 * Math.exp(1.5 * random.normal())),
  Pareto: Float64Array.from({ length: 50_000 }, () => (1 - random.uniform()) ** -2),
  "both signs and zeros": Float64Array.from(
    { length: 50_000 },
    () => [0, 1, -1][random.int(3)] * Math.exp(3 * random.normal()),
  ),
  "all scales that fit": Float64Array.from({ length: 50_000 }, () => 10 ** (16 * random.uniform() - 8)),
  constant: new Float64Array(1000).fill(250),
};

describe("DdSketch", () => {
  it.each(Object.keys(SAMPLES))("has quantiles within 1 % of their value: %s", (name) => {
    const values = SAMPLES[name];
    const sorted = values.slice().sort();
    const sketch = sketchOf(values);
    for (const p of [0, 0.001, 0.01, 0.25, 0.3333, 0.5, 0.75, 0.95, 0.99, 0.999, 1]) {
      const exact = sorted[Math.floor(p * (sorted.length - 1))];
      expect(Math.abs(sketch.quantile(p) - exact)).toBeLessThanOrEqual(0.01 * Math.abs(exact) * (1 + 1e-9));
    }
    expect([sketch.n, sketch.min, sketch.max]).toEqual([sorted.length, sorted[0], sorted.at(-1)]);
  });

  it("merged is the very sketch of all values, in any order", () => {
    const values = SAMPLES["both signs and zeros"];
    const whole = JSON.stringify(sketchOf(values));
    const parts = [0, 1, 2].map((i) => sketchOf(values.filter((_, row) => row % 3 === i)));
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const merged = new DdSketch();
      for (const i of order) merged.merge(parts[i]);
      expect(JSON.stringify(merged)).toBe(whole);
    }
    expect(JSON.stringify(DdSketch.fromJSON(JSON.parse(whole)))).toBe(whole);
    expect(JSON.stringify(DdSketch.fromJSON(new DdSketch().toJSON()))).toBe(JSON.stringify(new DdSketch()));
  });

  it("says of values too small beside the largest that it does not know them, whatever came first", () => {
    const values = Float64Array.of(1e-200, 1e-150, 1, 10, 1e9);
    for (const one of [values, values.slice().reverse()]) {
      const sketch = sketchOf(one);
      expect(sketch.quantile(0.3)).toBeNaN();
      expect(sketch.quantile(0.5)).toBeCloseTo(1, 1);
      expect(sketch.quantile(0)).toBe(1e-200);
      expect(JSON.stringify(DdSketch.fromJSON(sketch.toJSON()))).toBe(JSON.stringify(sketchOf(values)));
    }
    const halves = [sketchOf(values.subarray(0, 2)), sketchOf(values.subarray(2))];
    halves[0].merge(halves[1]);
    expect(JSON.stringify(halves[0])).toBe(JSON.stringify(sketchOf(values)));
  });

  it("refuses what it cannot take", () => {
    const sketch = new DdSketch();
    expect(sketch.quantile(0.5)).toBeNaN();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => sketch.update(bad)).toThrow(/finite/);
    expect(() => new DdSketch(0)).toThrow(/accuracy/);
    expect(() => sketch.quantile(-1)).toThrow(/probability/);
    expect(() => sketch.merge(new DdSketch(0.02))).toThrow(/0.01 and 0.02/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["an empty outer bin", { positive: { first: 0, counts: [0, 1], collapsed: false } }, /outer bin/],
    ["collapsed, but few bins", { positive: { first: 0, counts: [1], collapsed: true } }, /collapsed/],
    ["an index beyond all numbers", { positive: { first: 1e9, counts: [1], collapsed: false } }, /positive.first/],
    ["too many bins", { positive: { first: 0, counts: new Array(3000).fill(1), collapsed: false } }, /counts/],
    ["no minimum", { min: null }, /min and max/],
    ["a fraction of a value", { zero: 0.5 }, /zero/],
    ["a key of its own", { __proto__x: 1 }, /unknown key/],
  ])("refuses a file with %s", (_, change, message) => {
    const json = { ...sketchOf(Float64Array.of(1, 2)).toJSON(), ...change };
    expect(() => DdSketch.fromJSON(json)).toThrow(message);
  });
});
