import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitmentLevel, marginalUse } from "../../src/capacity/commitments.js";
import { compileMapping } from "../../src/capacity/compile-mapping.js";
import { type PlanFileInput, parsePlanFile, planCapacity } from "../../src/capacity/index.js";
import { nodesNeeded } from "../../src/capacity/nodes-for.js";
import { packPools } from "../../src/capacity/packed-pool.js";
import { poolPaths, poolPeaks } from "../../src/capacity/pool-paths.js";
import { riskCurve } from "../../src/capacity/risk-curve.js";
import { roundMoneyParts } from "../../src/capacity/rounding.js";
import { peakProbabilities } from "../../src/capacity/weekly-paths.js";
import type { HourlyDemand } from "../../src/core/index.js";
import { makeContext, makeHourly, makeInput, QUICK } from "../unit/capacity/make-input.js";

const SEED = { seed: 20200601, numRuns: 60 };
const HORIZON = 12;
const PATHS = 4;

/** Two or three pools, three queues with random preferences or shares, and random paths. */
const world = fc
  .record({
    nodes: fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 3 }),
    choices: fc.array(fc.record({ order: fc.nat({ max: 5 }), shared: fc.boolean(), priority: fc.nat({ max: 2 }) }), {
      minLength: 3,
      maxLength: 3,
    }),
    demand: fc.array(
      fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: PATHS * HORIZON, maxLength: PATHS * HORIZON }),
      {
        minLength: 3,
        maxLength: 3,
      },
    ),
  })
  .map(({ nodes, choices, demand }) => ({
    plan: planOf(nodes, choices),
    demand: demand.map((d) => Float64Array.from(d)),
  }));

function planOf(nodes: number[], choices: { order: number; shared: boolean; priority: number }[]): PlanFileInput {
  const names = nodes.map((_, p) => `p${p}`);
  return {
    version: 1,
    pools: nodes.map((n, p) => ({ name: `p${p}`, nodes: n, gpus_per_node: 4 })),
    mapping: choices.map(({ order, shared, priority }, q) => {
      const turned = [...names.slice(order % names.length), ...names.slice(0, order % names.length)];
      const pools = turned.slice(0, 1 + (order % names.length));
      const rest = pools.slice(1).map(() => 0.25);
      return { queue: "abc"[q], pools, priority, ...(shared ? { shares: [1 - 0.25 * rest.length, ...rest] } : {}) };
    }),
  };
}

function setup(file: PlanFileInput, demand: Float64Array[]) {
  const plan = parsePlanFile(file);
  const set = { ids: ["a", "b", "c"], n: PATHS, horizon: HORIZON, start: 0, stepMs: 3_600_000, data: demand };
  const mapping = compileMapping(plan.pools ?? [], plan.mapping ?? [], set.ids);
  return { pools: packPools(plan.pools ?? [], mapping, undefined, set.ids, 0), mapping, set };
}

const more = <P extends { nodes: number }>(pool: P): P => ({ ...pool, nodes: pool.nodes + 1 });

