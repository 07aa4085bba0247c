import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  DefragFileSchema,
  PackingResultSchema,
  ReplacedFileSchema,
  WhatIfFileSchema,
} from "../../src/binpack/index.js";
import { openDuckDb } from "../../src/engine/index.js";
import { readNodes, readPods } from "../../src/ingest/index.js";
import { checkPlacements, type PlacementRow } from "../unit/binpack/check-placements.js";
import { fleetlens } from "./program.js";

const FIXTURES = resolve(import.meta.dirname, "../../fixtures/cluster");
const NODES = join(FIXTURES, "nodes.csv");
const PODS = join(FIXTURES, "pods.csv");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fleetlens-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (extra: string[], nodes = NODES, pods = PODS) =>
  fleetlens(["binpack", "--nodes", nodes, "--pods", pods, ...extra]);
const json = async (name: string) => JSON.parse(await readFile(at(name), "utf8"));

async function placementsIn(path: string): Promise<{ rows: PlacementRow[]; types: string[] }> {
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    const from = `read_parquet(${engine.dialect.literal(path)})`;
    const types = await engine.rows({
      sql: `SELECT column_name || ' ' || column_type AS c FROM (DESCRIBE FROM ${from})`,
    });
    const rows = await engine.rows({ sql: `FROM ${from} ORDER BY seq` });
    return {
      rows: rows.map((row) => ({ ...row, seq: Number(row["seq"]) }) as PlacementRow),
      types: types.map((row) => String(row["c"])),
    };
  } finally {
    await engine.close();
  }
}

