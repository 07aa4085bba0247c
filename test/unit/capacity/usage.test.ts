import { describe, expect, it } from "vitest";
import { compileMapping } from "../../../src/capacity/compile-mapping.js";
import { type PlanFileInput, parsePlanFile } from "../../../src/capacity/index.js";
import { dataQuality } from "../../../src/capacity/quality.js";
import { queueCapacities } from "../../../src/capacity/queue-capacity.js";
import { showback } from "../../../src/capacity/showback.js";
import { sloReport } from "../../../src/capacity/slo-report.js";
import { HOUR_MS, type HourlyDemand } from "../../../src/core/index.js";
import { MONDAY, makeHourly, SECTIONS } from "./make-input.js";

const small: HourlyDemand = {
  queues: ["a", "b"],
  start: MONDAY,
  hours: 4,
  demand: [Float64Array.of(8, 10, Number.NaN, 0), Float64Array.of(1, 1, 1, 1)],
  usage: [Float64Array.of(8, 8, Number.NaN, 0), Float64Array.of(1, 1, 1, 1)],
  observed: [Float64Array.of(1, 1, 0, 0.5), Float64Array.of(1, 1, 1, 1)],
};
const month = { month: "2020-01", from: 0, to: 4, partial: true };
const plan = (sections: Omit<PlanFileInput, "version">) => parsePlanFile({ version: 1, ...sections });

describe("queueCapacities", () => {
  it("takes the file, else the telemetry, else the observed maximum", () => {
    const steps = [
      { queue: "a", fromMs: MONDAY + 5 * HOUR_MS, gpus: 16 },
      { queue: "a", fromMs: MONDAY + HOUR_MS, gpus: 8 },
    ];
    const [a, b] = queueCapacities(small, steps, 3);
    expect([a.source, [...a.history], [...a.future]]).toEqual(["file", [Number.NaN, 8, 8, 8], [8, 16, 16]]);
    expect([b.source, [...b.future]]).toEqual(["observed_maximum", [1, 1, 1]]);
    const recorded = {
      ...small,
      capacity: [Float64Array.of(4, 5, 6, Number.NaN), new Float64Array(4).fill(Number.NaN)],
    };
    const [c, d] = queueCapacities(recorded, undefined, 2);
    expect([c.source, [...c.future]]).toEqual(["telemetry", [6, 6]]);
    expect(d.source).toBe("observed_maximum");
  });

  it("knows nothing of a queue without any usage", () => {
    const blank = { ...small, usage: small.usage.map((u) => u.map(() => Number.NaN)) };
    expect(queueCapacities(blank, undefined, 1)[0]).toMatchObject({ source: null });
  });
});

describe("dataQuality", () => {
  it("counts gaps, censored and idle hours", () => {
    const capacities = queueCapacities(small, [{ queue: "a", fromMs: MONDAY, gpus: 8 }], 1);
    const { queues, hours, duplicatesDropped } = dataQuality(small, capacities, 3);
    expect([hours, duplicatesDropped]).toEqual([4, 3]);
    // Hour 0 is full but nothing waits; hour 1 has 2 GPUs waiting behind 8 of 8.
    expect(queues[0]).toEqual({
      queue: "a",
      observedHours: 3,
      missingHours: 1,
      gaps: 1,
      longestGapHours: 1,
      censoredHours: 1,
      idleShare: 1 / 3,
      demandGpuHours: 18,
      usageGpuHours: 16,
    });
    expect(queues[1].censoredHours).toBeNull();
  });
});