describe("pools", () => {
  it("place every GPU exactly once", () => {
    fc.assert(
      fc.property(world, ({ plan, demand }) => {
        const { pools, mapping, set } = setup(plan, demand);
        const loads = poolPaths(set, mapping, pools).map(({ load }) => load);
        for (let i = 0; i < PATHS * HORIZON; i++) {
          const asked = demand[0][i] + demand[1][i] + demand[2][i];
          expect(loads.reduce((sum, load) => sum + load[i], 0)).toBeCloseTo(asked, 9);
        }
      }),
      SEED,
    );
  });

  it("more capacity anywhere never raises a shortfall", () => {
    fc.assert(
      fc.property(world, fc.nat({ max: 1 }), ({ plan, demand }, grown) => {
        const before = setup(plan, demand);
        const bigger = { ...plan, pools: plan.pools?.map((pool, p) => (p === grown ? more(pool) : pool)) };
        const after = setup(bigger, demand);
        const short = poolPaths(before.set, before.mapping, before.pools);
        const shorter = poolPaths(after.set, after.mapping, after.pools);
        for (const [p, { shortGpuHours, shortHours }] of shorter.entries()) {
          for (let path = 0; path < PATHS; path++) {
            expect(shortGpuHours[path]).toBeLessThanOrEqual(short[p].shortGpuHours[path] + 1e-6);
            expect(shortHours[path]).toBeLessThanOrEqual(short[p].shortHours[path]);
          }
        }
      }),
      SEED,
    );
  });

  it("more nodes on the risk curve never raise the risk or the waits", () => {
    fc.assert(
      fc.property(world, ({ plan, demand }) => {
        const { pools, mapping, set } = setup(plan, demand);
        const context = makeContext({}, HORIZON);
        poolPaths(set, mapping, pools).forEach((paths, p) => {
          const { points } = riskCurve(pools[p], paths, context);
          for (let i = 1; i < points.length; i++) {
            expect(points[i].pAnyHour).toBeLessThanOrEqual(points[i - 1].pAnyHour);
            expect(points[i].pAnyWeek).toBeLessThanOrEqual(points[i - 1].pAnyWeek);
            expect(points[i].wait.p95Minutes).toBeLessThanOrEqual(points[i - 1].wait.p95Minutes);
          }
        });
      }),
      SEED,
    );
  });

  it("added demand never lowers a need, and a higher level never needs fewer nodes", () => {
    fc.assert(
      fc.property(
        world,
        fc.nat({ max: 2 }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        ({ plan, demand }, queue, gpus) => {
          const { pools, mapping, set } = setup(plan, demand);
          const added = demand.map((d, q) => (q === queue ? d.map((v) => v + gpus) : d));
          const before = poolPeaks(set, mapping, pools).map((peaks) => nodesNeeded(peaks, 4, [80, 95]));
          const after = poolPeaks({ ...set, data: added }, mapping, pools).map((peaks) =>
            nodesNeeded(peaks, 4, [80, 95]),
          );
          after.forEach((need, p) => {
            need.forEach(({ nodes }, l) => {
              expect(nodes).toBeGreaterThanOrEqual(before[p][l].nodes);
              if (l > 0) expect(nodes).toBeGreaterThanOrEqual(need[l - 1].nodes);
            });
          });
        },
      ),
      SEED,
    );
  });
});

describe("purchases", () => {
  const load = fc
    .array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 24, maxLength: 48 })
    .map((v) => Float64Array.from(v));
  const price = fc.double({ min: 0.5, max: 40, noNaN: true });

  it("buy no commitment without a price difference", () => {
    fc.assert(
      fc.property(load, price, fc.double({ min: 0, max: 5, noNaN: true }), (demand, onDemand, dearer) => {
        const use = marginalUse(demand, null, 8, [], demand.length);
        expect(commitmentLevel(use, { commit: onDemand + dearer, onDemand, spot: null })).toBe(0);
      }),
      SEED,
    );
  });

  it("buy at least as much when the commitment is cheaper", () => {
    fc.assert(
      fc.property(load, price, fc.double({ min: 0, max: 1, noNaN: true }), (demand, onDemand, share) => {
        const use = marginalUse(demand, null, 8, [], demand.length);
        const at = (commit: number) => commitmentLevel(use, { commit, onDemand, spot: null });
        expect(at(0.5 * share * onDemand)).toBeGreaterThanOrEqual(at(share * onDemand));
      }),
      SEED,
    );
  });

  it("round parts of money without losing a cent", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 30 }), (amounts) => {
        const cents = roundMoneyParts(amounts).reduce((sum, part) => sum + Math.round(part * 100), 0);
        expect(cents).toBe(Math.round(amounts.reduce((a, b) => a + b, 0) * 100));
      }),
      SEED,
    );
  });
});

describe("peak probabilities", () => {
  it("sum to 1 whatever the ties", () => {
    const sums = fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sums, (weeks) => {
        const p = peakProbabilities(weeks.map((week) => Float64Array.from(week)));
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }),
      SEED,
    );
  });
});

describe("the whole plan", () => {
  it("does not depend on the order of the queues, and two runs are the same", () => {
    const hourly = makeHourly(["a", "b", "c", "d"]);
    const plan = JSON.stringify(planCapacity(makeInput({ hourly }), QUICK));
    const turned = (order: number[]): HourlyDemand => ({
      ...hourly,
      queues: order.map((q) => hourly.queues[q]),
      demand: order.map((q) => hourly.demand[q]),
      usage: order.map((q) => hourly.usage[q]),
      observed: order.map((q) => hourly.observed[q]),
    });
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
        expect(JSON.stringify(planCapacity(makeInput({ hourly: turned(order) }), QUICK))).toBe(plan);
      }),
      { ...SEED, numRuns: 4 },
    );
  });
});
