import { writeFile } from "node:fs/promises";
import { tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import { beforeAll, describe, expect, it } from "vitest";
import { FIXTURE_SEED } from "../../../../fixtures/generate.js";
import { LINEAGE_AS_OF, lineage } from "../../../../fixtures/lineage.js";
import { createRandom } from "../../../../src/core/random.js";
import { explainGc, type PlanOptions, planGc } from "../../../../src/ingest/gc/plan/index.js";
import { copyTo, temporaryFolder } from "../files.js";
import { AS_OF, csv, hashes, object, planCase, type Row, SELECTOR_COLUMNS, writeCase } from "./plan-case.js";

const at = temporaryFolder();
const tables = lineage(FIXTURE_SEED);
const OBJECTS = Object.keys(tables.objects[0]);
const EDGES = ["src", "dst", "rel"];

function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const mixed = [...rows];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}

type Writer = (name: string, rows: readonly Row[], columns: readonly string[]) => Promise<string>;

const writeCsv: Writer = async (name, rows, columns) => {
  const path = at(`${name}.csv`);
  await writeFile(path, csv(rows, [...columns]));
  return path;
};
const text = (value: Row[string]) => (value === "" || value === null || value === undefined ? null : String(value));
const writers: Record<string, Writer> = {
  csv: writeCsv,
  async ndjson(name, rows, columns) {
    const path = at(`${name}.ndjson`);
    const line = (row: Row) =>
      JSON.stringify(Object.fromEntries(columns.map((c) => [c, row[c] === "" ? null : row[c]])));
    await writeFile(path, rows.map((row) => `${line(row)}\n`).join(""));
    return path;
  },
  async arrow(name, rows, columns) {
    const data = Object.fromEntries(columns.map((column) => [column, rows.map((row) => text(row[column]))]));
    const types = Object.fromEntries(columns.map((column) => [column, utf8()]));
    const path = at(`${name}.arrow`);
    await writeFile(path, tableToIPC(tableFromArrays(data, { types }), { format: "file" }) as Uint8Array);
    return path;
  },
  /** Of the types that the contract names. */
  async parquet(name, rows, columns) {
    const types: Record<string, string> = { size_bytes: "BIGINT", metric: "DOUBLE" };
    const typeOf = (column: string) => types[column] ?? (/_at$/.test(column) ? "TIMESTAMP" : "VARCHAR");
    const cell = (value: string | null, column: string) =>
      `CAST(${value === null ? "NULL" : `'${value.replaceAll("'", "''").replace(/Z$/, column.endsWith("_at") ? "" : "Z")}'`} AS ${typeOf(column)})`;
    const values = rows.map((row) => `(${columns.map((column) => cell(text(row[column]), column))})`);
    const names = columns.map((column) => `"${column}"`);
    return copyTo(at(`${name}.parquet`), `SELECT * FROM (VALUES ${values}) t(${names})`);
  },
};

