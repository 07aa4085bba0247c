import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../../core/errors.js";
import { type DuckDbEngine, openDuckDb } from "../../../engine/duckdb.js";
import { type ExplainedObject, explanationWords } from "../../../gc-reachability/explanation.js";
import type { GcReport } from "../../../gc-reachability/gc-report.js";
import type { Action, Reason } from "../../../gc-reachability/reasons.js";
import type { GcExplanation } from "./explanation-schema.js";
import { canonicalId } from "./key-sql.js";
import { readPlan } from "./plan-folder.js";

type Row = Record<string, string | number | bigint | null>;

const text = (value: Row[string]): string | null => (value === null ? null : String(value));

async function open(plan: string): Promise<{ engine: DuckDbEngine }> {
  const paths = await Promise.all(["candidates", "kept"].map((name) => realpath(join(plan, `${name}.parquet`))));
  const engine = await openDuckDb({ allowedFiles: paths });
  const [candidates, kept] = paths.map(engine.dialect.literal);
  try {
    await engine.run(`CREATE VIEW gc_rows AS
      SELECT id, kind, class, size_bytes, action, reason, NULL AS rule, target_storage_class, NULL AS root, NULL AS parent, -1 AS depth
        FROM read_parquet(${candidates})
      UNION ALL SELECT id, kind, class, size_bytes, 'keep', reason, rule, NULL, root, parent, depth FROM read_parquet(${kept})`);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return { engine };
}

async function rowOf(engine: DuckDbEngine, id: string): Promise<Row | undefined> {
  const [row] = await engine.rows({ sql: "SELECT * FROM gc_rows WHERE id = $1", params: [id] });
  return row;
}

/** Steps that are looked up one by one; a longer way is found from all parents at once. */
const FEW = 16;

/** Ids from an object to its tip. */
async function pathFrom(engine: DuckDbEngine, first: Row): Promise<string[]> {
  const path = [String(first["id"])];
  if (Number(first["depth"]) <= FEW) {
    for (let parent = text(first["parent"]); parent !== null; ) {
      path.push(parent);
      parent = text((await rowOf(engine, parent))?.["parent"] ?? null);
    }
    return path;
  }
  await engine.run(
    `CREATE TABLE gc_numbered AS SELECT CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS place, id, parent FROM gc_rows`,
  );
  const [{ rows }] = await engine.rows({ sql: "SELECT count(*) AS rows FROM gc_numbered" });
  const parents = new Int32Array(Number(rows)).fill(-1);
  const sql = "SELECT c.place, p.place AS parent FROM gc_numbered c JOIN gc_numbered p ON p.id = c.parent";
  for await (const { rows: count, columns } of engine.query({ sql })) {
    for (let i = 0; i < count; i++) parents[Number(columns["place"].data[i])] = Number(columns["parent"].data[i]);
  }
  const [{ place: start }] = await engine.rows({
    sql: "SELECT place FROM gc_numbered WHERE id = $1",
    params: [path[0]],
  });
  const places: number[] = [];
  for (let place = parents[Number(start)]; place >= 0; place = parents[place]) places.push(place);
  await engine.run("CREATE TABLE gc_path (step INTEGER, place INTEGER)");
  await engine.append("gc_path", (appender) => {
    for (const [step, place] of places.entries()) {
      appender.appendInteger(step);
      appender.appendInteger(place);
      appender.endRow();
    }
  });
  for await (const { columns } of engine.query({
    sql: "SELECT n.id FROM gc_path w JOIN gc_numbered n ON n.place = w.place ORDER BY w.step",
  })) {
    path.push(...(columns["id"].data as string[]));
  }
  return path;
}

const explained = (row: Row): ExplainedObject => ({
  action: String(row["action"]) as Action,
  reason: String(row["reason"]) as Reason,
  rule: text(row["rule"]),
  class: text(row["class"]),
  depth: Number(row["depth"]),
});

/**
 * Why one object of a plan stays or goes, and by which way it is kept.
 *
 * @throws InputError when the plan is not whole or has no such object
 */
export async function explainGc(plan: string, id: string): Promise<GcExplanation> {
  const report: GcReport = await readPlan(plan);
  const { engine } = await open(plan);
  try {
    const row = await rowOf(engine, canonicalId(id));
    if (!row) {
      const why =
        report.status === "fused" ? " (a limit of the policy stopped the plan, so its candidates are not listed)" : "";
      throw new InputError(`${plan}: no object "${id}"${why}`, { file: plan, id });
    }
    const path = await pathFrom(engine, row);
    const root = path.length > 1 ? await rowOf(engine, path[path.length - 1]) : row;
    return {
      id: String(row["id"]),
      kind: text(row["kind"]),
      class: text(row["class"]),
      size_bytes: Number(row["size_bytes"]),
      action: explained(row).action,
      reason: explained(row).reason,
      rule: text(row["rule"]),
      target_storage_class: text(row["target_storage_class"]),
      path,
      words: explanationWords(explained(row), explained(root ?? row)),
    };
  } finally {
    await engine.close();
  }
}
