import { describe, expect, it } from "vitest";
import { remembered } from "../../../src/forecast/remembered.js";

describe("remembered", () => {
  it("makes a result once for the same numbers", () => {
    let made = 0;
    const sum = remembered((numbers) => {
      made++;
      return numbers.reduce((a, b) => a + b, 0);
    });
    expect([sum([1, 2]), sum([1, 2]), sum([12]), sum([])]).toEqual([3, 3, 12, 0]);
    expect(made).toBe(3);
  });

  it("forgets when it would hold very many, and is right all the same", () => {
    let made = 0;
    const twice = remembered(([n]) => {
      made++;
      return 2 * n;
    });
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 1000; n++) expect(twice([n])).toBe(2 * n);
    }
    expect(made).toBeGreaterThan(1000);
    expect(made).toBeLessThanOrEqual(2000);
  });
});
