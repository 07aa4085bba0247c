import { beforeAll, describe, expect, it } from "vitest";
import { backtestDesign } from "../../../src/capacity/backtest-design.js";
import {
  CapacityPlanSchema,
  type PlanForecasts,
  type PlanOutcome,
  planCapacity,
  planForecasts,
  planPanel,
  planWithTables,
} from "../../../src/capacity/index.js";
import { fallbackQueues } from "../../../src/capacity/plan-backtest.js";
import { quantile } from "../../../src/core/index.js";
import { makeHourly, makeInput, QUICK, SECTIONS } from "./make-input.js";

let outcome: PlanOutcome;
beforeAll(() => {
  outcome = planWithTables(makeInput(), QUICK);
});

describe("planCapacity", () => {
  it("gives a plan that follows its schema, with every section", () => {
    const { plan } = outcome;
    expect(CapacityPlanSchema.safeParse(plan).error).toBeUndefined();
    expect(plan.month).toBe("2020-03");
    expect(plan.horizon).toMatchObject({ start: "2020-02-03T00:00:00Z", hours: 168 });
    expect(plan.asOf).toBe("2020-02-03T00:00:00Z");
    expect(plan.planScenario).toBe("all");
    expect(plan.scenarios.map(({ name }) => name)).toEqual(["baseline", "wave", "retrain", "all"]);
    for (const section of ["pools", "risk", "buying", "io", "slo", "showback"] as const) {
      expect(plan[section], section).not.toBeNull();
    }
    expect(plan.absent.map(({ section }) => section)).toEqual(["packing", "simulated_waits", "budget"]);
    expect(structuredClone(outcome.plan)).toEqual(plan);
  });

  it("gives one path set: queues add up to the total in every path and hour", () => {
    const { paths, plan, tables } = outcome;
    const sums = Float64Array.from({ length: paths.n }, (_, path) => {
      let sum = 0;
      for (const data of paths.data) for (let h = 0; h < 168; h++) sum += data[path * 168 + h];
      return sum;
    });
    const total = plan.demand.at(-1);
    expect(total?.queue).toBe("_total");
    expect(total?.gpuHours.mean).toBeCloseTo(sums.reduce((a, b) => a + b) / paths.n, 6);
    const row = plan.weekly.find(({ queue, scenario }) => queue === "_total" && scenario === "baseline");
    expect(row?.gpuHours["hi_95"]).toBeCloseTo(quantile(sums, 0.975), 6);
    expect(row?.gpuHours["lo_80"]).toBeCloseTo(quantile(sums, 0.1), 6);
    const hourly = tables.forecast_hourly;
    const mean = (queue: string, hour: number) => {
      const at = (hourly["queue"] as string[]).findIndex((q, i) => q === queue && hourly["scenario"][i] === "baseline");
      return hourly["mean"][at + hour] as number;
    };
    for (const hour of [0, 100]) {
      expect(mean("a", hour) + mean("b", hour) + mean("c", hour)).toBeCloseTo(mean("_total", hour), 9);
    }
  });

  it("makes weekly quantiles from path sums, and P(peak) sum to 1 for each queue and scenario", () => {
    const long = planWithTables(makeInput({ plan: { ...SECTIONS, horizon_weeks: 3 } }), QUICK);
    const { paths, plan } = long;
    const sums = Float64Array.from({ length: paths.n }, (_, path) => {
      let sum = 0;
      for (let h = 168; h < 336; h++) sum += paths.data[1][path * 504 + h];
      return sum;
    });
    const week = plan.weekly.filter(({ queue, scenario }) => queue === "b" && scenario === "baseline")[1];
    expect(week.gpuHours["hi_80"]).toBe(Number(quantile(sums, 1 - (1 - 0.8) / 2).toPrecision(12)));
    expect(week.gpuHours.median).toBe(Number(quantile(sums, 0.5).toPrecision(12)));
    for (const scenario of ["baseline", "wave", "retrain", "all"]) {
      for (const queue of ["a", "b", "c", "_total"]) {
        const rows = plan.weekly.filter((r) => r.queue === queue && r.scenario === scenario);
        expect(rows).toHaveLength(3);
        expect(rows.reduce((sum, { pPeak }) => sum + pPeak, 0)).toBeCloseTo(1, 12);
      }
    }
    expect(plan.peakWeeks.heatmap[0].meanGpus).toHaveLength(168);
  });

  it("adds exactly the GPU-hours of a wave, and those of a half-present scenario in half of the paths", () => {
    const [, wave, retrain, all] = outcome.plan.scenarios;
    expect(wave.difference).toEqual({ mean: 768, median: 768, lo_80: 768, hi_80: 768, lo_95: 768, hi_95: 768 });
    expect(wave.queues.map(({ queue }) => queue)).toEqual(["a"]);
    expect(retrain.difference.mean).toBe(24);
    expect([retrain.difference["lo_95"], retrain.difference["hi_95"]]).toEqual([0, 48]);
    expect(all.difference.mean).toBe(792);
    expect(outcome.plan.demand[0].planned).not.toBeNull();
    expect(outcome.plan.demand[2].planned).toBeNull();
  });

  it("never needs fewer nodes or GPU-hours at a higher level", () => {
    for (const pool of outcome.plan.pools ?? []) {
      for (const { need } of [pool, ...pool.weeks]) {
        for (let l = 1; l < need.length; l++) expect(need[l].nodes).toBeGreaterThanOrEqual(need[l - 1].nodes);
      }
      for (const { need } of pool.weeks) {
        for (let l = 1; l < need.length; l++) expect(need[l].gpuHours).toBeGreaterThanOrEqual(need[l - 1].gpuHours);
      }
    }
    expect([...(outcome.tables.pools["level"] as Float64Array)].slice(0, 3)).toEqual([50, 80, 95]);
  });

  it("recommends nothing dearer on average than what is done today", () => {
    const costs = outcome.plan.buying?.costs;
    expect(costs?.recommended.mean).toBeLessThanOrEqual(costs?.today.mean ?? 0);
    expect(outcome.plan.buying?.saving.mean).toBeCloseTo((costs?.today.mean ?? 0) - (costs?.recommended.mean ?? 0), 1);
  });

  it("has the columns of the contract", () => {
    const columns = Object.fromEntries(
      Object.entries(outcome.tables).map(([name, table]) => [name, Object.keys(table)]),
    );
    expect(columns).toEqual({
      demand_hourly: ["queue", "time", "demand", "usage", "capacity", "censored"],
      forecast_hourly: ["queue", "time", "mean", "median", "lo_80", "hi_80", "lo_95", "hi_95", "model", "scenario"],
      forecast_weekly: [
        "queue",
        "week_start",
        "gpu_hours_mean",
        "median",
        "lo_80",
        "hi_80",
        "lo_95",
        "hi_95",
        "p_peak",
        "scenario",
      ],
      pools: ["pool", "week_start", "level", "nodes_needed", "nodes_have", "gpu_hours"],
      showback: ["team", "queue", "gpu_hours", "cost"],
    });
    for (const table of Object.values(outcome.tables)) {
      const lengths = Object.values<{ length: number }>(table).map(({ length }) => length);
      expect(new Set(lengths).size).toBe(1);
    }
  });

  it("says of each missing section why it is absent, and invents nothing", () => {
    const bare = planCapacity({ hourly: makeHourly(["a", "b"]), plan: { horizon_weeks: 1 } }, QUICK);
    expect(CapacityPlanSchema.safeParse(bare).error).toBeUndefined();
    expect(bare.absent).toEqual([
      { section: "pools", reason: "the plan file has no pools section" },
      { section: "risk", reason: "the plan file has no pools section" },
      { section: "buying", reason: "the plan file has no pools section" },
      { section: "io", reason: "the plan file has no pools section" },
      { section: "budget", reason: "the plan file has no budget section" },
      { section: "scenarios", reason: "the plan file has no scenarios section" },
    ]);
    expect(bare.planScenario).toBe("baseline");
    expect(bare.showback?.currency).toBeNull();
    const unmapped = planCapacity(makeInput({ plan: { horizon_weeks: 1, pools: SECTIONS.pools } }), QUICK);
    expect(unmapped.pools).toBeNull();
    expect(unmapped.absent[0].reason).toContain("no mapping section");
  });

  it("says what missing prices leave out", () => {
    const [big, small] = SECTIONS.pools ?? [];
    const { price: _price, ...unpriced } = small;
    const { spot: _spot, ...noTerms } = big;
    const plan = planCapacity(makeInput({ plan: { ...SECTIONS, pools: [noTerms, unpriced] } }), QUICK);
    const messages = plan.warnings.map(({ message }) => message);
    expect(messages).toContain(
      'pool "small" has no price: its costs and purchases are left out; add price: { on_demand: …, unit: node_hour, currency: USD }',
    );
    expect(messages).toContain(
      'pool "big" has a spot price but no spot section (interruption_per_hour, checkpoint_minutes, restart_minutes): no spot is bought',
    );
    expect(plan.buying?.pools.map(({ pool, spot }) => [pool, spot])).toEqual([["big", null]]);
    expect(plan.showback?.rows.find(({ team }) => team === "pool:small")?.cost).toBeNull();
    const none = planCapacity(
      makeInput({ plan: { ...SECTIONS, commitments: undefined, pools: [unpriced, { ...unpriced, name: "big" }] } }),
      QUICK,
    );
    expect(none.buying).toBeNull();
    expect(none.absent.find(({ section }) => section === "buying")?.reason).toBe("no pool has a price");
    expect(none.absent.find(({ section }) => section === "budget")?.reason).toBe(
      "without prices there is no cost to hold against the budget",
    );
  });

  it("names unknown queues of the capacity file", () => {
    const capacity = ["a", "x", "y"].map((queue) => ({ queue, fromMs: 0, gpus: 40 }));
    const plan = planCapacity(makeInput({ capacity }), QUICK);
    expect(plan.warnings.map(({ message }) => message)).toContain(
      "capacity names 2 queues that the demand does not hold: x, y; left out",
    );
    expect(plan.demand.map(({ capacitySource }) => capacitySource)).toEqual([
      "file",
      "observed_maximum",
      "observed_maximum",
      null,
    ]);
  });

  it("refuses a scenario of an unknown queue and a queue that no pool takes before forecasting", () => {
    const overlays = [{ type: "scale" as const, queue: "z", from: "2020-02-04", to: "2020-02-05", factor: 2 }];
    const unknown = { ...SECTIONS, scenarios: [{ name: "s", overlays }] };
    const forecasts = { forecasts: [], backtest: null };
    expect(() => planCapacity(makeInput({ plan: unknown }), { forecasts })).toThrow(
      'scenario "s" overlay 1 (scale): unknown queue "z"; there are: a, b, c',
    );
    const mapping = [{ queue: "a", pools: ["big"] }];
    expect(() => planCapacity(makeInput({ plan: { ...SECTIONS, mapping } }), { forecasts })).toThrow(
      'no pool takes queue "b"',
    );
    expect(() => planCapacity(makeInput(), { forecasts })).toThrow('no forecast with sample paths for queue "a"');
  });

  it("leaves out a queue without any value, and says so", () => {
    const hourly = makeHourly(["a", "b", "dead"]);
    hourly.demand[2].fill(Number.NaN);
    hourly.usage[2].fill(Number.NaN);
    hourly.observed[2].fill(0);
    const plan = planCapacity(makeInput({ hourly }), QUICK);
    expect(plan.demand.map(({ queue }) => queue)).toEqual(["a", "b", "_total"]);
    expect(plan.warnings.map(({ message }) => message)).toContain(
      'queue "dead" has no value in any hour: it is left out of the plan',
    );
    for (const share of hourly.observed) share.fill(0);
    expect(() => planCapacity(makeInput({ hourly }), QUICK)).toThrow(
      "no queue has a single observed hour: there is nothing to plan with",
    );
  });

  it("refuses negative GPUs", () => {
    const hourly = makeHourly(["a", "b", "c"]);
    hourly.demand[1][5] = -1;
    expect(() => planCapacity(makeInput({ hourly }), QUICK)).toThrow(
      'queue "b" hour 5: GPUs are negative; demand and usage must be 0 or more',
    );
  });

  it("plans a queue with three hours of history, and says how little that is", () => {
    const hourly = makeHourly(["a", "b", "new"]);
    for (let h = 0; h < hourly.hours - 3; h++) {
      hourly.demand[2][h] = hourly.usage[2][h] = Number.NaN;
      hourly.observed[2][h] = 0;
    }
    const plan = planCapacity(makeInput({ hourly }), { paths: 40 });
    expect(plan.warnings.map(({ message }) => message)).toContain(
      "queue new has only 3 observed hours: no weekly season can be learned, so its interval leans on the other queues",
    );
    const own = plan.demand.find(({ queue }) => queue === "new");
    expect(own?.gpuHours["hi_95"]).toBeGreaterThan(own?.gpuHours["lo_95"] ?? 0);
  });

  it("survives constant and idle queues, gaps and a single queue", () => {
    const hourly = makeHourly(["a", "b", "c"]);
    hourly.demand[0].fill(0);
    hourly.usage[0].fill(0);
    hourly.demand[1].fill(7);
    hourly.usage[1].fill(7);
    for (let h = 100; h < 110; h++) {
      hourly.demand[2][h] = hourly.usage[2][h] = Number.NaN;
      hourly.observed[2][h] = 0;
    }
    const plan = planCapacity(makeInput({ hourly }), QUICK);
    expect(CapacityPlanSchema.safeParse(plan).error).toBeUndefined();
    expect(plan.quality.queues[2]).toMatchObject({ gaps: 1, longestGapHours: 10, missingHours: 10 });
    expect(plan.demand[0].change).toBeNull();
    const single = planCapacity({ hourly: makeHourly(["only"]), plan: { horizon_weeks: 1 } }, QUICK);
    expect(single.demand).toHaveLength(2);
  });
});

