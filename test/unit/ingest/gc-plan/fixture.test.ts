import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { FIXTURE_SEED } from "../../../../fixtures/generate.js";
import { LINEAGE_AS_OF, lineage } from "../../../../fixtures/lineage.js";
import { openDuckDb } from "../../../../src/engine/duckdb.js";
import { GcReportSchema } from "../../../../src/gc-reachability/index.js";
import { type PlannedGc, planGc } from "../../../../src/ingest/gc/plan/index.js";
import { GcIntegritySchema } from "../../../../src/ingest/gc/plan/integrity-schema.js";
import { temporaryFolder } from "../files.js";
import { digestOf, type Files, filesOf } from "./plan-case.js";

const at = temporaryFolder();
const tables = lineage(FIXTURE_SEED);
let planned: PlannedGc;
let files: Files;
let out: string;

beforeAll(async () => {
  out = at("plan");
  const path = (name: string) => `fixtures/gc/${name}`;
  planned = await planGc({
    ...{ objects: path("objects.csv"), edges: path("edges.csv"), policy: path("retention_policy.yaml") },
    ...{ protections: path("protections.csv"), holds: path("holds.csv"), erasures: path("erasures.csv") },
    ...{ asOfMs: Date.parse(LINEAGE_AS_OF), out },
  });
  files = await filesOf(out);
});

const total = (rows: Files["kept"], of = "size_bytes") => rows.reduce((sum, row) => sum + Number(row[of]), 0);

/** Columns of a Parquet file with their types. */
async function columnsOf(path: string): Promise<string[]> {
  const engine = await openDuckDb({ allowedFiles: [path] });
  try {
    const rows = await engine.rows({
      sql: `SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(${engine.dialect.literal(path)}))`,
    });
    return rows.map((row) => `${row["column_name"]} ${row["column_type"]}`);
  } finally {
    await engine.close();
  }
}

