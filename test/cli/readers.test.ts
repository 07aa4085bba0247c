import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DateTime } from "luxon";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createRandom } from "../../src/core/index.js";
import { openDuckDb } from "../../src/engine/duckdb.js";
import { fleetlens } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "fleetlens-readers-"));
const at = (...parts: string[]) => join(folder, ...parts);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = Date.UTC(2026, 2, 9);
const ZONE = "Europe/Berlin";

interface JobRow {
  id: string;
  queue: string;
  submit: number;
  start: number;
  end: number;
  gpus: number;
}

/** Three weeks of jobs over the spring change of clocks, in two queues. */
function jobRows(): JobRow[] {
  const random = createRandom(3);
  return Array.from({ length: 600 }, (_, i) => {
    const submit = START + Math.floor(random.uniform() * 21 * 24 * 3600) * 1000;
    const start = submit + Math.floor(random.uniform() * 3600) * 1000;
    const end = start + (600 + Math.floor(random.uniform() * 4 * 3600)) * 1000;
    return { id: String(1000 + i), queue: i % 3 ? "train" : "eval", submit, start, end, gpus: 1 + (i % 8) };
  });
}

function sacct(jobs: readonly JobRow[]): string {
  const local = (ms: number) => DateTime.fromMillis(ms, { zone: ZONE }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
  const lines = jobs.flatMap(({ id, queue, submit, start, end, gpus }) => [
    `${id}|a|b|${queue}|COMPLETED|${local(submit)}|${local(start)}|${local(end)}|cpu=8,gres/gpu:a100=${gpus},gres/gpu=${gpus}`,
    `${id}.batch|batch||COMPLETED|${local(start)}|${local(start)}|${local(end)}|gres/gpu=${gpus}`,
  ]);
  return ["JobIDRaw|JobName|Partition|State|Submit|Start|End|AllocTRES", ...lines, ""].join("\n");
}

function csv(jobs: readonly JobRow[]): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const lines = jobs.map((job) =>
    [job.id, job.queue, iso(job.submit), iso(job.start), iso(job.end), job.gpus].join(","),
  );
  return ["id,queue,submit,start,end,gpus", ...lines, ""].join("\n");
}

/** GPUs of each queue every ten minutes. */
function samples(jobs: readonly JobRow[], of: (job: JobRow, t: number) => boolean) {
  return ["eval", "train"].map((namespace) => ({
    metric: { namespace },
    values: Array.from({ length: 21 * 144 }, (_, i) => {
      const t = START + i * 600_000;
      const gpus = jobs.reduce((sum, job) => sum + (job.queue === namespace && of(job, t) ? job.gpus : 0), 0);
      return [t / 1000, String(gpus)] as const;
    }),
  }));
}

const answer = (result: unknown, more: object = {}) =>
  JSON.stringify({ status: "success", data: { resultType: "matrix", result }, ...more });

async function demandOf(plan: string): Promise<unknown[]> {
  const file = at(plan, "demand_hourly.parquet");
  const engine = await openDuckDb({ allowedFiles: [file] });
  const rows = await engine.rows({
    sql: `SELECT queue, time, demand, usage FROM read_parquet('${file}') ORDER BY ALL`,
  });
  await engine.close();
  return rows;
}

