import type { LevelSide } from "../../drift/drift-cell.js";
import { LevelCounts, MOST_LEVELS } from "../../drift/sketch/level-counts.js";
import { MOST_VALUES } from "../too-many-values.js";
import type { PushedTable } from "./pushed-table.js";

/** A column of levels. */
export interface LevelColumn {
  /** VARCHAR, NULL where the cell is empty. */
  sql: string;
  /** Cells that are not empty. */
  filled: number;
  /** The column was named as a feature: any number of levels will do. */
  named: boolean;
}

/**
 * Rows by level: all levels up to 10,000, and beyond the 10,000 with the most rows and what any other has at most, as a
 * profile has them. Null for a column of more than 100,000 levels that was not named.
 *
 * @param rows of the table
 */
export async function countLevels(
  table: PushedTable,
  columns: readonly LevelColumn[],
  rows: number,
): Promise<(LevelSide | null)[]> {
  const { relation } = table;
  const counted = async (indices: readonly number[], statement: (sql: string) => string) => {
    const parts = indices.map(
      (i) => `SELECT ${i} AS feature, found_${i}.* FROM (${statement(columns[i].sql)}) AS found_${i}`,
    );
    return parts.length > 0 ? table.rows(parts.join(" UNION ALL ")) : [];
  };
  const guarded = columns.flatMap(({ named }, i) => (named ? [] : i));
  const distinct = await counted(
    guarded,
    (sql) => `SELECT count(*) AS n FROM (
      SELECT DISTINCT ${sql} AS level FROM ${relation} WHERE ${sql} IS NOT NULL LIMIT ${MOST_VALUES + 1}) AS levels`,
  );
  const crowded = new Set(distinct.filter(({ n }) => Number(n) > MOST_VALUES).map(({ feature }) => Number(feature)));
  const fit = columns.flatMap((_, i) => (crowded.has(i) ? [] : i));
  const counts = columns.map(() => new Map<string, number>());
  // One more than are told tells how many rows any other has at most.
  const most = (sql: string) => `SELECT ${sql} AS level, count(*) AS n FROM ${relation} WHERE ${sql} IS NOT NULL
    GROUP BY ${sql} ORDER BY n DESC, level LIMIT ${MOST_LEVELS + 1}`;
  for (const row of await counted(fit, most))
    counts[Number(row["feature"])].set(String(row["level"]), Number(row["n"]));
  return columns.map(({ filled }, i) => {
    const missing = rows - filled;
    if (crowded.has(i)) return null;
    if (counts[i].size <= MOST_LEVELS) return { kind: "categorical", n: rows, missing, counts: counts[i] };
    const levels = LevelCounts.of(counts[i]);
    levels.n = filled;
    return { kind: "level-sketch", n: rows, missing, levels };
  });
}