describe("the plan of the fixture lineage", () => {
  it("has the columns of the contract, with their types", async () => {
    expect(await columnsOf(join(out, "candidates.parquet"))).toEqual([
      ...["id VARCHAR", "kind VARCHAR", "class VARCHAR", "size_bytes BIGINT", "storage_class VARCHAR"],
      ...["reason VARCHAR", "action VARCHAR", "phase VARCHAR", "target_storage_class VARCHAR"],
      ...["age_days DOUBLE", "monthly_usd DOUBLE", "early_deletion_usd DOUBLE", "break_even_months DOUBLE"],
    ]);
    expect(await columnsOf(join(out, "kept.parquet"))).toEqual([
      ...["id VARCHAR", "kind VARCHAR", "class VARCHAR", "size_bytes BIGINT", "reason VARCHAR", "rule VARCHAR"],
      ...["root VARCHAR", "parent VARCHAR", "depth INTEGER"],
    ]);
    expect(await columnsOf(join(out, "roots.parquet"))).toEqual([
      ...["name VARCHAR", "type VARCHAR", "objects BIGINT", "reachable_objects BIGINT", "reachable_bytes BIGINT"],
      ...["exclusive_objects BIGINT", "exclusive_bytes BIGINT"],
    ]);
  });

  it("puts each object into exactly one of the two files, by id", () => {
    const ids = [...files.candidates, ...files.kept].map(({ id }) => String(id));
    expect(ids.sort()).toEqual(tables.objects.map(({ id }) => String(id)).sort());
    for (const rows of [files.candidates, files.kept]) {
      const bytes = rows.map(({ id }) => Buffer.from(String(id)));
      expect(bytes.every((id, i) => i === 0 || Buffer.compare(bytes[i - 1], id) < 0)).toBe(true);
    }
    expect(files.candidates.length).toBeGreaterThan(50);
    expect(files.kept.length).toBeGreaterThan(50);
  });

  it("has sums in its report that are those of the files", () => {
    const { report } = planned;
    const { candidates, kept, by_reason, by_class, by_kind, by_storage_class, objects } = report;
    expect(candidates.objects).toBe(files.candidates.length);
    expect(candidates.bytes).toBe(total(files.candidates));
    expect(candidates.monthly_usd).toBeCloseTo(total(files.candidates, "monthly_usd"), 9);
    expect(candidates.early_deletion_usd).toBeCloseTo(total(files.candidates, "early_deletion_usd"), 9);
    expect(kept).toEqual({ objects: files.kept.length, bytes: total(files.kept) });
    expect(objects.bytes).toBe(total([...files.candidates, ...files.kept]));
    expect(objects.distinct).toBe(tables.objects.length);
    for (const { reason, action, objects: count, bytes } of by_reason) {
      const rows = [...files.candidates, ...files.kept.map((row) => ({ ...row, action: "keep" }))];
      const mine = rows.filter((row: Record<string, unknown>) => row["reason"] === reason && row["action"] === action);
      expect([reason, count, bytes]).toEqual([reason, mine.length, total(mine)]);
    }
    const actions = ["delete", "transition", "keep"] as const;
    for (const groups of [by_class, by_kind, by_storage_class]) {
      const counts = groups.flatMap((group) => actions.map((action) => group[action].objects));
      expect(counts.reduce((a, b) => a + b)).toBe(tables.objects.length);
    }
    expect(new Set(by_reason.map(({ reason }) => reason)).size).toBeGreaterThan(9);
  });

  it("has the digest that follows from its candidates", () => {
    expect(planned.report.plan_digest).toBe(digestOf(files.candidates));
  });

  it("gives phases and targets by what happens", () => {
    for (const { action, phase, reason, target_storage_class, break_even_months } of files.candidates) {
      const expected = reason === "erasure" ? "purge" : action === "delete" ? "quarantine" : "transition";
      expect(phase).toBe(expected);
      expect(target_storage_class).toBe(action === "transition" ? "GLACIER" : null);
      expect(break_even_months === null).toBe(action === "delete");
    }
    expect(new Set(files.candidates.map(({ phase }) => phase)).size).toBe(3);
  });

  it("names a root for everything kept, its parents lead there, and a row that exists for each", () => {
    const kept = new Map(files.kept.map((row) => [row["id"], row]));
    const moved = new Set(files.candidates.filter(({ action }) => action === "transition").map(({ id }) => id));
    for (const row of files.kept) {
      let at = row;
      for (let d = Number(row["depth"]); d > 0; d--) {
        const parent = at["parent"];
        if (d === 1) expect(parent).toBe(row["root"]);
        if (moved.has(parent)) break;
        at = kept.get(parent) as typeof row;
      }
      if (row["depth"] === 0) expect([row["parent"], row["root"]]).toEqual([null, row["id"]]);
    }
    expect(Math.max(...files.kept.map(({ depth }) => Number(depth)))).toBeGreaterThan(1);
  });

  it("lists holds and protections as roots, in their order", () => {
    expect(files.roots.map(({ name }) => name)).toEqual([
      ...tables.holds.map((row) => row["hold_id"]),
      ...tables.protections.map(({ name }) => name),
    ]);
    expect(files.roots.slice(0, 2).map(({ type }) => type)).toEqual(["legal_hold", "legal_hold"]);
    for (const row of files.roots) {
      expect(Number(row["exclusive_bytes"])).toBeLessThanOrEqual(Number(row["reachable_bytes"]));
    }
    expect(planned.report.top_roots[0].exclusive_bytes).toBe(
      Math.max(...files.roots.map((r) => Number(r["exclusive_bytes"]))),
    );
  });

  it("says in integrity.json what dangles and what is tainted", () => {
    const { integrity } = files;
    expect(GcIntegritySchema.parse(integrity)).toEqual(integrity);
    expect(Object.keys(integrity)).toEqual([
      ...["dangling", "dangling_count", "unlisted_src_count", "tainted", "kept_to_deleted", "self_check"],
    ]);
    expect(integrity.dangling.map(({ dst }) => dst)).toEqual(["s3://acme-raw/drives/2025-01-07/part-0.parquet"]);
    expect([integrity.dangling_count, integrity.unlisted_src_count]).toEqual([1, 0]);
    expect([integrity.kept_to_deleted, integrity.self_check]).toEqual([[], "ok"]);
    const erased = new Set(files.candidates.filter(({ phase }) => phase === "purge").map(({ id }) => id));
    const deleted = new Set(files.candidates.filter(({ action }) => action === "delete").map(({ id }) => id));
    const needing = tables.edges.filter(
      (e) => e["rel"] !== "doc_link" && erased.has(e["dst"]) && !deleted.has(e["src"]),
    );
    expect(integrity.tainted).toEqual([...new Set(needing.map(({ src }) => src))].sort());
  });

  it("writes a report that its schema accepts, with the keys of the contract and the SHA-256 of every file", async () => {
    const text = await readFile(join(out, "report.json"), "utf8");
    const report = JSON.parse(text);
    expect(GcReportSchema.parse(report)).toEqual(planned.report);
    for (const key of [
      ...["schema_version", "status", "as_of", "snapshot_at", "inputs", "candidates", "kept", "by_reason", "by_class"],
      ...["by_kind", "by_storage_class", "top_roots", "conflicts", "approvals_needed", "plan_digest"],
      ...["schema", "version", "createdFrom", "unmatched_selectors"],
    ]) {
      expect(report).toHaveProperty(key);
    }
    expect(report.inputs.map(({ path, rows }: { path: string; rows: number }) => [path, rows])).toEqual([
      ["fixtures/gc/objects.csv", tables.objects.length],
      ["fixtures/gc/edges.csv", tables.edges.length],
      ["fixtures/gc/retention_policy.yaml", null],
      ["fixtures/gc/protections.csv", tables.protections.length],
      ["fixtures/gc/holds.csv", tables.holds.length],
      ["fixtures/gc/erasures.csv", tables.erasures.length],
    ]);
    const hash = async (path: string) =>
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
    for (const { path, sha256 } of report.inputs) expect(await hash(path)).toBe(sha256);
    for (const { path, sha256 } of report.files) expect(await hash(join(out, path))).toBe(sha256);
    expect(planned.outputs).toEqual([
      ...report.files.map(({ path }: { path: string }) => join(out, path)),
      join(out, "report.json"),
    ]);
    expect(existsSync(join(out, "dangling.parquet"))).toBe(false);
    expect(report.unmatched_selectors.map(({ name }: { name: string }) => name)).toEqual(["golden/radar-2023"]);
    expect([report.conflict_count > 0, report.approvals_needed]).toEqual([true, 2]);
  });
});
