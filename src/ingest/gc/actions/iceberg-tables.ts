import type { ActionContext } from "./action-context.js";

/** What a plan does to one Iceberg table. */
export interface IcebergTable {
  location: string;
  /** Objects to go, files included. */
  candidates: number;
  snapshotsGone: number;
  snapshotsKept: number;
  /** The table itself is to go. */
  dropped: boolean;
  /** Objects to be erased. */
  erasures: number;
  /** Files that stay, but would go with the snapshots. */
  filesAtRisk: number;
  /** Epoch ms: every snapshot before it goes. */
  expireBeforeMs: number;
  /** Numbers of snapshots that go though a snapshot stays that is as old. */
  lateSnapshots: string[];
  /** Numbers of at most 5 snapshots by which the table can be told from others: the newest that stay, if any. */
  landmarks: string[];
}

/** Whether objects of Iceberg are planned at all. */
export async function hasIceberg({ engine, signal }: ActionContext): Promise<boolean> {
  const sql = "SELECT 1 FROM gc_planned WHERE starts_with(kind, 'iceberg_') LIMIT 1";
  return (await engine.rows({ sql }, { signal })).length > 0;
}

/**
 * Creates `gc_iceberg` (idx, location): the table of each object. A table's id is its location, a snapshot's is
 * `<location>#snapshot=<number>` (of other forms the group stands for the table); a file belongs to the table of its
 * group below whose location it lies, or to the only table of its group. Objects of no known table are left out.
 */
export async function createIcebergLocations({ engine, signal }: ActionContext): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE gc_iceberg AS
    WITH objects AS (
      SELECT idx, id, "group", CASE WHEN kind = 'iceberg_table' THEN id
        WHEN contains(id, '#snapshot=') THEN regexp_extract(id, '(?s)^(.*)#snapshot=', 1)
        WHEN kind = 'iceberg_snapshot' THEN "group" END AS own
      FROM gc_planned WHERE starts_with(kind, 'iceberg_')),
    tables AS (SELECT "group", list(DISTINCT own ORDER BY length(own) DESC, own) AS locations
      FROM objects WHERE own IS NOT NULL GROUP BY "group")
    SELECT idx, coalesce(own, list_filter(locations, lambda l: starts_with(id, l || '/'))[1],
      CASE WHEN len(locations) = 1 THEN locations[1] END) AS location
    FROM objects o LEFT JOIN tables t ON t."group" IS NOT DISTINCT FROM o."group"`,
    { signal },
  );
  await engine.run("DELETE FROM gc_iceberg WHERE location IS NULL");
}

const OBJECTS = "(SELECT * FROM gc_planned JOIN gc_iceberg USING (idx))";
const GONE = "action = 'delete'";
const SNAPSHOT = "kind = 'iceberg_snapshot'";
const FILE = "kind NOT IN ('iceberg_table', 'iceberg_snapshot')";

/** Objects of Iceberg that stay: idx and the location of the table, "" when unknown. */
async function* located({ engine, signal }: ActionContext, where: string): AsyncGenerator<[number, string]> {
  const sql = `SELECT idx::BIGINT AS idx, coalesce(location, '') AS location FROM gc_planned LEFT JOIN gc_iceberg USING (idx)
    WHERE starts_with(kind, 'iceberg_') AND NOT ${GONE} AND ${where}`;
  for await (const { rows, columns } of engine.query({ sql }, { signal })) {
    for (let row = 0; row < rows; row++) {
      yield [Number(columns["idx"].data[row]), String(columns["location"].data[row])];
    }
  }
}

/**
 * By table, how many files stay though no table or snapshot that stays is known to need them, but a hold, say, or a
 * model that points to a data file: expiring snapshots and removing orphans would delete them. Those of no known table
 * count for every one.
 */
async function filesAtRisk(context: ActionContext): Promise<(location: string) => number> {
  const roots: number[] = [];
  for await (const [idx] of located(context, `NOT (${FILE})`)) roots.push(idx);
  const needed = await context.reach?.(Int32Array.from(roots));
  const counts = new Map<string, number>();
  for await (const [idx, location] of located(context, FILE)) {
    if (!needed?.[idx]) counts.set(location, (counts.get(location) ?? 0) + 1);
  }
  return (location) => (counts.get(location) ?? 0) + (counts.get("") ?? 0);
}

const SNAPSHOT_ID = "nullif(regexp_extract(id, '[0-9]+$'), '')";
const numbers = (list: string) => `coalesce(array_to_string(${list}, ' '), '')`;

const TABLES = `WITH objects AS ${OBJECTS},
  bounds AS (SELECT location, CASE WHEN count(*) = count(created_at) THEN min(epoch_ms(created_at)) ELSE 0 END AS bound
    FROM objects WHERE ${SNAPSHOT} AND NOT ${GONE} GROUP BY location)
  SELECT location, count(*) FILTER (${GONE}) AS candidates,
    count(*) FILTER (${GONE} AND ${SNAPSHOT}) AS gone, count(*) FILTER (NOT ${GONE} AND ${SNAPSHOT}) AS kept,
    count(*) FILTER (${GONE} AND kind = 'iceberg_table') AS dropped, count(*) FILTER (phase = 'purge') AS erasures,
    coalesce(any_value(bound), max(epoch_ms(created_at)) FILTER (${GONE} AND ${SNAPSHOT}) + 1, 0) AS before,
    ${numbers(`list(${SNAPSHOT_ID} ORDER BY idx) FILTER (${GONE} AND ${SNAPSHOT}
      AND (created_at IS NULL OR epoch_ms(created_at) >= bound))`)} AS late,
    ${numbers(`coalesce(list(${SNAPSHOT_ID} ORDER BY created_at DESC, idx) FILTER (NOT ${GONE} AND ${SNAPSHOT}),
      list(${SNAPSHOT_ID} ORDER BY created_at DESC, idx) FILTER (${SNAPSHOT}))[:5]`)} AS landmarks
  FROM objects LEFT JOIN bounds USING (location)
  GROUP BY location HAVING candidates > 0 ORDER BY location`;

/** Tables that lose something, by location. Needs {@link createIcebergLocations}. */
export async function icebergTables(context: ActionContext): Promise<IcebergTable[]> {
  const atRisk = await filesAtRisk(context);
  const rows = await context.engine.rows({ sql: TABLES }, { signal: context.signal });
  const list = (text: unknown) => String(text).split(" ").filter(Boolean);
  return rows.map((row) => ({
    location: String(row["location"]),
    candidates: Number(row["candidates"]),
    snapshotsGone: Number(row["gone"]),
    snapshotsKept: Number(row["kept"]),
    dropped: Number(row["dropped"]) > 0,
    erasures: Number(row["erasures"]),
    filesAtRisk: atRisk(String(row["location"])),
    expireBeforeMs: Number(row["before"]),
    lateSnapshots: list(row["late"]),
    landmarks: list(row["landmarks"]),
  }));
}
