import { beforeAll, describe, expect, it } from "vitest";
import { fixtureClusterConfig, fixtureQueueJobs, fixtureSimulation } from "../../fixtures/queue-simulation.js";
import { notebooks, queuesReport } from "../../reports/index.js";
import { clockOf } from "../../reports/queues/clock.js";
import { durationIn, durationWords } from "../../reports/queues/duration.js";
import { waitAxis } from "../../reports/queues/wait-axis.js";
import { ReportError } from "../../src/core/index.js";
import { type Cell, defineReport, type Report, renderMarkdown, UNDATED } from "../../src/report/index.js";
import { type QueueJobs, type SimulationFile, WAIT_PROBABILITIES } from "../../src/simulate/index.js";
import { timelineMeans } from "../../src/simulate/timeline-means.js";
import { waitQuantiles } from "../../src/simulate/wait-quantiles.js";
import { cellOf, chartsOf, figuresOf, proseOf, rowCounts, tableOf } from "./notebook-cells.js";

let result: SimulationFile;
let report: Report;
beforeAll(async () => {
  result = await fixtureSimulation();
  report = queuesReport(result);
});

const POOL = { version: 1 as const, pools: [{ name: "a", gpus: 8 }] };

/** Jobs of one GPU and a minute each, all submitted at once unless told otherwise. */
function jobsOf(n: number, change: Partial<QueueJobs> = {}): QueueJobs {
  return {
    n,
    id: Array.from({ length: n }, (_, i) => `j${i}`),
    submit: new Float64Array(n),
    duration: new Float64Array(n).fill(60),
    gpus: new Int32Array(n).fill(1),
    ...change,
  };
}

