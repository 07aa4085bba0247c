import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { cluster, STEP_MS, UNTIL_MS } from "../../fixtures/cluster.js";
import { FAMILIES, hourlyFamilies } from "../../fixtures/families.js";
import { runFifo } from "../../fixtures/fifo.js";
import { FIXTURE_SEED, writeDrift, writeFixtures, writeLineage } from "../../fixtures/generate.js";
import { lineage } from "../../fixtures/lineage.js";
import { QUEUES, START_MS } from "../../fixtures/queues.js";
import { parseRetentionPolicy } from "../../src/gc-reachability/index.js";

const made = cluster(42);
const rowsOf = (queue: string) => made.telemetry.queue.flatMap((name, i) => (name === queue ? [i] : []));
const HOUR = 3_600_000;

describe("the fixture cluster", () => {
  it("is the same for the same seed and another for another", () => {
    const text = JSON.stringify(made);
    expect(JSON.stringify(cluster(42)) === text).toBe(true);
    expect(JSON.stringify(cluster(43)) === text).toBe(false);
  });

  it("never runs more GPUs than the queue has, and reaches them while others wait", () => {
    for (const { name } of QUEUES) {
      const at = (ms: number) => made.capacity.findLast((row) => row.queue === name && row.from <= ms)!.gpus;
      for (const i of rowsOf(name)) {
        if (made.telemetry.running[i] > at(made.telemetry.time[i]))
          expect.fail(`${name} runs more than it has, row ${i}`);
        if (!(made.telemetry.pending[i] >= 0))
          expect.fail(`${name} has ${made.telemetry.pending[i]} pending, row ${i}`);
      }
    }
    const full = rowsOf("training").filter(
      (i) => made.telemetry.running[i] >= 0.98 * 64 && made.telemetry.pending[i] > 0,
    );
    expect(full.length).toBeGreaterThan(500);
  });

  it("samples the very jobs of its job table", () => {
    for (const i of rowsOf("vision").filter((_, k) => k % 500 === 0)) {
      const ms = made.telemetry.time[i];
      const jobs = made.jobs.filter((job) => job.queue === "vision" && job.submit <= ms);
      const runs = jobs.filter((job) => job.start <= ms && !(job.end <= ms));
      const waits = jobs.filter((job) => !(job.start <= ms) && !(job.end <= ms));
      expect(runs.reduce((sum, job) => sum + job.gpus, 0)).toBe(made.telemetry.running[i]);
      expect(waits.reduce((sum, job) => sum + job.gpus, 0)).toBe(made.telemetry.pending[i]);
    }
  });

  it("lacks three hours and twenty minutes, and holds four rows twice", () => {
    const times = rowsOf("training").map((i) => made.telemetry.time[i]);
    const holes = times
      .slice(1)
      .flatMap((ms, k) => (ms - times[k] > STEP_MS ? [(ms - times[k] - STEP_MS) / 60_000] : []));
    expect(holes).toEqual([180, 20]);
    const { queue, time, running, pending } = made.telemetry;
    const repeated = queue.filter(
      (name, i) =>
        i > 0 &&
        name === queue[i - 1] &&
        time[i] === time[i - 1] &&
        running[i] === running[i - 1] &&
        pending[i] === pending[i - 1],
    );
    expect(repeated).toHaveLength(4);
  });

  it("has a queue of three hours, an idle one, one whose level rises, and one whose capacity grows", () => {
    expect(rowsOf("robotics")).toHaveLength(36);
    const mean = (rows: number[]) => rows.reduce((sum, i) => sum + made.telemetry.running[i], 0) / rows.length;
    const idle = rowsOf("sandbox");
    expect(idle.filter((i) => made.telemetry.running[i] === 0).length / idle.length).toBeGreaterThan(0.8);
    const vision = rowsOf("vision");
    const shift = START_MS + 25 * 24 * HOUR;
    const [before, after] = [true, false].map((b) => mean(vision.filter((i) => made.telemetry.time[i] < shift === b)));
    expect(after / before).toBeGreaterThan(1.4);
    expect(made.capacity.filter((row) => row.queue === "research").map((row) => row.gpus)).toEqual([40, 48]);
  });

  it("has jobs of every state, in order of time", () => {
    expect(new Set(made.jobs.map((job) => job.state))).toEqual(
      new Set(["COMPLETED", "FAILED", "CANCELLED", "RUNNING", "PENDING"]),
    );
    for (const job of made.jobs) {
      expect(job.submit).toBeLessThan(UNTIL_MS);
      if (job.state === "CANCELLED") expect([job.start, job.end > job.submit]).toEqual([NaN, true]);
      if (job.state === "RUNNING") expect([job.start >= job.submit, job.end]).toEqual([true, NaN]);
      if (job.state === "PENDING") expect([job.start, job.end]).toEqual([NaN, NaN]);
      if (job.state === "COMPLETED") expect(job.end).toBeGreaterThan(job.start);
    }
    expect(new Set(made.jobs.map((job) => job.id)).size).toBe(made.jobs.length);
  });
});

