// What to commit, against the linear programme of the same question, one thread.
//
//   node scripts/bench.mjs capacity
//
// - Accuracy: random cases with one or several terms, limits, spot, existing reservations; some with a savings plan, some
//   with CVaR. The reference is the programme with a variable for every way to serve every hour, solved by HiGHS.
// - Time: a month of four families in 500 scenarios, alone and with a savings plan and CVaR; and one case that the
//   programme can still solve, by both.
//
// Writes bench/capacity.json.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { capacityEconomics, type DemandScenarios, type PricesFileInput } from "../src/capacity/index.js";
import { createRandom, type Random } from "../src/core/random.js";
import { VERSION } from "../src/core/version.js";
import { purchaseOptimum } from "../test/unit/capacity/purchase-lp.js";

const NAMES = ["a", "b", "c", "d"];

/** Waves by day with noise and a level by scenario; some hours want nothing. */
function makeDemand(random: Random, families: number, scenarios: number, hours: number): DemandScenarios {
  const gpus = Array.from({ length: families }, () => {
    const mean = 20 + 200 * random.uniform();
    const values = new Float64Array(scenarios * hours);
    for (let s = 0; s < scenarios; s++) {
      const level = mean * Math.exp(0.25 * random.normal());
      for (let h = 0; h < hours; h++) {
        const wave = 1 + 0.3 * Math.sin((2 * Math.PI * h) / 24) + 0.15 * random.normal();
        values[s * hours + h] = random.uniform() < 0.02 ? 0 : Math.max(0, level * wave);
      }
    }
    return values;
  });
  return { families: NAMES.slice(0, families), scenarios, hours, firstHour: 0, gpus };
}

function makePrices(random: Random, plan: boolean): PricesFileInput {
  const families = Object.fromEntries(
    NAMES.map((name) => {
      const onDemand = 1 + 9 * random.uniform();
      const part = (from: number, to: number) => onDemand * (from + (to - from) * random.uniform());
      const spot = { price: part(0.25, 0.7), max_fraction: 0.5 * random.uniform(), overhead: 0.2 * random.uniform() };
      return [
        name,
        {
          on_demand: onDemand,
          commit: { "1y": part(0.55, 0.8), "3y": part(0.35, 0.6) },
          max_commit: { "3y": 80 * random.uniform() },
          spot: random.uniform() < 0.6 ? spot : undefined,
          existing: random.uniform() < 0.5 ? [{ term: "1y" as const, gpus: 20, until_hour: 12 }] : [],
        },
      ];
    }),
  );
  const rates = Object.fromEntries(
    NAMES.map((name) => [name, families[name].on_demand * (0.55 + 0.3 * random.uniform())]),
  );
  return { families, savings_plans: plan ? { "1y": { rates } } : undefined };
}

const CASES = 100;
const RISK = { level: 0.9, weight: 0.4 };

/** Largest relative distance of the minimised cost from the programme's, over random cases. */
async function accuracy(name: string, plan: boolean, averse: boolean) {
  let worst = 0;
  for (let k = 0; k < CASES; k++) {
    const random = createRandom([20_261_127, k]);
    const demand = makeDemand(random, 2, 10, 24);
    const prices = makePrices(random, plan);
    prices.families = { a: prices.families["a"], b: prices.families["b"] };
    const rates = prices.savings_plans?.["1y"]?.rates;
    if (rates) prices.savings_plans = { "1y": { rates: { a: rates["a"], b: rates["b"] } } };
    const { capacity } = await capacityEconomics(demand, prices, averse ? { risk: RISK } : {});
    const { expected_cost: mean, risk } = capacity;
    const reached = risk ? (1 - risk.weight) * mean + risk.weight * risk.cvar : mean;
    const optimum = await purchaseOptimum({
      demand,
      prices,
      plan: plan ? "1y" : undefined,
      risk: averse ? RISK : undefined,
    });
    worst = Math.max(worst, Math.abs(reached / optimum - 1));
  }
  console.log(`${name.padEnd(36)} ${CASES} cases, largest distance from the optimum ${worst.toExponential(1)}`);
  return { cases: CASES, largest_distance: worst };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function time(name: string, plan: boolean, averse: boolean) {
  const random = createRandom([7, Number(plan), Number(averse)]);
  const demand = makeDemand(random, 4, 500, 720);
  const prices = makePrices(random, plan);
  const taken = await seconds(() => capacityEconomics(demand, prices, averse ? { risk: RISK } : {}));
  console.log(`${name.padEnd(36)} 4 families × 500 scenarios × 720 hours: ${taken.toFixed(1)} s`);
  return taken;
}

async function beside() {
  const random = createRandom(11);
  const demand = makeDemand(random, 4, 20, 168);
  const prices = makePrices(random, true);
  const ours = await seconds(() => capacityEconomics(demand, prices));
  const programme = await seconds(() => purchaseOptimum({ demand, prices, plan: "1y" }));
  console.log(
    `${"savings plan, both".padEnd(36)} 4 × 20 × 168: ${ours.toFixed(2)} s, programme ${programme.toFixed(2)} s`,
  );
  return { ours, programme };
}

const load = loadavg()[0];
const report = {
  schema: "fleetlens.bench-capacity/1",
  versions: { fleetlens: VERSION, node: process.version, highs: "1.15.3" },
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  load,
  accuracy: {
    quantiles: await accuracy("reservations, spot", false, false),
    savings_plan: await accuracy("with a savings plan", true, false),
    cvar: await accuracy("with CVaR", false, true),
    savings_plan_cvar: await accuracy("with a savings plan and CVaR", true, true),
  },
  seconds: {
    quantiles: await time("reservations, spot", false, false),
    savings_plan: await time("with a savings plan", true, false),
    savings_plan_cvar: await time("with a savings plan and CVaR", true, true),
  },
  beside_programme: await beside(),
};
await writeFile("bench/capacity.json", `${JSON.stringify(report, null, 2)}\n`);
