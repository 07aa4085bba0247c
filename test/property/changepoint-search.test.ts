import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  costOf,
  crops,
  fpop,
  meanCost,
  meanVarCost,
  nonparametricCost,
  pelt,
  poissonCost,
  type SegmentCost,
  slopeCost,
  varianceCost,
} from "../../src/changepoint/index.js";
import { createRandom } from "../../src/core/index.js";
import { objective } from "../unit/changepoint/optimal-partition.js";
import { noiseOf, robust } from "../unit/changepoint/robust-loss.js";

/** Noise around levels that jump: continuous, so that the best segmentation is one. */
const series = fc.record({ seed: fc.integer(), n: fc.integer({ min: 1, max: 150 }) }).map(({ seed, n }) => {
  const random = createRandom(seed);
  let level = 0;
  return Float64Array.from({ length: n }, () => {
    if (random.uniform() < 0.05) level = 4 * random.normal();
    return level + random.normal();
  });
});
const penalty = fc.double({ min: 0.5, max: 60, noNaN: true });
const scale = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const runs = { seed: 11, numRuns: 150 };

const mirrored = (changes: Int32Array, n: number): number[] => Array.from(changes, (c) => n - c).reverse();

/** Costs by what a scaled series does to them. */
const SQUARES: Record<string, (y: Float64Array) => SegmentCost> = { mean: meanCost, slope: slopeCost };
const LIKELIHOODS: Record<string, (y: Float64Array) => SegmentCost> = {
  meanvar: meanVarCost,
  variance: varianceCost,
  nonparametric: nonparametricCost,
};

describe("searches for changes", () => {
  it.each(["l2", "huber"] as const)("fpop %s: moves with level, scale and direction of time", (loss) => {
    fc.assert(
      fc.property(series, penalty, scale, fc.integer({ min: -1000, max: 1000 }), (y, p, a, shift) => {
        const changes = fpop(y, p, loss);
        expect(
          fpop(
            y.map((v) => v + shift),
            p,
            loss,
          ),
        ).toEqual(changes);
        expect(
          fpop(
            y.map((v) => a * v),
            a * a * p,
            loss,
          ),
        ).toEqual(changes);
        expect(mirrored(fpop(y.toReversed(), p, loss), y.length)).toEqual(Array.from(changes));
      }),
      runs,
    );
  });

  it("fpop biweight: loses nothing by level, scale and direction of time", () => {
    // Which values are the outliers is often a tie: two segmentations may be equally good.
    fc.assert(
      fc.property(series, penalty, scale, fc.integer({ min: -1000, max: 1000 }), (y, p, a, shift) => {
        const bend = 3 * noiseOf(Array.from(y));
        const loss = (start: number, end: number): number => robust(Array.from(y.subarray(start, end)), bend, false);
        const [one, ...others] = [
          fpop(y, p, "biweight"),
          fpop(
            y.map((v) => v + shift),
            p,
            "biweight",
          ),
          fpop(
            y.map((v) => a * v),
            a * a * p,
            "biweight",
          ),
          mirrored(fpop(y.toReversed(), p, "biweight"), y.length),
        ].map((changes) => objective(loss, y.length, p, changes));
        for (const other of others) expect(Math.abs(other - one)).toBeLessThanOrEqual(1e-9 * (1 + one));
      }),
      { ...runs, numRuns: 50 },
    );
  });

  it("fpop: a level of a billion changes nothing", () => {
    fc.assert(
      fc.property(series, penalty, (y, p) => {
        // Steps of 2⁻¹² are kept exactly at that level.
        const rounded = y.map((v) => Math.round(v * 4096) / 4096);
        expect(
          fpop(
            rounded.map((v) => v + 1e9),
            p,
          ),
        ).toEqual(fpop(rounded, p));
      }),
      runs,
    );
  });

  it.each(Object.keys(SQUARES))("pelt %s: moves with level and scale", (name) => {
    fc.assert(
      fc.property(series, penalty, scale, (y, p, a) => {
        const changes = pelt(SQUARES[name](y), y.length, p);
        expect(pelt(SQUARES[name](y.map((v) => v + 100)), y.length, p)).toEqual(changes);
        expect(pelt(SQUARES[name](y.map((v) => a * v)), y.length, a * a * p)).toEqual(changes);
        expect(mirrored(pelt(SQUARES[name](y.toReversed()), y.length, p), y.length)).toEqual(Array.from(changes));
      }),
      runs,
    );
  });

  it.each(Object.keys(LIKELIHOODS))("pelt %s: does not mind level and scale", (name) => {
    fc.assert(
      fc.property(series, penalty, scale, (y, p, a) => {
        const cost = LIKELIHOODS[name](y);
        const moved = LIKELIHOODS[name](y.map((v) => a * (v + 100)));
        const [best, other] = [cost, moved].map((searched) => {
          const changes = pelt(searched, y.length, p);
          return costOf(cost, y.length, changes) + p * changes.length;
        });
        expect(other - best).toBeLessThanOrEqual(1e-9 * Math.abs(best));
      }),
      runs,
    );
  });

  it("fpop and pelt find the same in counts", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 100 }), penalty, (counts, p) => {
        const y = Float64Array.from(counts);
        const cost = poissonCost(y);
        const [one, other] = [fpop(y, p, "poisson"), pelt(cost, y.length, p)].map(
          (changes) => costOf(cost, y.length, changes) + p * changes.length,
        );
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(one)));
      }),
      runs,
    );
  });

  it("crops covers each penalty of its range", () => {
    const makers = [meanCost, slopeCost, meanVarCost];
    fc.assert(
      fc.property(
        series,
        fc.nat(2),
        penalty,
        penalty,
        fc.array(penalty, { maxLength: 5 }),
        (y, which, a, b, inside) => {
          const cost = makers[which](y);
          const [min, max] = [Math.min(a, b), Math.max(a, b)];
          const path = crops(cost, y.length, min, max);
          expect(path[0].penalty).toBe(min);
          path.forEach((entry, k) => {
            expect(entry.changes).toBe(entry.indices.length);
            expect(entry.cost).toBe(costOf(cost, y.length, entry.indices));
            if (k === 0) return;
            expect(entry.changes).toBeLessThan(path[k - 1].changes);
            expect(entry.penalty).toBeGreaterThanOrEqual(path[k - 1].penalty);
            expect(entry.penalty).toBeLessThanOrEqual(max);
          });
          for (const p of [min, max, ...inside.map((v) => Math.min(Math.max(v, min), max))]) {
            const entry = path.findLast((candidate) => candidate.penalty <= p)!;
            const changes = pelt(cost, y.length, p);
            const best = costOf(cost, y.length, changes) + p * changes.length;
            expect(Math.abs(entry.cost + p * entry.changes - best)).toBeLessThanOrEqual(1e-9 * best);
          }
        },
      ),
      runs,
    );
  });
});