describe("runFifo", () => {
  const job = (submit: number, gpus: number, runtimeMs: number, patienceMs = Number.POSITIVE_INFINITY) => ({
    submit,
    gpus,
    runtimeMs,
    patienceMs,
    user: "u",
  });

  it("starts the head of the line first and lets nobody overtake", () => {
    const out = runFifo([job(0, 4, 100), job(1, 8, 100), job(2, 1, 100)], () => 8, [], 10_000);
    expect(out.map((o) => o.start)).toEqual([0, 100, 200]);
  });

  it("cancels whom the wait outlasts and starts when capacity grows", () => {
    const grows = (ms: number) => (ms >= 50 ? 8 : 4);
    const out = runFifo([job(0, 4, 100), job(1, 4, 100, 10), job(2, 4, 100)], grows, [50], 10_000);
    expect(out.map((o) => [o.state, o.start])).toEqual([
      ["COMPLETED", 0],
      ["CANCELLED", NaN],
      ["COMPLETED", 50],
    ]);
  });
});

describe("hourlyFamilies", () => {
  it("gives every family in order, never negative, the same for the same seed", () => {
    const panel = hourlyFamilies(7, 700, 2);
    expect(panel.map((series) => series.family)).toEqual(FAMILIES.flatMap((family) => [family, family]));
    for (const { y } of panel) {
      expect(y).toHaveLength(700);
      expect(y.every((value) => value >= 0)).toBe(true);
    }
    expect(hourlyFamilies(7, 700, 2)).toEqual(panel);
    expect(panel[0].y).not.toEqual(panel[1].y);
  });

  it("shows what each family is named for", () => {
    const of = Object.fromEntries(hourlyFamilies(3, 1344).map(({ family, y }) => [family, y]));
    const mean = (y: Float64Array) => y.reduce((sum, value) => sum + value, 0) / y.length;
    const lagged = (y: Float64Array, lag: number) => {
      const centre = mean(y);
      let [top, bottom] = [0, 0];
      for (let i = 0; i < y.length; i++) {
        bottom += (y[i] - centre) ** 2;
        if (i >= lag) top += (y[i] - centre) * (y[i - lag] - centre);
      }
      return top / bottom;
    };
    expect(lagged(of["two-seasons"], 168)).toBeGreaterThan(0.6);
    expect(lagged(of["two-seasons"], 12)).toBeLessThan(0);
    expect(Math.abs(lagged(of["noise"], 24))).toBeLessThan(0.1);
    expect(of["idle-spells"].filter((value) => value === 0).length).toBeGreaterThan(300);
    expect(of["bursts"].filter((value) => value === 0).length).toBeGreaterThan(500);
    expect(mean(of["trend"].slice(-336)) / mean(of["trend"].slice(0, 336))).toBeGreaterThan(1.1);
    const ratio = mean(of["level-shift"].slice(-336)) / mean(of["level-shift"].slice(0, 336));
    expect(Math.abs(Math.log(ratio))).toBeGreaterThan(0.3);
  });
});

describe("the files that are checked in", () => {
  it("are what the generator makes, byte for byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-fixtures-"));
    try {
      await writeFixtures(folder);
      for (const name of await readdir(folder)) {
        const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/cluster", name)));
        if (!same) expect.fail(`fixtures/cluster/${name} is stale: run node scripts/fixtures.mjs`);
      }
      expect((await readdir(folder)).sort()).toEqual([
        ...[
          "demand-scenarios.parquet",
          "gpu_number.csv",
          "jobs.parquet",
          "nodes.csv",
          "pending-pods.csv",
          "pods.csv",
          "queue-jobs.parquet",
        ],
        "telemetry.parquet",
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the frames for drift", () => {
  it("are what the generator makes, byte for byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-fixtures-"));
    try {
      await writeDrift(folder);
      const names = (await readdir(folder)).sort();
      expect(names).toEqual(["current.parquet", "few-current.csv", "few-reference.csv", "reference.parquet"]);
      for (const name of names) {
        const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/drift", name)));
        if (!same) expect.fail(`fixtures/drift/${name} is stale: run node scripts/fixtures.mjs`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the fixture lineage", () => {
  const { objects, edges, protections, holds, erasures } = lineage(FIXTURE_SEED);
  const ids = new Set(objects.map(({ id }) => id));

  it("lists every object once, and one edge that dangles", () => {
    expect(ids.size).toBe(objects.length);
    expect(edges.filter(({ dst }) => !ids.has(dst)).map(({ dst }) => dst)).toEqual([
      "s3://acme-raw/drives/2025-01-07/part-0.parquet",
    ]);
    expect(edges.every(({ src }) => ids.has(src))).toBe(true);
  });

  it("has selectors that match, and one protection that does not", () => {
    const matches = ({ id, prefix }: (typeof holds)[number]) =>
      objects.some((object) => (id ? object["id"] === id : String(object["id"]).startsWith(String(prefix))));
    expect(protections.filter((row) => !matches(row)).map(({ name }) => name)).toEqual(["golden/radar-2023"]);
    expect([...holds, ...erasures].every(matches)).toBe(true);
  });

  it("is what the checked-in files hold, byte for byte, beside a policy that is valid", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fleetlens-lineage-"));
    try {
      await writeLineage(folder);
      const names = (await readdir(folder)).sort();
      expect(names).toEqual(["edges.csv", "erasures.csv", "holds.csv", "objects.csv", "protections.csv"]);
      for (const name of names) {
        const same = (await readFile(join(folder, name))).equals(await readFile(join("fixtures/gc", name)));
        if (!same) expect.fail(`fixtures/gc/${name} is stale: run node scripts/fixtures.mjs`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const policy = parseRetentionPolicy(parse(await readFile("fixtures/gc/retention_policy.yaml", "utf8")));
    expect(Object.keys(policy.classes)).toEqual(["Bronze", "Silver", "Gold"]);
  });
});
