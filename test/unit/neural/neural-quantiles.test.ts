import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import {
  forecastOnBackend,
  NEURAL_PROBABILITIES,
  type NeuralShape,
  neuralQuantiles,
  openTensorBackend,
} from "../../../src/neural/index.js";
import { randomModel, SMALL, twoSeasons } from "./small-model.js";

/** Shapes at the edges: one step, one block, no season, a season longer than the window, all scales. */
const SHAPES: Record<string, NeuralShape> = {
  small: SMALL,
  "one step": { window: 8, horizon: 1, seasons: [], blocks: 1, width: 1 },
  "season over the window": { window: 9, horizon: 30, seasons: [5, 100], blocks: 3, width: 7 },
  "four blocks": { window: 70, horizon: 60, seasons: [24, 70], blocks: 4, width: 16 },
};

/** Largest difference of two forecasts, in units of the deviation of the series' last values. */
function difference(a: Float64Array[], b: Float64Array[], y: Float64Array): number {
  const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
  const deviation = Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / y.length);
  return Math.max(...a.flatMap((q, i) => Array.from(q, (v, h) => Math.abs(v - b[i][h]) / deviation)));
}

describe("neuralQuantiles", () => {
  it.each(["wasm", "cpu"] as const)(
    "agrees with the forward pass on %s within 1e-4 of the window's deviation",
    async (name) => {
      const backend = await openTensorBackend(name);
      for (const [what, shape] of Object.entries(SHAPES)) {
        const model = randomModel(5, shape);
        const series = twoSeasons(6, 4, 90).map((one, i) => ({ ...one, clock: 7 * i }));
        const onBackend = await forecastOnBackend(model, series, backend);
        series.forEach(({ y, clock }, i) => {
          const pure = neuralQuantiles(model, y, { horizon: shape.horizon, clock })!;
          expect(difference(pure, onBackend[i], y.subarray(-shape.window)), what).toBeLessThan(1e-4);
        });
      }
    },
  );

  it("gives the quantiles of all probabilities, and null where the history is shorter than the window", () => {
    const model = randomModel(1);
    const { y } = twoSeasons(1, 1, 24)[0];
    const quantiles = neuralQuantiles(model, y, { horizon: 10 })!;
    expect(quantiles).toHaveLength(NEURAL_PROBABILITIES.length);
    expect(quantiles.every((q) => q.length === 10)).toBe(true);
    expect(neuralQuantiles(model, y.subarray(1), { horizon: 10 })).toBeNull();
    expect(neuralQuantiles(model, new Float64Array(0), { horizon: 10 })).toBeNull();
  });

  it("repeats the value of a flat window, whatever its size", () => {
    for (const level of [0, -3, 1e300, 0.1]) {
      const quantiles = neuralQuantiles(randomModel(1), new Float64Array(40).fill(level), { horizon: 4 })!;
      for (const v of quantiles.flatMap((q) => [...q]))
        expect(Math.abs(v - level)).toBeLessThanOrEqual(1e-12 * Math.abs(level));
    }
  });

  it("stays finite after a spike, tiny values and huge ones", () => {
    const spike = new Float64Array(24);
    spike[11] = 1e9;
    const { y } = twoSeasons(2, 1, 24)[0];
    for (const values of [spike, y.map((v) => 1e-150 * v), y.map((v) => 1e140 * v)]) {
      expect(neuralQuantiles(randomModel(2), values, { horizon: 10 })!.every((q) => q.every(Number.isFinite))).toBe(
        true,
      );
    }
  });

  it("refuses a value that is not finite inside the window, and a horizon it was not trained for", () => {
    const model = randomModel(1);
    const y = twoSeasons(1, 1, 30)[0].y.slice();
    y[2] = Number.NaN;
    expect(neuralQuantiles(model, y, { horizon: 3 })).not.toBeNull();
    y[7] = Number.POSITIVE_INFINITY;
    expect(() => neuralQuantiles(model, y, { horizon: 3 })).toThrow(
      "value 7 of the series is Infinity: fill gaps first",
    );
    expect(() => neuralQuantiles(model, y, { horizon: 11 })).toThrow("whole number from 1 to 10");
    expect(() => neuralQuantiles(model, y, { horizon: 0 })).toThrow(InputError);
  });
});

describe("forecastOnBackend", () => {
  it("gives nothing for no series, the value of a flat one, and refuses a short one by its name", async () => {
    const backend = await openTensorBackend("cpu");
    const model = randomModel(1);
    expect(await forecastOnBackend(model, [], backend)).toEqual([]);
    const flat = { id: "flat", y: new Float64Array(24).fill(7) };
    const [quantiles] = await forecastOnBackend(model, [flat], backend);
    expect(quantiles.every((q) => q.length === 10 && q.every((v) => v === 7))).toBe(true);
    const short = { id: "short", y: new Float64Array(23) };
    await expect(forecastOnBackend(model, [flat, short], backend)).rejects.toThrow(
      'series "short" has no 24 finite values',
    );
  });
});
