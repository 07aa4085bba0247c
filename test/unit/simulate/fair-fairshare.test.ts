import { describe, expect, it } from "vitest";
import { createDecayedUsage } from "../../../src/simulate/fair/decayed-usage.js";
import { exp2 } from "../../../src/simulate/fair/exp2.js";
import { classicFactors, fairTreeFactors } from "../../../src/simulate/fair/fairshare-factors.js";
import { multifactorPriority } from "../../../src/simulate/fair/multifactor.js";

describe("powers of two", () => {
  it("are right to a few units in the last place, and exact for whole numbers", () => {
    let worst = 0;
    for (let x = -60; x <= 20; x += 0.0137) worst = Math.max(worst, Math.abs(exp2(x) / 2 ** x - 1));
    expect(worst).toBeLessThan(1e-15);
    const exact = Array.from({ length: 2000 }, (_, i) => i - 1022);
    expect(exact.map(exp2)).toEqual(exact.map((n) => 2 ** n));
    expect(exp2(-5000)).toBe(0);
    expect(exp2(-1e300)).toBe(0);
  });
});

describe("decayed usage", () => {
  it("halves with every half-life, and settles at rate · h / ln 2", () => {
    const accounts = createDecayedUsage(2, 100, 0);
    accounts.advance(300, [2, 0]);
    const before = accounts.usage[0];
    accounts.advance(500, [0, 0]);
    expect(accounts.usage[0]).toBeCloseTo(before / 4, 10);
    accounts.advance(100_000, [3, 1]);
    expect(accounts.usage[0]).toBeCloseTo(300 / Math.LN2, 9);
    expect(accounts.usage[1]).toBeCloseTo(100 / Math.LN2, 9);
  });

  it("does not depend on how the time is cut up, and is plain GPU-seconds for an endless half-life", () => {
    const [whole, pieces] = [createDecayedUsage(1, 777, 0), createDecayedUsage(1, 777, 0)];
    whole.advance(1000, [5]);
    for (let t = 1; t <= 1000; t++) pieces.advance(t, [5]);
    expect(pieces.usage[0] / whole.usage[0]).toBeCloseTo(1, 12);
    const endless = createDecayedUsage(1, 1e12, 0);
    endless.advance(1000, [4]);
    expect(endless.usage[0]).toBeCloseTo(4000, 2);
  });
});

describe("classic fair-share factor", () => {
  it("is 2^(-usage/share): 1 when idle, 1/2 when usage meets the share, 1/4 at twice the share", () => {
    const two = { shares: [1, 1], accountOf: [0, 1] };
    expect(Array.from(classicFactors(two, [0, 0]))).toEqual([1, 1]);
    expect(Array.from(classicFactors(two, [7, 7]))).toEqual([0.5, 0.5]);
    expect(Array.from(classicFactors(two, [10, 0]))).toEqual([0.25, 1]);
    expect(classicFactors({ shares: [3, 1], accountOf: [0, 1] }, [3, 1])[0]).toBeCloseTo(0.5, 15);
  });

  it("draws a user's usage towards that of its account", () => {
    // Account 0 has half the shares and two users; all usage is the first one's. Effective usage: 1 + (1-1)/2 and 0 + (1-0)/2.
    const factors = classicFactors({ shares: [1, 1], accountOf: [0, 0, 1] }, [8, 0, 0]);
    expect(Array.from(factors)).toEqual([2 ** -4, 2 ** -2, 1]);
  });

  it("is 0 without shares, once there is usage", () => {
    expect(Array.from(classicFactors({ shares: [0, 1], accountOf: [0, 1] }, [1, 1]))).toEqual([0, 2 ** -0.5]);
  });
});

describe("Fair Tree", () => {
  it("ranks accounts first, then the users within, so that no user of a worse-served account is overtaken", () => {
    // Account 0 is over-served, account 1 under-served: both its users come first, even the one who used most of all.
    const factors = fairTreeFactors({ shares: [1, 2], accountOf: [0, 0, 1, 1] }, [50, 1, 49, 0]);
    expect(Array.from(factors)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("gives users that tie the better rank and leaves out those below it", () => {
    expect(Array.from(fairTreeFactors({ shares: [1, 1], accountOf: [0, 0, 1] }, [3, 3, 9]))).toEqual([1, 1, 1 / 3]);
    expect(Array.from(fairTreeFactors({ shares: [1, 1], accountOf: [0, 1] }, [0, 0]))).toEqual([1, 1]);
  });

  it("ranks the users of accounts that tie among one another", () => {
    // Both accounts used 10. Within them: 9 of 10, 1 of 10; 5 of 10 each.
    const factors = fairTreeFactors({ shares: [1, 1], accountOf: [0, 0, 1, 1] }, [9, 1, 5, 5]);
    expect(Array.from(factors)).toEqual([0.25, 1, 0.75, 0.75]);
  });

  it("ranks last who has no shares", () => {
    expect(Array.from(fairTreeFactors({ shares: [0, 1], accountOf: [0, 1] }, [0, 100]))).toEqual([0.5, 1]);
  });
});

it("the priority is the weighted sum of the factors", () => {
  const factors = { age: 0.5, fairshare: 0.25, size: 0.125, qos: 1 };
  expect(multifactorPriority(factors, { age: 1000, fairshare: 10_000, size: 800, qos: 7 })).toBe(500 + 2500 + 100 + 7);
});
