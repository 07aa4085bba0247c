import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTable } from "../../src/ingest/index.js";
import { SimulationFileSchema } from "../../src/simulate/index.js";
import { fleetlens } from "./program.js";

const JOBS = "fixtures/cluster/queue-jobs.parquet";
const CLUSTER = "fixtures/cluster/cluster.yaml";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => join(folder, ...names);

const run = (out: string, extra: string[] = [], cluster = CLUSTER, jobs = JOBS) =>
  fleetlens(["simulate", "--jobs", jobs, "--cluster", cluster, "--out", out, ...extra]);

async function rowsOf(path: string): Promise<Record<string, unknown>[]> {
  const table = await readTable(path);
  try {
    return await table.engine.rows({ sql: `SELECT * FROM ${table.relation}` });
  } finally {
    await table.close();
  }
}

async function written(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

describe("fleetlens simulate", () => {
  it("writes jobs, timeline, summary, charts and the plan's section, the same bytes for the same seed", async () => {
    const options = ["--policy", "easy", "--origin", "2026-09-01", "--json"];
    const { code, stdout, stderr } = run(at("a"), options);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ command: "simulate", ok: true, warnings: [], summary: { jobs: 610 } });
    const names = (await readdir(at("a"))).sort();
    expect(names).toEqual([
      "capacity_plan_2026-10.md",
      "chart_gpus.vl.json",
      "chart_queues.vl.json",
      "chart_waits.vl.json",
      "jobs.parquet",
      "summary.json",
      "timeline.parquet",
    ]);
    run(at("b"), options);
    for (const name of names)
      expect((await readFile(at("a", name))).equals(await readFile(at("b", name))), name).toBe(true);
    run(at("c"), [...options, "--seed", "7"]);
    expect((await readFile(at("a", "jobs.parquet"))).equals(await readFile(at("c", "jobs.parquet")))).toBe(false);
  });

  it("has the columns that are agreed, and figures that agree with each other", async () => {
    const jobs = await rowsOf(at("a", "jobs.parquet"));
    expect(Object.keys(jobs[0])).toEqual([
      ...["job_id", "queue", "submit_s", "start_s", "end_s", "wait_s", "num_gpus", "status", "preemptions"],
      ...["lost_gpu_s", "cost_usd", "nodes"],
    ]);
    const timeline = await rowsOf(at("a", "timeline.parquet"));
    expect(Object.keys(timeline[0])).toEqual(["t_s", "queue", "running_gpus", "pending_jobs", "pending_gpus", "util"]);
    const summary = SimulationFileSchema.parse(JSON.parse(await readFile(at("a", "summary.json"), "utf8")));
    expect(summary.createdFrom).toMatchObject({ seed: 42, options: { policy: "easy" } });
    expect(summary.createdFrom.inputs.map(({ name, rows }) => [name, rows])).toEqual([
      [JOBS, 610],
      [CLUSTER, null],
    ]);
    const sum = (column: string) => jobs.reduce((total, row) => total + Number(row[column] ?? 0), 0);
    expect(sum("cost_usd")).toBeCloseTo(summary.cost_usd!, 6);
    expect(sum("wait_s") / 610).toBeCloseTo(summary.mean_wait_s!, 6);
    expect(sum("preemptions")).toBe(summary.preemptions);
    expect(jobs.filter((row) => row["status"] === "completed")).toHaveLength(summary.completed);
    for (const row of jobs) expect(Number(row["wait_s"])).toBe(Number(row["start_s"]) - Number(row["submit_s"]));
  });

  it("puts its section into a plan that is there, and replaces it the next time", async () => {
    const plan = at("c", "capacity_plan_2026-10.md");
    await writeFile(plan, "# Plan\n\nText.\n");
    run(at("c"), ["--month", "2026-10"]);
    run(at("c"), ["--month", "2026-10", "--policy", "sjf"]);
    const text = await readFile(plan, "utf8");
    expect(text.startsWith("# Plan\n\nText.\n\n<!-- fleetlens simulate -->\n## Queue simulation\n")).toBe(true);
    expect(text.match(/Queue simulation/g)).toHaveLength(1);
    expect(text).toContain("Under policy sjf on 112 GPUs");
  });

  it.each(["conservative", "multifactor", "kueue"])("policy %s ends all jobs", async (policy) => {
    const { code, stdout } = run(at(policy), ["--policy", policy]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${policy} on 112 GPUs: 610 of 610 jobs end`);
  });

  it("an empty list of jobs gives empty, valid files", async () => {
    const jobs = await written("empty.csv", "job_id,submit_s,duration_s,num_gpus\n");
    const { code, stdout } = run(at("empty"), ["--month", "2026-10"], CLUSTER, jobs);
    expect(code).toBe(0);
    expect(stdout).toContain("0 of 0 jobs end");
    expect(await rowsOf(at("empty", "jobs.parquet"))).toEqual([]);
    SimulationFileSchema.parse(JSON.parse(await readFile(at("empty", "summary.json"), "utf8")));
  });

  it("warns of what it cannot place", async () => {
    const jobs = await written(
      "odd.csv",
      "job_id,submit_s,duration_s,num_gpus,gpu_type\na,0,10,999,\nb,0,10,1,H100\nc,0,10,1,\n",
    );
    const { stderr } = run(at("odd"), [], CLUSTER, jobs);
    expect(stderr).toContain("no pool has gpu_type H100: jobs that ask for nothing else are rejected");
    expect(stderr).toContain("2 of 3 jobs are rejected: no pool could ever hold them");
  });

  it("refuses bad input with file, row and column, and writes nothing", async () => {
    const bad = await written("bad.csv", "job_id,submit_s,duration_s,num_gpus\na,0,10,1\nb,0,-1,1\n");
    const refused = run(at("none"), [], CLUSTER, bad);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/^E_INPUT: .*bad\.csv row 2: column "duration_s": got "-1", expected whole seconds/);
    const odd = await written("odd.yaml", "version: 1\npools:\n  - { name: p, gpus: 4, zone: a }\n");
    const unknown = run(at("none"), [], odd);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('odd.yaml: pools[0]: unknown key "zone"; the nearest known key is "zones"');
    const broken = run(at("none"), [], await written("broken.yaml", "version: 1\npools: [\n"));
    expect(broken.stderr).toMatch(/broken\.yaml line \d+, column \d+/);
    expect(run(at("none"), ["--policy", "lifo"]).code).toBe(2);
    expect(run(at("none"), ["--origin", "soon"]).stderr).toContain("expected a date or time");
    expect(run(at("none"), [], CLUSTER, at("missing.parquet")).code).toBe(2);
    expect(existsSync(at("none"))).toBe(false);
  });
});
