import { rename } from "node:fs/promises";
import { join } from "node:path";
import { FleetlensError } from "../../../core/errors.js";
import type { IntegrityCheck, RootRow } from "../../../gc-reachability/index.js";
import { withTextFile } from "../../text-file.js";
import { writeParquet } from "../../write-parquet.js";
import { listIds, objectIds } from "./object-ids.js";
import { planDigest } from "./plan-digest.js";
import type { Decided } from "./with-decision.js";

// The lowest level takes half the time of the usual one, to about the same size; and few columns have a use for a dictionary
// of many values.
const PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000, USE_TMP_FILE false";

/** Rows of `integrity.json`'s array of dangling edges. */
export const MOST_DANGLING = 1_000_000;

const CANDIDATES = `id, kind, class, size_bytes, storage_class, reason, action, phase, target_storage_class,
  age_days, monthly_usd, early_deletion_usd, break_even_months`;

const KEPT = `SELECT k.id, k.kind, k.class, k.size_bytes, k.reason, g.name AS rule,
    CASE WHEN k.depth = 0 THEN k.id ELSE r.id END AS root, p.id AS parent, k.depth
  FROM (SELECT * FROM gc_coded WHERE NOT goes) k
  LEFT JOIN gc_named r ON r.object = k.root LEFT JOIN gc_named p ON p.object = k.parent
  LEFT JOIN gc_rules g ON g.k = k.rule ORDER BY k.idx`;

/**
 * Writes `candidates.parquet` and gives the digest of the plan.
 *
 * @param options.none writes a plan without candidates
 */
export async function writeCandidates(
  { table }: Decided,
  path: string,
  { none, signal }: { none: boolean; signal?: AbortSignal },
): Promise<string> {
  const { engine } = table;
  const wanted = none ? "false" : "goes";
  const rows = `SELECT ${CANDIDATES} FROM gc_coded WHERE ${wanted}`;
  await engine.run(`COPY (${rows}) TO ${engine.dialect.literal(path)} (${PARQUET})`, { signal });
  return planDigest(engine, `gc_planned WHERE ${wanted}`, signal);
}

/** Writes `kept.parquet`. */
export async function writeKept({ table }: Decided, path: string, signal?: AbortSignal): Promise<void> {
  const { engine } = table;
  await engine.run(
    `CREATE TABLE gc_named AS SELECT rowid AS object, id FROM gc_objects WHERE rowid IN
      (SELECT root FROM gc_decision WHERE depth > 0 UNION SELECT parent FROM gc_decision WHERE depth > 0)`,
    { signal },
  );
  await engine.run(`COPY (${KEPT}) TO ${engine.dialect.literal(path)} (${PARQUET})`, { signal });
  await engine.run("DROP TABLE gc_named");
}

/** Writes `roots.parquet`. */
export async function writeRoots(roots: readonly RootRow[], path: string, signal?: AbortSignal): Promise<void> {
  const whole = (name: string, of: (row: RootRow) => number | bigint) =>
    ({ name, type: "BIGINT", data: roots.map((row) => BigInt(of(row))) }) as const;
  const text = (name: string, of: (row: RootRow) => string) =>
    ({ name, type: "VARCHAR", data: roots.map(of) }) as const;
  await writeParquet(
    path,
    [
      text("name", (row) => row.name),
      text("type", (row) => row.type),
      whole("objects", (row) => row.objects),
      whole("reachable_objects", (row) => row.reachableObjects),
      whole("reachable_bytes", (row) => row.reachableBytes),
      whole("exclusive_objects", (row) => row.exclusiveObjects),
      whole("exclusive_bytes", (row) => row.exclusiveBytes),
    ],
    { signal },
  );
}

async function* danglingRows({ edgeTable, edges }: Decided, signal?: AbortSignal): AsyncGenerator<string[]> {
  if (!edgeTable || edges.dangling === 0) return;
  const sql = `SELECT src, dst FROM gc_dangling ORDER BY src, dst LIMIT ${MOST_DANGLING}`;
  for await (const { columns } of edgeTable.engine.query({ sql }, { signal })) {
    const [src, dst] = [columns["src"].data as string[], columns["dst"].data as string[]];
    yield src.map((source, i) => JSON.stringify({ src: source, dst: dst[i] }));
  }
}

async function* idTexts({ table }: Decided, objects: Int32Array, signal?: AbortSignal): AsyncGenerator<string[]> {
  for await (const ids of objectIds(table.engine, objects, signal)) yield ids.map((id) => JSON.stringify(id));
}

/** Writes `integrity.json`, and `dangling.parquet` when its array was cut; gives what was checked. */
export async function writeIntegrity(
  decided: Decided,
  paths: { integrity: string; dangling(): Promise<string> },
  signal?: AbortSignal,
): Promise<IntegrityCheck> {
  const { graph, decision, edges, edgeTable } = decided;
  const check = await graph.check(decision);
  const [wrong] = check.keptToDeleted;
  if (wrong) {
    const [src, dst] = await listIds(decided.table.engine, Int32Array.of(wrong.src, wrong.dst));
    throw new FleetlensError(
      "E_SELF_CHECK",
      `the plan would delete "${dst}", which "${src}" needs: please report this fault`,
      { src, dst },
    );
  }
  await withTextFile(paths.integrity, { signal }, async (append) => {
    const array = async (name: string, items: AsyncIterable<string[]>): Promise<void> => {
      await append([`  "${name}": [`]);
      let first = true;
      for await (const some of items) {
        await append([`${first ? "" : ","}\n    ${some.join(",\n    ")}`]);
        first = false;
      }
      await append([first ? "],\n" : "\n  ],\n"]);
    };
    await append(["{\n"]);
    await array("dangling", danglingRows(decided, signal));
    await append([`  "dangling_count": ${edges.dangling},\n  "unlisted_src_count": ${edges.unlistedSources},\n`]);
    await array("tainted", idTexts(decided, check.tainted, signal));
    await append([`  "kept_to_deleted": [],\n  "self_check": "ok"\n}\n`]);
  });
  if (edgeTable && edges.dangling > MOST_DANGLING) {
    const { engine } = edgeTable;
    const path = join(engine.scratch, "dangling.parquet");
    await engine.run(
      `COPY (SELECT src, dst FROM gc_dangling ORDER BY src, dst) TO ${engine.dialect.literal(path)} (${PARQUET})`,
      { signal },
    );
    await rename(path, await paths.dangling());
  }
  return check;
}
