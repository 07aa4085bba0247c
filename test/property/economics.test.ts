import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  capacityEconomics,
  type DemandScenarios,
  type EconomicsOptions,
  type PricesFileInput,
  type TeamUsage,
} from "../../src/capacity/index.js";

const FAMILIES = ["a", "b", "c"];
const [SCENARIOS, HOURS] = [4, 8];
const RUNS = { seed: 20_261_127, numRuns: 500 };
/** Each of these needs HiGHS several times. */
const FEW = { ...RUNS, numRuns: 40 };

const gpus = fc
  .array(fc.oneof(fc.nat({ max: 30 }), fc.double({ min: 0, max: 30, noNaN: true })), {
    minLength: SCENARIOS * HOURS,
    maxLength: SCENARIOS * HOURS,
  })
  .map((values) => Float64Array.from(values));

const demandOf = (values: Float64Array[], families = FAMILIES): DemandScenarios => ({
  families,
  scenarios: SCENARIOS,
  hours: HOURS,
  firstHour: 0,
  gpus: values,
});

const demand = fc.tuple(gpus, gpus, gpus).map((values) => demandOf(values));

const family = fc
  .record({
    on_demand: fc.integer({ min: 10, max: 100 }),
    one: fc.integer({ min: 3, max: 12 }),
    three: fc.option(fc.integer({ min: 2, max: 10 }), { nil: undefined }),
    most: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
    spot: fc.option(
      fc.record({ price: fc.integer({ min: 1, max: 9 }), fraction: fc.nat({ max: 10 }), overhead: fc.nat({ max: 3 }) }),
      { nil: undefined },
    ),
    held: fc.option(fc.record({ gpus: fc.nat({ max: 10 }), until: fc.nat({ max: 9 }) }), { nil: undefined }),
  })
  .map(({ on_demand, one, three, most, spot, held }) => ({
    on_demand,
    commit: { "1y": (on_demand * one) / 10, ...(three ? { "3y": (on_demand * three) / 10 } : {}) },
    max_commit: most === undefined ? undefined : { "1y": most },
    spot: spot && {
      price: (on_demand * spot.price) / 10,
      max_fraction: spot.fraction / 10,
      overhead: spot.overhead / 10,
    },
    existing: held ? [{ term: "1y" as const, gpus: held.gpus, until_hour: held.until, price: on_demand / 2 }] : [],
  }));

const pricesOf = ([a, b, c]: PricesFileInput["families"][string][]): PricesFileInput => ({ families: { a, b, c } });
const plain = fc.tuple(family, family, family).map(pricesOf);
const withPlan = fc
  .tuple(plain, fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 }), fc.nat({ max: 40 }))
  .map(([prices, a, b, held]): PricesFileInput => {
    const rates = { a: (prices.families["a"].on_demand * a) / 10, b: (prices.families["b"].on_demand * b) / 10 };
    return {
      ...prices,
      savings_plans: { "1y": { rates, existing: held > 20 ? [{ hourly_usd: held, until_hour: 5 }] : [] } },
    };
  });

const close = (a: number, b: number, slack = 1e-9) => Math.abs(a - b) <= slack * Math.max(1, Math.abs(a), Math.abs(b));
const of = async (d: DemandScenarios, p: PricesFileInput, options?: EconomicsOptions) =>
  (await capacityEconomics(d, p, options)).capacity;