/** Paths of all five tables in a format, rows in an order of their own. */
async function tablesIn(name: string, write: Writer, seed: number): Promise<Pick<PlanOptions, "objects" | "edges">> {
  return {
    objects: await write(`${name}-objects`, shuffled(tables.objects, seed), OBJECTS),
    edges: await write(`${name}-edges`, shuffled(tables.edges, seed + 1), EDGES),
    ...(await selectorsIn(name, write)),
  };
}
async function selectorsIn(name: string, write: Writer): Promise<Partial<PlanOptions>> {
  const kinds = ["protections", "holds", "erasures"] as const;
  const entries = kinds.map(
    async (kind) => [kind, await write(`${name}-${kind}`, tables[kind], SELECTOR_COLUMNS[kind])] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function planned(name: string, inputs: Partial<PlanOptions>, more: Partial<PlanOptions> = {}) {
  const out = at(`plan-${name}`);
  const { report } = await planGc({
    ...{
      objects: "fixtures/gc/objects.csv",
      edges: "fixtures/gc/edges.csv",
      policy: "fixtures/gc/retention_policy.yaml",
    },
    ...{ protections: "fixtures/gc/protections.csv", holds: "fixtures/gc/holds.csv" },
    ...{ erasures: "fixtures/gc/erasures.csv", asOfMs: Date.parse(LINEAGE_AS_OF), out, threads: 2, ...inputs, ...more },
  });
  return { method: report.method, digest: report.plan_digest, actions: report.files, files: await hashes(out) };
}

describe("the same lineage", () => {
  let first: Awaited<ReturnType<typeof planned>>;
  beforeAll(async () => {
    first = await planned("first", {});
    expect(first.method).toBe("memory");
  });

  it.each(Object.entries(writers))("gives the same bytes as %s with rows in another order", async (name, write) => {
    expect(await planned(name, await tablesIn(name, write, 5))).toEqual(first);
  });

  it.each([1, 4])("gives the same bytes with %i threads", async (threads) => {
    const inputs = await tablesIn(`threads-${threads}`, writers["parquet"], threads);
    expect(await planned(`threads-${threads}`, inputs, { threads })).toEqual(first);
  });

  it.each([1, 4])("gives the same bytes when its graph is walked on disk with %i threads", async (threads) => {
    const onDisk = await planned(`disk-${threads}`, {}, { threads, maxMemory: "150MB" });
    expect(onDisk).toEqual({ ...first, method: "disk" });
  });

  it("gives the same bytes from files in pieces, some of them empty", async () => {
    for (const part of [0, 1, 2]) {
      const rows = part === 2 ? [] : tables.objects.filter((_, i) => i % 2 === part);
      await writeCsv(`piece-${part}`, rows, OBJECTS);
    }
    expect(await planned("pieces", { objects: at("piece-*.csv") })).toEqual(first);
    expect(await planned("list", { objects: [0, 1, 2].map((part) => at(`piece-${part}.csv`)) })).toEqual(first);
  });

  it("gives the same plan when it is made anew in the same folder", async () => {
    expect(await planned("first", {})).toEqual(first);
  });
});

describe("deep chains", () => {
  const name = (i: number) => `s3://b/${String(i).padStart(6, "0")}`;
  const chain = (n: number) => ({
    objects: Array.from({ length: n }, (_, i) => object(name(i))),
    edges: Array.from({ length: n - 1 }, (_, i) => [name(i), name(i + 1)] as const),
    protections: [{ id: name(0), type: "custom", name: "top" }],
  });

  it("is walked 20,000 deep in memory, and explained", async () => {
    const n = 20_000;
    const { options, report, kept } = await planCase(at("chain"), chain(n));
    expect([report.method, report.kept.objects]).toEqual(["memory", n]);
    expect(kept[n - 1]).toMatchObject({
      depth: n - 1,
      parent: name(n - 2),
      root: name(0),
      reason: "reachable",
      rule: "top",
    });
    const { path, reason, rule, words } = await explainGc(options.out, name(n - 1));
    expect(path).toEqual(Array.from({ length: n }, (_, i) => name(n - 1 - i)));
    expect([reason, rule]).toEqual(["reachable", "top"]);
    expect(words).toBe("Stays: it is needed, 19999 steps away, by an object that is protected by top.");
  });

  it("is walked 300 deep on disk, as in memory", async () => {
    const inDisk = await planCase(at("disk-chain"), chain(300), { maxMemory: "150MB" });
    const inMemory = await planCase(at("memory-chain"), chain(300));
    expect(inDisk.report.method).toBe("disk");
    expect(await hashes(inDisk.options.out)).toEqual(await hashes(inMemory.options.out));
    expect(inDisk.kept[299]).toMatchObject({ depth: 299, parent: name(298) });
  });

  it("explains a way through a candidate for cold storage, of few steps and of many", async () => {
    const n = 40;
    const { edges } = chain(n);
    const objects = Array.from({ length: n }, (_, i) =>
      object(name(i), { class: i === 0 ? "Silver" : "Bronze", size_bytes: i === 0 ? 2 ** 40 : 1 }),
    );
    const { options, candidates } = await planCase(at("moved"), { objects, edges });
    expect(candidates.map(({ id, action }) => [id, action])).toEqual([[name(0), "transition"]]);
    for (const step of [3, 39]) {
      const found = await explainGc(options.out, name(step));
      expect(found.path).toEqual(Array.from({ length: step + 1 }, (_, i) => name(step - i)));
      expect(found.words).toBe(
        `Stays: it is needed, ${step} steps away, by an object that only moves to cold storage, where it still exists.`,
      );
    }
    expect(await explainGc(options.out, "s3a://b/000000")).toMatchObject({ action: "transition", path: [name(0)] });
  });

  it("stays as it is without a tip: all of it goes", async () => {
    const { objects, edges } = chain(50);
    const options = await writeCase(at("free"), { objects, edges: [...edges, [name(49), name(0)] as const] });
    const { report } = await planGc({ ...options, asOfMs: AS_OF });
    expect([report.candidates.objects, report.kept.objects]).toEqual([50, 0]);
  });
});
