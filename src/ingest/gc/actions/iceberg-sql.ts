import { writeFile } from "node:fs/promises";
import { HOUR_MS } from "../../../core/time.js";
import type { ActionContext, ActionFile } from "./action-context.js";
import { copyCsv } from "./copy-csv.js";
import { fileNameParts } from "./file-names.js";
import { type IcebergTable, icebergTables } from "./iceberg-tables.js";
import { ofBackend } from "./planned-actions.js";
import { quotedForComment, sparkComment, sparkLiteral, sparkName, sparkRelation, sparkTimestamp } from "./spark-sql.js";

/** What a catalog calls a table, as its location tells: the last two folders, the first less Hive's `.db`. */
function tableName(location: string): string[] {
  const [, scheme, path] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(location) as RegExpExecArray;
  const folders = path.split("/").filter(Boolean);
  // The first part of a URI is a bucket or a host; what is no location is a name already.
  const parts = scheme ? folders.slice(folders.length > 1 ? 1 : 0).slice(-2) : path.split(".");
  return parts.length === 2 ? [parts[0].replace(/(.)\.db$/, "$1"), parts[1]] : parts;
}

/** Iceberg refuses to look for orphans younger than a day: they may belong to a write under way. */
const LEAST_ORPHAN_HOURS = 24;

function call(procedure: string, given: Record<string, string>): string {
  const named = Object.entries(given).map(([name, value]) => `  ${name} => ${value}`);
  return `CALL system.${procedure}(\n${named.join(",\n")}\n);`;
}

function statements(table: IcebergTable, name: readonly string[], orphansBeforeMs: number): string[] {
  const { landmarks, lateSnapshots, snapshotsKept, expireBeforeMs } = table;
  const quoted = sparkLiteral(sparkName(name));
  // Only `older_than` given explicitly keeps the table's own maximum age, often 5 days, from expiring more.
  const expire: Record<string, string> = {
    table: quoted,
    older_than: sparkTimestamp(expireBeforeMs),
    retain_last: String(Math.max(1, snapshotsKept)),
  };
  if (lateSnapshots.length > 0) expire["snapshot_ids"] = `ARRAY(${lateSnapshots.map((id) => `${id}L`).join(", ")})`;
  const known = `SELECT assert_true(count(*) = ${landmarks.length}, 'this is not the table that was planned')
FROM ${sparkRelation([...name, "snapshots"])} WHERE snapshot_id IN (${landmarks.join(", ")});`;
  return [
    ...(landmarks.length > 0 ? [known] : []),
    ...(table.snapshotsGone > 0 ? [call("expire_snapshots", expire)] : []),
    call("rewrite_manifests", { table: quoted }),
    call("remove_orphan_files", { table: quoted, older_than: sparkTimestamp(orphansBeforeMs), dry_run: "true" }),
  ];
}

/** Text of `iceberg_<table>.sql`. */
export function icebergSql(table: IcebergTable, name: readonly string[], orphansBeforeMs: number): string {
  const { location, snapshotsGone, snapshotsKept, filesAtRisk, landmarks, erasures, dropped } = table;
  const notes = [
    `Iceberg table ${quotedForComment(sparkName(name))} at ${quotedForComment(location)}:`,
    `${snapshotsGone} of ${snapshotsGone + snapshotsKept} snapshots go.`,
    "Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.",
  ];
  if (dropped)
    notes.push("The table itself is to go too. If its catalog agrees: DROP TABLE, which these calls do not.");
  if (erasures > 0) {
    notes.push(
      `${erasures} objects are to be erased. Where a snapshot that stays needs them, delete their rows and rewrite first.`,
    );
  }
  if (filesAtRisk > 0) {
    notes.push(
      `HELD BACK: ${filesAtRisk} files are kept that no kept snapshot is known to need; these calls would delete them.`,
      "Tag a snapshot that holds them, or end what keeps them, and plan again.",
    );
  }
  if (landmarks.length === 0) notes.push("HELD BACK: no snapshot's number tells this table from another of its name.");
  const all = statements(table, name, orphansBeforeMs).join("\n\n");
  if (filesAtRisk > 0 || landmarks.length === 0) return `${sparkComment(`${notes.join("\n")}\n\n${all}`)}\n`;
  return `${sparkComment(notes.join("\n"))}\n\n${all}\n`;
}

/**
 * Writes `iceberg_<table>.sql` for each table that loses something, and beside it `iceberg_<table>.csv`: the objects
 * that its calls are to remove.
 */
export async function writeIceberg(context: ActionContext): Promise<ActionFile[]> {
  const { policy, asOfMs, snapshotAtMs, engine } = context;
  const orphanHours = Math.max(LEAST_ORPHAN_HOURS, policy.grace_hours);
  const orphansBeforeMs = Math.floor(Math.min(asOfMs, snapshotAtMs) - orphanHours * HOUR_MS);
  const tables = await icebergTables(context);
  const names = new Map(tables.map(({ location }) => [location, tableName(location)]));
  const parts = fileNameParts(new Map([...names].map(([location, name]) => [location, name.join(".")])));
  const files: ActionFile[] = [];
  await engine.run(`CREATE OR REPLACE TABLE gc_iceberg_candidates AS
    SELECT place, id, kind, phase FROM gc_actions WHERE ${ofBackend("iceberg")} ORDER BY place, idx`);
  for (const table of tables) {
    const { location, candidates } = table;
    const stem = `iceberg_${parts.get(location)}`;
    const sql = icebergSql(table, names.get(location) as string[], orphansBeforeMs);
    await writeFile(await context.reserve(`${stem}.sql`), sql);
    files.push({ name: `${stem}.sql`, rows: candidates });
    const rows = `SELECT id, kind, phase FROM gc_iceberg_candidates WHERE place = ${engine.dialect.literal(location)}`;
    files.push(await copyCsv(context, `${stem}.csv`, rows, true));
  }
  await engine.run("DROP TABLE gc_iceberg_candidates");
  return files;
}
