import { describe, expect, it } from "vitest";
import { demandCurve } from "../../../src/capacity/economics/demand-curve.js";
import { capacityEconomics } from "../../../src/capacity/index.js";

describe("demandCurve", () => {
  it("falls from the peak to the least, and is exceeded in so many per cent of the hours", () => {
    const gpus = Float64Array.from({ length: 101 }, (_, h) => (h * 37) % 101);
    const curve = demandCurve(gpus);
    expect(curve).toHaveLength(101);
    curve.forEach((value, percent) => {
      expect(value).toBeCloseTo(100 - percent, 9);
    });
    expect(gpus[1]).toBe(37);
    expect(demandCurve(Float64Array.of(5))).toEqual(new Array(101).fill(5));
  });

  it("stands in the result by family, whatever the order of the families, with the rows of the chargeback", async () => {
    const demand = {
      families: ["b", "a"],
      scenarios: 1,
      hours: 2,
      firstHour: 0,
      gpus: [Float64Array.of(4, 2), Float64Array.of(8, 8)],
    };
    const { capacity, chargeback } = await capacityEconomics(demand, {
      families: { a: { on_demand: 2 }, b: { on_demand: 1 } },
    });
    expect(
      capacity.by_family.map(({ family, demand_curve: curve }) => [family, curve[0], curve[50], curve[100]]),
    ).toEqual([
      ["a", 8, 8, 8],
      ["b", 4, 3, 2],
    ]);
    expect(
      capacity.chargeback.rows.map(({ team, family, gpu_hours, total }) => [team, family, gpu_hours, total]),
    ).toEqual(chargeback.map(({ team, family, gpuHours, total }) => [team, family, gpuHours, total]));
  });
});