describe("forecasts of a plan", () => {
  const hourly = makeHourly(["a", "b", "c"], 5 * 168);
  const setting = { horizon: 168, levels: [80, 95], seed: 3, paths: 30, models: ["seasonal_naive"] as const };

  it("prefers seasonal naive where the chosen model does not beat it", () => {
    const score = (id: string, wql: number) => ({ id, wql, mase: 1, coverage_80: 1, coverage_95: 1 });
    const backtest = {
      horizonHours: 24,
      stepHours: 24,
      origins: 2,
      note: null,
      chosen: [score("a", 0.3), score("a", 0.1), score("b", 0.2), score("c", 0), score("d", Number.NaN)],
      seasonalNaive: [score("a", 0.2), score("a", 0.2), score("b", 0.3), score("c", 0), score("d", 1)],
    };
    expect(fallbackQueues(backtest, ["a", "b", "c", "d"])).toEqual(["a"]);
    expect(fallbackQueues(null, ["a"])).toEqual([]);
  });

  it("draws the same joint futures for the fallback as for the models", () => {
    const mixed = planForecasts(planPanel(hourly), { ...setting, models: ["naive"] });
    expect(mixed.fallbacks).toEqual(["a", "b", "c"]);
    const naive = planForecasts(planPanel(hourly), setting);
    expect(mixed.forecasts.map(({ paths }) => paths)).toEqual(naive.forecasts.map(({ paths }) => paths));
  });

  it("says which queues fell back, and why", () => {
    const score = (id: string, wql: number) => ({ id, wql, mase: 1, coverage_80: 0.8, coverage_95: 0.95 });
    const made = planForecasts(planPanel(hourly), setting);
    const given: PlanForecasts = {
      forecasts: made.forecasts.map((f) => (f.id === "a" ? f : { ...f, model: "clever" })),
      fallbacks: ["a"],
      backtest: {
        horizonHours: 168,
        stepHours: 24,
        origins: 2,
        note: null,
        chosen: [score("a", 0.3), score("b", 0.1), score("c", Number.NaN)],
        seasonalNaive: [score("a", 0.2), score("b", 0.2), score("c", Number.NaN)],
      },
    };
    const plan = planCapacity({ hourly, plan: { horizon_weeks: 1 } }, { forecasts: given });
    expect(plan.method.models.map(({ model, fallback }) => [model, fallback])).toEqual([
      ["seasonal_naive", "weighted quantile loss 0.300 on the backtest does not beat seasonal naive's 0.200"],
      ["clever", null],
      ["clever", null],
    ]);
    expect(plan.method.backtest?.rows.filter(({ used }) => used).map(({ model }) => model)).toEqual([
      "seasonal_naive",
      "auto",
      "auto",
    ]);
    expect(plan.warnings.map(({ message }) => message)).toContain(
      "seasonal naive forecasts a: the chosen model does not beat it on their backtest",
    );
  });

  it("refuses forecasts of another horizon", () => {
    const made = planForecasts(planPanel(hourly), { ...setting, horizon: 24 });
    expect(() => planCapacity({ hourly, plan: { horizon_weeks: 1 } }, { forecasts: made })).toThrow(
      'forecast of queue "a" has 24 hours, the plan needs 168',
    );
  });

  it("backtests with the plan's horizon where the history allows, else shorter, else not at all", () => {
    expect(backtestDesign(2000, 672)).toEqual({ horizon: 672, origins: 3, step: 480, note: null });
    expect(backtestDesign(744, 672)).toMatchObject({ horizon: 168, origins: 3, step: 120 });
    expect(backtestDesign(744, 672)?.note).toBe(
      "744 hours of history do not allow two origins with the plan's horizon of 672 hours; the backtest looks 168 hours ahead",
    );
    expect(backtestDesign(400, 168)).toMatchObject({ horizon: 24, origins: 2 });
    expect(backtestDesign(350, 168)).toBeNull();
  });

  it("does the backtest on rolling origins itself", () => {
    const { backtest } = planForecasts(planPanel(hourly), setting);
    expect(backtest).toMatchObject({ horizonHours: 168, origins: 3, note: null });
    expect(backtest?.chosen).toHaveLength(9);
    for (const row of backtest?.chosen ?? []) {
      expect(row.wql).toBeGreaterThan(0);
      expect(row.coverage_95).toBeGreaterThanOrEqual(row.coverage_80);
    }
  });
});
