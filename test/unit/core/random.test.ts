import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.js";

const N = 200_000;

/** Chi-square statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

describe("createRandom", () => {
  it("spreads uniforms evenly over [0, 1)", () => {
    const random = createRandom(1);
    const counts = new Array<number>(100).fill(0);
    let outside = 0;
    for (let i = 0; i < N; i++) {
      const u = random.uniform();
      if (u >= 0 && u < 1) counts[Math.floor(u * 100)]++;
      else outside++;
    }
    expect(outside).toBe(0);
    // 99 degrees of freedom: 61.1 and 148.2 are the 0.1 % and 99.9 % quantiles.
    expect(chiSquare(counts)).toBeGreaterThan(61.1);
    expect(chiSquare(counts)).toBeLessThan(148.2);
  });

  it("draws every integer below n equally often, and only those", () => {
    const random = createRandom(2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.int(7)]++;
    expect(counts).toHaveLength(7);
    expect(chiSquare(counts)).toBeLessThan(22.46);
    expect(random.int(1)).toBe(0);
  });

  it("draws normals with the right moments and tails", () => {
    const random = createRandom(3);
    const z = Float64Array.from({ length: N }, () => random.normal());
    const moment = (k: number) => z.reduce((total, value) => total + value ** k, 0) / N;
    // Five standard errors each.
    expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(N));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / N));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
    const beyond = z.filter((value) => Math.abs(value) > 1.959964).length / N;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / N));
    const lag = z.reduce((total, value, i) => total + (i > 0 ? value * z[i - 1] : 0), 0) / N;
    expect(Math.abs(lag)).toBeLessThan(5 / Math.sqrt(N));
  });

  it.each([0.3, 4, 90])("draws Poisson counts of mean %d with that mean and variance", (mean) => {
    const random = createRandom(4);
    const counts = Float64Array.from({ length: 40_000 }, () => random.poisson(mean));
    const centre = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((total, value) => total + (value - centre) ** 2, 0) / counts.length;
    expect(Math.abs(centre - mean)).toBeLessThan(5 * Math.sqrt(mean / counts.length));
    expect(Math.abs(variance - mean) / mean).toBeLessThan(0.05 + 0.05 / Math.sqrt(mean));
    expect(random.poisson(0)).toBe(0);
  });

  it("gives a child that does not depend on what was drawn before", () => {
    const fresh = createRandom(5);
    const used = createRandom(5);
    for (let i = 0; i < 1001; i++) used.normal();
    expect(used.child("queue").uniform()).toBe(fresh.child("queue").uniform());
    expect(used.child(3).child(0).uniform()).toBe(fresh.child(3).child(0).uniform());
  });

  it("gives children that differ from each other and from their parent", () => {
    const parent = createRandom(6);
    const firsts = new Set([createRandom(6).uniform()]);
    for (let i = 0; i < 1000; i++) firsts.add(parent.child(i).uniform());
    for (const name of ["", "a", "b", "0"]) firsts.add(parent.child(name).uniform());
    expect(firsts.size).toBe(1005);
    // Neighbouring children are not correlated: the mean product of centred firsts is near 0.
    const u = Array.from({ length: 20_000 }, (_, i) => parent.child(i).uniform() - 0.5);
    const product = u.reduce((total, value, i) => total + (i > 0 ? value * u[i - 1] : 0), 0) / u.length;
    expect(Math.abs(product)).toBeLessThan(5 / 12 / Math.sqrt(u.length));
  });

  it("tells nearby seeds apart", () => {
    const firsts = new Set(Array.from({ length: 5000 }, (_, seed) => createRandom(seed - 2500).uniform()));
    expect(firsts.size).toBe(5000);
  });
});