describe("plans from what clusters export", () => {
  beforeAll(() => {
    const jobs = jobRows();
    writeFileSync(at("sacct.psv"), sacct(jobs));
    writeFileSync(at("jobs.csv"), csv(jobs));
    const columns = "{ id: id, queue: queue, submit: submit, start: start, end: end, gpus: gpus }";
    writeFileSync(
      at("jobs.yaml"),
      `version: 1\nhorizon_weeks: 1\ntime_zone: ${ZONE}\ndemand: { source: jobs, files: jobs.csv, columns: ${columns} }\n`,
    );
    const running = samples(jobs, ({ start, end }, t) => start <= t && t < end);
    const pending = samples(jobs, ({ submit, start }, t) => submit <= t && t < start);
    mkdirSync(at("prometheus"));
    const late = (list: typeof running, from: number, to: number) =>
      list.map(({ metric, values }) => ({ metric, values: values.slice(from, to) }));
    writeFileSync(at("prometheus", "running_gpus.1.json"), answer(late(running, 0, 1500)));
    writeFileSync(at("prometheus", "running_gpus.2.json"), answer(late(running, 1400, 9999), { warnings: ["slow"] }));
    writeFileSync(at("prometheus", "pending_gpus.json"), answer(pending));
    const rows = running.flatMap(({ metric: { namespace }, values }, q) =>
      values.map(
        ([t, gpus], i) => `${namespace},${new Date(t * 1000).toISOString()},${gpus},${pending[q].values[i][1]}`,
      ),
    );
    writeFileSync(at("telemetry.csv"), ["namespace,time,running_gpus,pending_gpus", ...rows, ""].join("\n"));
  });

  it("sacct: the same demand as the same jobs in UTC, and the plan.yaml that was used", async () => {
    const plain = fleetlens(["plan", at("jobs.yaml"), "--out", at("plain"), "--to", "json"]);
    expect([plain.code, plain.stderr]).toEqual([0, plain.stderr]);
    const run = fleetlens([
      "plan",
      "--jobs",
      at("sacct.psv"),
      "--format",
      "sacct",
      "--tz",
      ZONE,
      "--out",
      at("slurm"),
      "--to",
      "json",
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(await demandOf("slurm")).toEqual(await demandOf("plain"));
    const used = parse(readFileSync(at("slurm", "plan.yaml"), "utf8"));
    expect(used).toMatchObject({ time_zone: ZONE, demand: { source: "jobs", format: "sacct", files: "../sacct.psv" } });
    const again = fleetlens(["plan", at("slurm", "plan.yaml"), "--out", at("again"), "--to", "json"]);
    expect(again.code, again.stderr).toBe(0);
    expect(await demandOf("again")).toEqual(await demandOf("slurm"));
  }, 120_000);

  it("Prometheus: the same demand as the same samples in CSV", async () => {
    const flat = fleetlens(["plan", "--telemetry", at("telemetry.csv"), "--out", at("flat"), "--to", "json"]);
    expect(flat.code, flat.stderr).toBe(0);
    const run = fleetlens(["plan", "--telemetry", at("prometheus/*.json"), "--out", at("prom"), "--to", "json"]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain("Prometheus says: slow");
    expect(await demandOf("prom")).toEqual(await demandOf("flat"));
  }, 120_000);

  it("refuses a zone left out, two sources, and rejected rows unless lenient", () => {
    const run = (...args: string[]) => fleetlens(["plan", ...args, "--out", at("none"), "--to", "json"]);
    const zone = run("--jobs", at("sacct.psv"), "--format", "sacct");
    expect([zone.code, zone.stderr]).toEqual([2, expect.stringMatching(/^E_INPUT: plan: time_zone: missing: sacct/)]);
    writeFileSync(at("zone.yaml"), "version: 1\ndemand: { source: jobs, files: sacct.psv, format: sacct }\n");
    expect(run(at("zone.yaml")).stderr).toMatch(/zone\.yaml: time_zone: missing/);
    expect(run("--jobs", at("sacct.psv")).stderr).toMatch(/^E_USAGE: --jobs and --format go together/);
    expect(run("--jobs", "x", "--format", "kueue", "--telemetry", "y").stderr).toMatch(/^E_USAGE: .*two sources/);
    const broken = readFileSync(at("sacct.psv"), "utf8").split("\n").slice(0, 21).join("\n");
    writeFileSync(at("broken.psv"), `${broken}\n9|x|train|FAILED|yesterday|None|None|\n`);
    const strict = run("--jobs", at("broken.psv"), "--format", "sacct", "--tz", "UTC");
    expect([strict.code, strict.stderr]).toEqual([2, expect.stringMatching(/1 of 11 rows cannot be used \(--lenient/)]);
  });
});

describe("service levels from Prometheus", () => {
  it("are those of the same counts in CSV", () => {
    const total = Array.from({ length: 2000 }, (_, i) => 100 + (i % 7));
    const good = total.map((count, i) => count - (i > 1900 ? 9 : i % 2));
    const time = (i: number) => START / 1000 + 300 * i;
    const series = (values: number[]) => [{ metric: {}, values: values.map((v, i) => [time(i), String(v)]) }];
    mkdirSync(at("slo"));
    writeFileSync(at("slo", "good.json"), answer(series(good)));
    writeFileSync(at("slo", "total.json"), answer(series(total)));
    const rows = total.map((count, i) => `${new Date(1000 * time(i)).toISOString()},${good[i]},${count}`);
    writeFileSync(at("slo.csv"), ["time,good,total", ...rows, ""].join("\n"));
    const result = (input: string, out: string) => {
      const options = ["--time", "time", "--good", "good", "--total", "total", "--target", "0.999", "--out", at(out)];
      const run = fleetlens(["slo", at(input), ...options]);
      expect(run.code, run.stderr).toBe(0);
      return { ...JSON.parse(readFileSync(at(out), "utf8")), createdFrom: null };
    };
    const found = result("slo/*.json", "slo-prometheus.json");
    expect(found.alerts.length).toBeGreaterThan(0);
    expect(found).toEqual(result("slo.csv", "slo-csv.json"));
  });
});