describe("a simulation as a report", () => {
  it("is a valid report, dated with the last end and not with the clock", () => {
    expect(defineReport(report)).toEqual(report);
    const end = Date.UTC(2026, 8, 1) + 1000 * (result.to_s ?? Number.NaN);
    expect(Date.parse(report.generatedAt)).toBe(end);
    expect(report.provenance?.inputs.map(({ name }) => name)).toEqual(["queue-jobs.parquet"]);
    expect(report.parameters?.at(-1)).toEqual({ name: "SHA-256 of cluster.yaml", value: "4".repeat(64) });
  });

  it("counts days where the seconds are no dates, and then bears no date", async () => {
    const undated = queuesReport(await fixtureSimulation({ originMs: 0 }));
    expect(defineReport(undated)).toEqual(undated);
    expect(undated.generatedAt).toBe(UNDATED);
    expect(renderMarkdown(undated)).not.toMatch(/1970|As of/);
    expect(tableOf(undated, "drills-jobs").rows[0]["at"]).toMatch(/^day 7\.\d$/);
  });

  it("takes large seconds for seconds since 1970", () => {
    const clock = clockOf({
      ...result,
      from_s: 1.6e9,
      createdFrom: { ...result.createdFrom, options: { origin_ms: 0 } },
    });
    expect(clock.dated).toBe(true);
    expect(clock.words(1.6e9)).toBe("2020-09-13 12:26 UTC");
  });

  it("is the same for the same result, and leaves it as it was", () => {
    const before = JSON.stringify(result);
    expect(JSON.stringify(queuesReport(structuredClone(result)))).toBe(JSON.stringify(report));
    expect(JSON.stringify(result)).toBe(before);
  });

  it("has every section in order, each opening with a sentence", () => {
    const heads = ["verdict", "waits", "use", "drills", "fairness", "costs", "io", "method"];
    for (const id of heads) expect(proseOf(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    const order = heads.map((id) => report.cells.findIndex((cell) => cell.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("repeats the result's figures", () => {
    const [median, p95, use, cost] = figuresOf(report, "verdict-figures").items;
    expect(durationIn(result.median_wait_s ?? 0)).toEqual({ value: median.value, unit: median.unit });
    expect(durationIn(result.p95_wait_s ?? 0)).toEqual({ value: p95.value, unit: p95.unit });
    expect(use.value).toBeCloseTo(100 * result.gpu_util, 1);
    expect(cost.value).toBe(result.cost_per_gpu_hour);
    const rows = tableOf(report, "waits-queue-table").rows;
    for (const queue of result.by_queue) {
      const row = rows.find(({ name }) => name === queue.name);
      expect(row?.["jobs"]).toBe(queue.jobs);
      expect(row?.["p95"]).toBeCloseTo((queue.p95_wait_s ?? Number.NaN) / 3600, 3);
      const { median_wait_s, p95_wait_s } = queue;
      expect(row?.["met"]).toBe((median_wait_s ?? 0) <= 600 && (p95_wait_s ?? 0) <= 14_400);
    }
    expect(tableOf(report, "waits-team-table").rows).toHaveLength(result.by_team.length);
    const [drill] = tableOf(report, "drills-jobs").rows;
    expect(drill).toMatchObject({ zones: "az1", gpus: 40, jobs: result.outages[0].restarted_jobs.length });
    expect(drill["lost"]).toBe(result.outages[0].lost_gpu_hours);
  });

  it("says in words whether targets are kept, who waits longest and what the outage costs", () => {
    const missed = result.by_queue.filter((q) => (q.median_wait_s ?? 0) > 600 || (q.p95_wait_s ?? 0) > 14_400);
    expect(proseOf(report, "verdict")).toContain(
      missed.length === 0 ? "All 3 queues keep the wait targets" : `${missed.length} of 3 queues miss the wait targets`,
    );
    const worst = [...result.by_queue].sort((a, b) => (b.p95_wait_s ?? 0) - (a.p95_wait_s ?? 0))[0];
    expect(proseOf(report, "verdict-words")).toContain(
      `${worst.name} waits longest: p95 ${durationWords(worst.p95_wait_s)}`,
    );
    expect(proseOf(report, "verdict-words")).toMatch(/An outage of az1 \(40 GPUs for 2\u00a0h\) takes \d+ jobs? off/);
    expect(proseOf(report, "verdict-words")).toMatch(/RTO of 1\u00a0h (kept|missed)/);
  });

  it("gives every chart a title and an alternative text with figures of its own, and few points", () => {
    const alts = chartsOf(report).map(({ alt }) => alt);
    expect(new Set(alts).size).toBe(alts.length);
    expect(chartsOf(report).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["waits-curves", "waits-queues", "waits-teams", "use-running", "fairness-queues"]),
    );
    for (const { alt, spec } of chartsOf(report)) {
      expect(alt).toMatch(/\d/);
      expect(String(spec["title"])).toMatch(/^[A-Za-z]/);
      expect(Math.max(...rowCounts(spec))).toBeLessThanOrEqual(5000);
    }
  });
});

describe("what the summary holds for charts", () => {
  it("has the waits of each queue at the probabilities, whose ends are the shortest and the longest", () => {
    for (const queue of [result, ...result.by_queue, ...result.by_team]) {
      const q = queue.wait_quantiles_s;
      expect(q).toHaveLength(WAIT_PROBABILITIES.length);
      expect(q).toEqual([...q].sort((a, b) => a - b));
      expect(q[WAIT_PROBABILITIES.indexOf(0.5)]).toBe(queue.median_wait_s);
      expect(q[WAIT_PROBABILITIES.indexOf(0.95)]).toBe(queue.p95_wait_s);
      expect(q[WAIT_PROBABILITIES.indexOf(0.99)]).toBe(queue.p99_wait_s);
    }
    expect(waitQuantiles([])).toEqual([]);
    expect(new Set(waitQuantiles([7]))).toEqual(new Set([7]));
  });

  it("has means of the timeline that give back the GPU-hours", () => {
    const { timeline } = result;
    const gpuSeconds = timeline?.queues.flatMap(({ running_gpus }) => running_gpus).reduce((a, b) => a + b, 0) ?? 0;
    expect((gpuSeconds * (timeline?.step_s ?? 0)) / 3600 / result.gpu_hours).toBeCloseTo(1, 4);
  });

  it("averages a timeline by hand over its steps", () => {
    // 4 GPUs from 30 s to 90 s, 2 of another queue from 60 s on; 1 waits from 0 to 30 s.
    const made = timelineMeans(
      {
        t: Float64Array.of(0, 30, 60, 90, 120),
        queue: Int32Array.of(0, 0, 1, 0, 1),
        runningGpus: Int32Array.of(0, 4, 2, 0, 0),
        pendingJobs: Int32Array.of(1, 0, 0, 0, 0),
        pendingGpus: Int32Array.of(1, 0, 0, 0, 0),
        util: new Float64Array(5),
      },
      ["a", "b"],
    );
    expect(made).toEqual({
      from_s: 0,
      step_s: 60,
      queues: [
        { name: "a", running_gpus: [2, 2], pending_gpus: [0.5, 0] },
        { name: "b", running_gpus: [0, 2], pending_gpus: [0, 0] },
      ],
    });
  });

  it("keeps a long timeline of many queues short, and puts the small queues together", () => {
    const nothing = {
      queue: new Int32Array(0),
      runningGpus: new Int32Array(0),
      pendingJobs: new Int32Array(0),
      pendingGpus: new Int32Array(0),
    };
    const n = 40_000;
    const queues = 20;
    const made = timelineMeans(
      {
        t: Float64Array.from({ length: n }, (_, i) => 1e6 + i * 977),
        queue: Int32Array.from({ length: n }, (_, i) => i % queues),
        runningGpus: Int32Array.from({ length: n }, (_, i) => (i >= n - queues ? 0 : 1 + (i % queues))),
        pendingJobs: new Int32Array(n),
        pendingGpus: new Int32Array(n),
        util: new Float64Array(n),
      },
      Array.from({ length: queues }, (_, q) => `q${q}`),
    );
    expect(made?.queues.map(({ name }) => name)).toEqual(["q19", "q18", "q17", "q16", "q15", null]);
    expect(made?.queues.flatMap(({ running_gpus }) => running_gpus).length).toBeLessThanOrEqual(2000);
    const middle = (made?.queues ?? []).map(({ running_gpus: r }) => r[Math.floor(r.length / 2)]);
    expect(middle).toEqual([20, 19, 18, 17, 16, 120]);
    expect(timelineMeans({ ...nothing, t: new Float64Array(0), util: new Float64Array(0) }, [])).toBeNull();
  });
});

describe("durations and axes", () => {
  it("writes a duration in the unit that suits it", () => {
    const words = [0, 0.5, 59, 60, 3599, 3600, 172_799, 172_800, 1e6, null].map(durationWords);
    expect(words).toEqual(
      ["0 s", "0.5 s", "59 s", "1 min", "60 min", "1 h", "48 h", "2 days", "11.6 days", "—"].map((w) =>
        w.replace(" ", "\u00a0"),
      ),
    );
  });

  it("draws waits of zero on the logarithmic axis, and one label for targets that stand close", () => {
    const targets = [
      { value: 600, label: "median target" },
      { value: 900, label: "p95 target" },
    ];
    const { channel, rules } = waitAxis([0, 500], targets);
    expect(channel("wait")).toMatchObject({ scale: { type: "log", domain: [1, 1080] } });
    const labels = rules.flatMap(({ data }) =>
      (data as { values: { label: string }[] }).values.map(({ label }) => label),
    );
    expect([...new Set(labels)]).toEqual(["", "targets"]);
    expect(waitAxis([0], []).channel("wait")).toMatchObject({ scale: { domain: [1, 72] } });
  });
});

describe("small and hostile simulations", () => {
  it.each([
    ["no job", jobsOf(0), /No job was submitted\./],
    ["one job", jobsOf(1), /1 of 1 job \(100\u00a0%\) start at once/],
    [
      "jobs that wait, without queues, prices or targets",
      jobsOf(30),
      /Half of the jobs wait no longer than 1\u00a0min/,
    ],
    ["jobs too large for the cluster", jobsOf(3, { gpus: Int32Array.of(9, 9, 9) }), /3 are larger than any pool/],
  ])("makes a valid report of %s", async (_name, jobs, said) => {
    const made = queuesReport(await fixtureSimulation({ jobs, cluster: POOL, originMs: 0 }));
    expect(defineReport(made)).toEqual(made);
    const words = renderMarkdown(made);
    expect(words).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(made.cells.some(({ id }) => id === "drills" || id === "costs")).toBe(false);
    expect(words).toMatch(said);
  });

  it("counts what became of the jobs where not all end", async () => {
    const jobs = jobsOf(5, { gpus: Int32Array.of(1, 9, 2, 9, 9) });
    const made = queuesReport(await fixtureSimulation({ jobs, cluster: POOL }));
    expect(tableOf(made, "method-fates").rows).toEqual([
      { fate: "completed", jobs: 2 },
      { fate: "rejected: larger than any pool", jobs: 3 },
    ]);
    expect(report.cells.map(({ id }) => id)).not.toContain("method-fates");
  });

  it("leaves the drill out when there is none, and says so when an outage hits nothing", async () => {
    const config = fixtureClusterConfig();
    const calm = queuesReport(await fixtureSimulation({ cluster: { ...config, faults: [] } }));
    expect(defineReport(calm)).toEqual(calm);
    expect(calm.cells.map(({ id }) => id)).not.toContain("drills");
    const faults = [{ kind: "zone_outage" as const, zone: "az1", at_s: 90_000_000, for_s: 60 }];
    const late = queuesReport(await fixtureSimulation({ cluster: { ...config, faults } }));
    expect(defineReport(late)).toEqual(late);
    expect(proseOf(late, "drills")).toContain("hits no running job");
    expect(JSON.stringify(cellOf(late, "use-running"))).not.toContain("az1 down");
  });

  it("tells several drills one by one", async () => {
    const config = fixtureClusterConfig();
    const faults = [400_000, 600_000].map((at_s) => ({
      kind: "zone_outage" as const,
      zone: ["az1", "az2"],
      at_s,
      for_s: 3600,
    }));
    const made = queuesReport(await fixtureSimulation({ cluster: { ...config, faults } }));
    expect(defineReport(made)).toEqual(made);
    expect(tableOf(made, "drills-waits").rows).toHaveLength(2);
    expect(proseOf(made, "drills-words")).toContain("zones az1 and az2");
  });

  it("keeps hostile names text", async () => {
    const hostile = [
      "<img src=x onerror=alert(1)>",
      "# x\n\n- [a](javascript:alert(1))",
      "_a_ *b* `c` | d",
      "all jobs",
      "other queues",
    ];
    const jobs = await fixtureQueueJobs();
    const renamed = jobs.id.map((_, i) => hostile[i % hostile.length]);
    const config = fixtureClusterConfig();
    const zone = hostile[0];
    const pools = config.pools.map((pool) => ({ ...pool, zones: pool.zones && [zone] }));
    const faults = (config.faults ?? []).map((fault) => ({ ...fault, zone }));
    const made = queuesReport(
      await fixtureSimulation({
        jobs: { ...jobs, queue: renamed, team: renamed },
        cluster: { ...config, pools, faults, queues: [] },
      }),
    );
    expect(defineReport(made)).toEqual(made);
    for (const cell of made.cells) {
      if (cell.kind !== "prose") continue;
      expect(cell.markdown).not.toContain("<img");
      expect(cell.markdown).not.toMatch(/(?<!\\)\]\(/);
    }
    const names = tableOf(made, "waits-queue-table").rows.map((row) => row["name"]);
    expect(names.sort()).toEqual([...hostile].sort());
    const { spec } = cellOf(made, "waits-curves") as Cell & { kind: "chart" };
    const { values } = spec["data"] as { values: { name: string }[] };
    expect(new Set(values.map(({ name }) => name)).size).toBe(hostile.length + 1);
  });
});

describe("the notebook of the kind simulation", () => {
  it("makes the report of a result read from JSON", () => {
    expect(notebooks["simulation"](JSON.parse(JSON.stringify(result)))).toEqual(report);
  });

  it("refuses what is none and says where", () => {
    expect(() => notebooks["simulation"]({ ...result, gpus: "8" })).toThrow(/^not a simulation summary at \$\.gpus: /);
    const outages = [{ ...result.outages[0], zones: "az1" }];
    expect(() => notebooks["simulation"]({ ...result, outages })).toThrow(/at \$\.outages\[0\]\.zones: /);
    expect(() => notebooks["simulation"](null)).toThrow(ReportError);
  });
});