describe("the purchase", () => {
  it("costs no more than on demand only and no less than perfect foresight, within limits", () =>
    fc.assert(
      fc.asyncProperty(demand, plain, async (d, p) => {
        const capacity = await of(d, p);
        expect(capacity.expected_cost).toBeLessThanOrEqual(capacity.no_new_commitment_cost * (1 + 1e-11));
        expect(capacity.no_new_commitment_cost).toBeLessThanOrEqual(capacity.on_demand_only_cost * (1 + 1e-11));
        expect(capacity.perfect_foresight_cost).toBeLessThanOrEqual(capacity.expected_cost * (1 + 1e-11));
        expect(capacity.cvar95).toBeGreaterThanOrEqual(capacity.expected_cost * (1 - 1e-11));
        for (const { family: name, term, gpus: bought, price } of capacity.commitments) {
          const most = p.families[name].max_commit?.[term as "1y"] ?? Number.POSITIVE_INFINITY;
          expect(bought).toBeLessThanOrEqual(most);
          if ((price as number) >= p.families[name].on_demand) expect(bought).toBe(0);
        }
        const split = capacity.cost_split;
        const parts = split.reservations + split.savings_plans + split.spot + split.on_demand;
        expect(close(parts, capacity.expected_cost)).toBe(true);
      }),
      RUNS,
    ));

  it("keeps that with a savings plan", () =>
    fc.assert(
      fc.asyncProperty(demand, withPlan, async (d, p) => {
        const capacity = await of(d, p);
        expect(capacity.expected_cost).toBeLessThanOrEqual(capacity.on_demand_only_cost * (1 + 1e-9));
        for (const { family: name, gpus: bought, price } of capacity.commitments) {
          if (price !== null && price >= p.families[name].on_demand) expect(bought).toBe(0);
        }
        expect(capacity.perfect_foresight_cost).toBeLessThanOrEqual(capacity.expected_cost * (1 + 1e-11));
        const split = capacity.cost_split;
        const parts = split.reservations + split.savings_plans + split.spot + split.on_demand;
        expect(close(parts, capacity.expected_cost)).toBe(true);
      }),
      FEW,
    ));

  it("more demand never costs less", () =>
    fc.assert(
      fc.asyncProperty(demand, plain, fc.nat({ max: 2 }), fc.nat({ max: 31 }), async (d, p, f, i) => {
        const more = d.gpus.map((values, k) => values.map((v, at) => (k === f && at === i ? v + 3.5 : v)));
        const [before, after] = [await of(d, p), await of(demandOf(more), p)];
        for (const figure of ["expected_cost", "on_demand_only_cost", "perfect_foresight_cost"] as const) {
          expect(after[figure]).toBeGreaterThanOrEqual(before[figure] * (1 - 1e-11));
        }
      }),
      RUNS,
    ));

  it("does not depend on the order of families and scenarios", () =>
    fc.assert(
      fc.asyncProperty(
        demand,
        plain,
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        async (d, p, families, scenarios) => {
          const turned = demandOf(
            families.map((f) =>
              Float64Array.from({ length: SCENARIOS * HOURS }, (_, i) => {
                return d.gpus[f][scenarios[Math.floor(i / HOURS)] * HOURS + (i % HOURS)];
              }),
            ),
            families.map((f) => FAMILIES[f]),
          );
          const [here, there] = [await of(d, p), await of(turned, p)];
          expect(there.families).toEqual(here.families);
          expect(there.commitments.map((one) => one.gpus)).toEqual(here.commitments.map((one) => one.gpus));
          for (const figure of ["expected_cost", "on_demand_only_cost", "perfect_foresight_cost", "cvar95"] as const) {
            expect(close(here[figure], there[figure], 1e-11)).toBe(true);
          }
        },
      ),
      RUNS,
    ));

  it("grows with the demand and with the prices", () =>
    fc.assert(
      fc.asyncProperty(demand, plain, fc.constantFrom(0.25, 2, 8), async (d, p, scale) => {
        const limits = (factor: number): PricesFileInput => ({
          families: Object.fromEntries(
            Object.entries(p.families).map(([name, one]) => [
              name,
              {
                ...one,
                max_commit: one.max_commit && { "1y": (one.max_commit["1y"] as number) * factor },
                existing: one.existing?.map((held) => ({ ...held, gpus: held.gpus * factor })),
              },
            ]),
          ),
        });
        const one = await of(d, p);
        const many = await of(demandOf(d.gpus.map((values) => values.map((v) => v * scale))), limits(scale));
        expect(close(many.expected_cost, one.expected_cost * scale, 1e-11)).toBe(true);
        expect(close(many.cvar95, one.cvar95 * scale, 1e-11)).toBe(true);
        many.commitments.forEach(({ gpus: bought }, k) => {
          expect(close(bought as number, (one.commitments[k].gpus as number) * scale, 1e-11)).toBe(true);
        });
      }),
      RUNS,
    ));
});

describe("chargeback", () => {
  const teams = fc.tuple(gpus, gpus, gpus, gpus, gpus, gpus).map(
    (values): TeamUsage => ({
      teams: ["x", "y"],
      families: FAMILIES,
      hours: HOURS,
      firstHour: 0,
      gpus: [0, 1].map((t) => [0, 1, 2].map((f) => values[3 * t + f].subarray(0, HOURS))),
    }),
  );
  const used = ({ gpus: all }: TeamUsage) =>
    all.flat().reduce((sum, hours) => sum + hours.reduce((a, b) => a + b, 0), 0);

  it("adds up to the bill, and the GPU-hours to the usage", () =>
    fc.assert(
      fc.asyncProperty(demand, plain, teams, async (d, p, usage) => {
        const { capacity, chargeback } = await capacityEconomics(d, p, { usage });
        const sum = chargeback.reduce((total, row) => total + row.total, 0);
        expect(close(sum, capacity.chargeback.bill)).toBe(true);
        expect(
          close(
            chargeback.reduce((total, row) => total + row.gpuHours, 0),
            used(usage),
          ),
        ).toBe(true);
        for (const row of chargeback) expect(close(row.shareCost + row.idleCost, row.total)).toBe(true);
        const whole = await capacityEconomics(d, p);
        const expected = whole.chargeback.reduce((total, row) => total + row.total, 0);
        expect(close(expected, whole.capacity.expected_cost)).toBe(true);
      }),
      RUNS,
    ));

  it("adds up with savings plans too", () =>
    fc.assert(
      fc.asyncProperty(demand, withPlan, teams, async (d, p, usage) => {
        const { capacity, chargeback } = await capacityEconomics(d, p, { usage });
        const sum = chargeback.reduce((total, row) => total + row.total, 0);
        expect(close(sum, capacity.chargeback.bill)).toBe(true);
      }),
      FEW,
    ));
});