describe("showback", () => {
  const priced = plan({
    pools: [
      {
        name: "p",
        nodes: 1,
        gpus_per_node: 6,
        price: { on_demand: 12, commit_1y: 6, unit: "node_hour", currency: "USD" },
      },
      { name: "q", nodes: 1, gpus_per_node: 2, price: { on_demand: 2, unit: "gpu_hour", currency: "USD" } },
    ],
    mapping: [
      { queue: "a", pools: ["p", "q"], team: "red", priority: 1 },
      { queue: "*", pools: ["q"] },
    ],
  });
  const pools = priced.pools ?? [];
  const mapping = compileMapping(pools, priced.mapping ?? [], small.queues);
  const capacities = queueCapacities(small, undefined, 1);
  const result = showback(small, month, capacities, priced, mapping);

  it("adds up to the telemetry's GPU-hours and to the pools' bill", () => {
    expect(result.rows.map(({ team, queue, gpuHours }) => [team, queue, gpuHours])).toEqual([
      ["red", "a", 16],
      ["_unassigned", "b", 4],
      ["pool:p", "_idle", 12],
      ["pool:q", "_idle", 2],
    ]);
    expect(result.totals).toEqual({ usedGpuHours: 20, idleGpuHours: 14, cost: 68 });
    // Both pools cost 2 a GPU-hour: 4 hours × 8 GPUs × 2, and 2 × 1 GPU of b on demand while a fills q.
    const used = result.rows.filter(({ queue }) => queue !== "_idle");
    expect(used.map(({ cost }) => cost)).toEqual([32, 8]);
    expect(result.rows.reduce((sum, { cost }) => sum + (cost ?? 0), 0)).toBe(68);
    expect(result.currency).toBe("USD");
  });

  it("bills committed nodes at their own price", () => {
    const committed = {
      ...priced,
      commitments: { existing: [{ pool: "p", nodes: 1, kind: "commit_1y" as const }], terms: [] },
    };
    const cheaper = showback(small, month, capacities, committed, mapping);
    expect(cheaper.totals.cost).toBe(68 - 4 * 6);
  });

  it("shows idle queue capacity by team without pools, and no cost", () => {
    const known = queueCapacities(small, [{ queue: "a", fromMs: MONDAY, gpus: 10 }], 1);
    const plain = showback(small, month, known, plan({}), null);
    expect(plain.rows).toEqual([
      { team: "_unassigned", queue: "a", gpuHours: 16, cost: null },
      { team: "_unassigned", queue: "b", gpuHours: 4, cost: null },
      { team: "_unassigned", queue: "_idle", gpuHours: 2 + 2 + 5, cost: null },
    ]);
    expect(plain.totals.cost).toBeNull();
    expect(showback(small, month, capacities, plan({}), null).totals.idleGpuHours).toBeNull();
  });

  it("reconciles on a longer history to the cent", () => {
    const hourly = makeHourly(["a", "b", "c"], 31 * 24);
    const file = plan(SECTIONS);
    const own = file.pools ?? [];
    const whole = { month: "2020-01", from: 0, to: hourly.hours, partial: true };
    const { rows, totals } = showback(
      hourly,
      whole,
      queueCapacities(hourly, undefined, 1),
      file,
      compileMapping(own, file.mapping ?? [], hourly.queues),
    );
    const sum = rows.reduce((cents, { cost }) => cents + Math.round((cost ?? 0) * 100), 0);
    expect(sum).toBe(Math.round((totals.cost ?? 0) * 100));
    const usage = hourly.usage.reduce((total, u) => total + u.reduce((x, y) => x + y, 0), 0);
    expect(totals.usedGpuHours).toBeCloseTo(usage, 6);
  });
});

describe("sloReport", () => {
  const targets = plan({
    pools: [{ name: "p", nodes: 1, gpus_per_node: 8 }],
    mapping: [
      { queue: "a", pools: ["p"], slo: { median_wait_minutes: 10, p95_wait_minutes: 60 } },
      { queue: "b", pools: ["p"] },
    ],
  });
  const capacities = queueCapacities(small, [{ queue: "a", fromMs: MONDAY, gpus: 8 }], 1);
  const costs = showback(small, month, capacities, targets, null);

  it("gives the pending share and utilisation from telemetry, and judges nothing", () => {
    const { rows, source } = sloReport(small, month, capacities, targets, undefined, costs);
    expect(source).toBe("telemetry");
    expect(rows[0]).toMatchObject({ queue: "a", jobs: null, met: null, targetMedianMinutes: 10, pendingShare: 2 / 18 });
    expect(rows[0].gpuUtilisation).toBe(16 / 20);
    expect(rows.at(-1)).toMatchObject({ queue: "_total", gpuUtilisation: null, targetMedianMinutes: null });
  });

  it("gives waits of the month's jobs and holds them against the targets", () => {
    const minutes = (m: number) => MONDAY + m * 60_000;
    const jobs = {
      queues: ["a", "b"],
      queue: [0, 0, 0, 1, 0],
      submit: [minutes(0), minutes(10), minutes(20), minutes(30), minutes(-5)],
      start: [minutes(5), minutes(18), Number.NaN, minutes(30), minutes(9)],
      end: [minutes(65), minutes(78), minutes(25), minutes(90), minutes(69)],
      gpus: [1, 1, 1, 1, 1],
    };
    const { rows, source } = sloReport(small, month, capacities, targets, jobs, costs);
    expect(source).toBe("jobs");
    expect(rows[0]).toMatchObject({ jobs: 2, medianWaitMinutes: 6.5, p95WaitMinutes: 7.85, met: true });
    expect(rows[1]).toMatchObject({ jobs: 1, medianWaitMinutes: 0, met: null });
    expect(rows[2]).toMatchObject({ queue: "_total", jobs: 3, medianWaitMinutes: 5 });
    const late = sloReport(
      small,
      month,
      capacities,
      targets,
      { ...jobs, start: jobs.start.map((t) => t + 3_600_000) },
      costs,
    );
    expect(late.rows[0].met).toBe(false);
  });
});