describe("fleetlens binpack", () => {
  it.each(["auto", "fgd", "random", "offline"])("places by %s what holds against the lists alone", async (policy) => {
    const { code, stdout, stderr } = run([
      "--policy",
      policy,
      "--out",
      at(`${policy}.parquet`),
      "--metrics",
      at("m.json"),
      "--json",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const { rows, types } = await placementsIn(at(`${policy}.parquet`));
    expect(types).toEqual([
      "seq INTEGER",
      "pod VARCHAR",
      "node VARCHAR",
      "gpu_ids VARCHAR",
      "status VARCHAR",
      "reason VARCHAR",
    ]);
    const [{ nodes }, { pods }] = [await readNodes(NODES), await readPods(PODS)];
    expect(checkPlacements(nodes, pods, rows)).toEqual([]);
    const m = PackingResultSchema.parse(await json("m.json"));
    const allocated = rows.reduce(
      (sum, { node }, pod) => sum + (node === null ? 0 : pods.gpus[pod] * pods.milli[pod]),
      0,
    );
    expect(m).toMatchObject({ policy, seed: 42, nodes: 46, gpus: 224, allocated_gpu_milli: allocated });
    expect(m.pods_placed).toBe(rows.filter(({ status }) => status === "placed").length);
    expect(m.allocation_ratio_final).toBeCloseTo(allocated / 2240, 9);
    expect(m.bound?.lp).toBeGreaterThanOrEqual(allocated);
    expect(m.bound?.cutting_stock).toBeGreaterThanOrEqual(m.bound?.lp ?? 0);
    expect(m.createdFrom.inputs.map(({ rows: count }) => count)).toEqual([46, 300]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, summary: { policy, pods: 300, pods_placed: m.pods_placed } });
  });

  it("writes the same bytes again, other ones for another seed, and names the copies of an inflated list", async () => {
    const flags = ["--order", "shuffle", "--inflate", "1.6", "--policy", "fgd"];
    for (const [name, seed] of [
      ["a.csv", "7"],
      ["b.csv", "7"],
      ["c.csv", "8"],
    ]) {
      expect(run([...flags, "--seed", seed, "--out", at(name)]).code).toBe(0);
    }
    const [a, b, c] = await Promise.all(["a.csv", "b.csv", "c.csv"].map((name) => readFile(at(name), "utf8")));
    expect(b === a).toBe(true);
    expect(c === a).toBe(false);
    expect(a).toContain("-tuned-0,");
  });

  it("compares policies and dates the key figures", async () => {
    const { code } = run([
      "--out",
      at("x.json"),
      "--metrics",
      at("m.json"),
      "--compare",
      "fgd,bestfit",
      "--as-of",
      "2026-09-30",
    ]);
    expect(code).toBe(0);
    const m = PackingResultSchema.parse(await json("m.json"));
    expect(m.as_of).toBe("2026-09-30T00:00:00Z");
    expect(m.comparison.map(({ policy }) => policy)).toEqual(["fgd", "bestfit"]);
  });

  it("plans moves for pending pods, and nodes to buy", async () => {
    const catalog = join(FIXTURES, "catalog.json");
    const pending = join(FIXTURES, "pending-pods.csv");
    const { code, stderr } = run([
      "--policy",
      "random",
      "--pending",
      pending,
      "--migrations",
      "10",
      "--catalog",
      catalog,
      "--out",
      at("p.parquet"),
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const defrag = DefragFileSchema.parse(await json("p.defrag.json"));
    expect(defrag.after).toBeGreaterThan(defrag.before);
    expect(defrag.migrations.length).toBeLessThanOrEqual(10);
    expect(defrag.pending).toHaveLength(12);
    const bought = WhatIfFileSchema.parse(await json("p.whatif.json"));
    expect(bought.pending).toBe(12);
    expect(bought.placements.length + bought.unplaced.length).toBe(12);
    expect(bought.cost_hour).toBeGreaterThanOrEqual(bought.bound_hour - 1e-6);
  });

  it("frees whole nodes where nothing is pending", async () => {
    const few = at("few.csv");
    await writeFile(few, (await readFile(PODS, "utf8")).split("\n").slice(0, 40).join("\n"));
    const { code, stderr } = run(["--policy", "random", "--migrations", "15", "--out", at("q.csv")], NODES, few);
    expect([code, stderr]).toEqual([0, ""]);
    const plan = DefragFileSchema.parse(await json("q.defrag.json"));
    expect([plan.goal, plan.after > plan.before, plan.migrations.length <= 15]).toEqual(["empty-nodes", true, true]);
  });

  it("places the pods of a failed node again", async () => {
    const { code, stderr } = run(["--replace-node", "node-03", "--out", at("r.csv")]);
    expect([code, stderr]).toEqual([0, ""]);
    const replaced = ReplacedFileSchema.parse(await json("r.replaced.json"));
    expect(replaced.node).toBe("node-03");
    expect(replaced.pods.length).toBeGreaterThan(0);
    const rows = (await readFile(at("r.csv"), "utf8")).split("\r\n");
    expect(rows.some((row) => row.includes(",node-03,"))).toBe(false);
    for (const { pod, to } of replaced.pods) {
      const row = rows.find((text) => text.split(",")[1] === pod);
      expect(row).toContain(to ? `,${to.node},` : ",unschedulable,");
    }
  });

  it("gives an empty valid output for an empty list", async () => {
    await writeFile(at("none.csv"), "name,cpu_milli,memory_mib,num_gpu,gpu_milli\n");
    const { code } = run(["--out", at("none.parquet"), "--metrics", at("m.json")], NODES, at("none.csv"));
    expect(code).toBe(0);
    expect((await placementsIn(at("none.parquet"))).rows).toEqual([]);
    expect(await json("m.json")).toMatchObject({
      pods_placed: 0,
      pods_unschedulable: 0,
      allocation_ratio_final: 0,
      frag_gpu_milli: 0,
    });
  });

  it("warns about a model that no node has, and leaves such pods out", async () => {
    await writeFile(
      at("odd.csv"),
      "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\na,1,1,1,1000,H100\nb,1,1,1,1200,T4|H100\n",
    );
    const { code, stderr } = run(["--out", at("odd.out.csv")], NODES, at("odd.csv"));
    expect(code).toBe(0);
    expect(stderr).toContain('row 2: column "gpu_milli": 1200 is more than a GPU; taken as 1000');
    expect(stderr).toContain('column "gpu_spec": no node has the GPU model "H100" that pod "a" names');
    expect(await readFile(at("odd.out.csv"), "utf8")).toContain("0,a,,,unschedulable,gpu_spec");
  });

  it("refuses bad input with exit 2, file, row and column, and writes nothing", async () => {
    await writeFile(at("bad.csv"), "name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,1,1,0,0\nb,-1,1,0,0\n");
    await rm(at("not.parquet"), { force: true });
    const refused: [string[], string, string?][] = [
      [[], 'bad.csv row 2: column "cpu_milli": got "-1"', at("bad.csv")],
      [["--replace-node", "node-99"], 'has no node "node-99"'],
      [["--replace-node", "node-03", "--migrations", "2"], "--replace-node stands alone"],
      [["--pending", PODS], 'column "name": pod "pod-000" is in --pods too'],
      [["--goal", "pending"], "--goal needs --migrations"],
      [["--compare", "fgd"], "--compare needs --metrics"],
      [["--inflate", "0"], "expected a positive number"],
      [["--typical-share", "1.5"], "expected a share in (0, 1]"],
      [["--policy", "best"], "argument 'best' is invalid"],
      [["--catalog", PODS], "pods.csv"],
      [["--metrics", at("not.parquet")], "--metrics must be a file of its own"],
    ];
    for (const [flags, message, pods] of refused) {
      const { code, stderr } = run([...flags, "--out", at("not.parquet")], NODES, pods);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(existsSync(at("not.parquet"))).toBe(false);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
