import { describe, expect, it } from "vitest";
import { forecast } from "../../../src/forecast/index.js";

const long = Float64Array.from({ length: 24 * 21 }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24) + (i % 7));

describe("a series too short for every model asked for", () => {
  it.each([["auto" as const], [["lag_ridge"]]])("carries its last value forward and says so (models %j)", (models) => {
    const panel = [
      { id: "long", y: long },
      { id: "new", y: Float64Array.of(4, 6, 8) },
    ];
    const [first, second] = forecast(panel, { horizon: 48, season: [24, 168], models, paths: 20, seed: 1 });
    expect(first.warnings).toEqual([]);
    expect(second.model).toBe("naive");
    expect([...second.mean]).toEqual(new Array(48).fill(8));
    expect(second.warnings.join("; ")).toMatch(/3 steps of history.*the last value is carried forward/);
    // Its interval comes from the other series and has a width.
    expect(second.hi[80][0]).toBeGreaterThan(second.lo[80][0]);
    expect(second.paths?.data.every(Number.isFinite)).toBe(true);
  });
});
