import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastWindow } from "../../src/neural/choose-window.js";
import { neuralQuantiles } from "../../src/neural/index.js";
import { lineMatrix } from "../../src/neural/line-matrix.js";
import { poolMatrix } from "../../src/neural/pool-matrix.js";
import { randomModel, SMALL, twoSeasons } from "../unit/neural/small-model.js";

const RUNS = { seed: 20_261_128, numRuns: 60 };
const seed = fc.nat(1_000_000);
const { horizon } = SMALL;

const series = (seed: number, length = 40): Float64Array => twoSeasons(seed, 1, length)[0].y;
const deviation = (y: Float64Array): number => {
  const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
  return Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / y.length);
};

describe("the neural forward pass", () => {
  it("gives quantiles that ascend at every step, for any weights", () => {
    fc.assert(
      fc.property(seed, seed, (weights, data) => {
        const quantiles = neuralQuantiles(randomModel(weights), series(data), { horizon })!;
        for (let q = 1; q < quantiles.length; q++) {
          for (let h = 0; h < horizon; h++) expect(quantiles[q][h]).toBeGreaterThanOrEqual(quantiles[q - 1][h]);
        }
      }),
      RUNS,
    );
  });

  it("follows a change of unit and of level: y → a·y + b", () => {
    const factor = fc.double({ min: -20, max: 20, noNaN: true }).map((e) => 2 ** e);
    fc.assert(
      fc.property(seed, seed, factor, fc.integer({ min: -1000, max: 1000 }), (weights, data, a, b) => {
        const model = randomModel(weights);
        const y = series(data).map((v, _, all) => (v - all[0]) / 100);
        const plain = neuralQuantiles(model, y, { horizon })!;
        const moved = neuralQuantiles(
          model,
          y.map((v) => a * (v + b)),
          { horizon },
        )!;
        const unit = a * deviation(y.subarray(-SMALL.window));
        plain.forEach((quantile, q) => {
          quantile.forEach((v, h) => {
            expect(Math.abs(moved[q][h] - a * (v + b)) / unit).toBeLessThan(1e-4);
          });
        });
      }),
      RUNS,
    );
  });

  it("looks only at the window and the clock: a longer history changes no bit", () => {
    fc.assert(
      fc.property(
        seed,
        seed,
        fc.integer({ min: 0, max: 16 }),
        fc.integer({ min: -500, max: 500 }),
        (weights, data, cut, clock) => {
          const model = randomModel(weights);
          const y = series(data);
          const whole = neuralQuantiles(model, y, { horizon, clock });
          expect(neuralQuantiles(model, y.slice(cut), { horizon, clock: clock + cut })).toEqual(whole);
          // All seasons of the model divide 12.
          expect(neuralQuantiles(model, y, { horizon, clock: clock + 12 })).toEqual(whole);
        },
      ),
      RUNS,
    );
  });

  it("gives the first steps of the whole horizon to a shorter one", () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: horizon }), (weights, steps) => {
        const y = series(weights);
        const whole = neuralQuantiles(randomModel(weights), y, { horizon })!;
        expect(neuralQuantiles(randomModel(weights), y, { horizon: steps })).toEqual(
          whole.map((q) => q.slice(0, steps)),
        );
      }),
      RUNS,
    );
  });
});

describe("its matrices", () => {
  const size = fc.integer({ min: 1, max: 60 });

  it("draw lines whose weights are shares, and that keep a line", () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [knots, steps] = [Math.min(a, b), Math.max(a, b)];
        const matrix = lineMatrix(knots, steps);
        for (let step = 0; step < steps; step++) {
          const column = Array.from({ length: knots }, (_, k) => matrix[k * steps + step]);
          expect(column.every((v) => v >= 0)).toBe(true);
          expect(column.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 6);
          const wanted = steps > 1 ? (step * (knots - 1)) / (steps - 1) : 0;
          expect(column.reduce((sum, v, k) => sum + v * k, 0)).toBeCloseTo(wanted, 4);
        }
      }),
      RUNS,
    );
  });

  it("pool every value once, with equal shares", () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 4 }), (values, scale) => {
        const pools = Math.ceil(values / 4 ** (scale - 1));
        const matrix = poolMatrix(values, pools);
        for (let pool = 0; pool < pools; pool++) {
          const column = Array.from({ length: values }, (_, i) => matrix[i * pools + pool]);
          expect(column.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 6);
        }
        for (let i = 0; i < values; i++) {
          expect(matrix.subarray(i * pools, (i + 1) * pools).filter((v) => v > 0)).toHaveLength(1);
        }
      }),
      RUNS,
    );
  });

  it("has a least window of 8 steps and one shortest season", () => {
    expect([leastWindow([]), leastWindow([4, 12]), leastWindow([24, 168])]).toEqual([8, 8, 24]);
  });
});
