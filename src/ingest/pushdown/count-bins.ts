import { doubleArraySql, itemSql } from "./double-sql.js";
import { isFiniteSql, type PushedTable } from "./pushed-table.js";
import type { CountedBin } from "./refine-bins.js";

/** A column of numbers, and where to cut it. */
export interface CutColumn {
  /** DOUBLE. */
  sql: string;
  /** Ascending; not empty. */
  edges: Float64Array;
}

/** Edges that one statement may hold. */
const MOST_EDGES = 16_384;

/**
 * Counts the finite values of columns between edges, many columns in one statement, and tells the least and the greatest
 * of each bin. Bins without values are not there. `bin` is the number of edges up to the values.
 */
export async function countBins(
  table: PushedTable,
  columns: readonly CutColumn[],
): Promise<(CountedBin & { bin: number })[][]> {
  const found = columns.map((): (CountedBin & { bin: number })[] => []);
  for (const group of groups(columns)) {
    const sql = group.map((i) => binsSql(table, columns[i], i)).join(" UNION ALL ");
    for (const row of await table.rows(sql)) {
      const { edges } = columns[Number(row["feature"])];
      found[Number(row["feature"])].push({
        // Beyond the last edge there is but that edge again.
        bin: Math.min(Number(row["bin"]), edges.length),
        // Without the sign of −0.
        ...{ low: Number(row["low"]) + 0, high: Number(row["high"]) + 0 },
        count: Number(row["n"]),
      });
    }
  }
  return found;
}

function groups(columns: readonly CutColumn[]): number[][] {
  const all: number[][] = [];
  let edges = Number.POSITIVE_INFINITY;
  for (const [i, column] of columns.entries()) {
    edges += column.edges.length;
    if (edges > MOST_EDGES) {
      all.push([]);
      edges = column.edges.length;
    }
    all[all.length - 1].push(i);
  }
  return all;
}

/**
 * A binary search in an array, a step in each subquery: an expression of so many cases would be more than engines compile.
 * Every step is a comparison of two doubles.
 */
function binsSql({ engine: { name }, relation }: PushedTable, { sql, edges }: CutColumn, feature: number): string {
  const steps = Math.ceil(Math.log2(edges.length + 1));
  const padded = new Float64Array(2 ** steps - 1).fill(edges[edges.length - 1]);
  padded.set(edges);
  let search = `SELECT x, 0 AS bin, edges FROM (SELECT ${sql} AS x FROM ${relation}) AS numbers
    CROSS JOIN (SELECT ${doubleArraySql(name, padded)} AS edges) AS cuts WHERE ${isFiniteSql("x")}`;
  for (let step = 2 ** (steps - 1); step >= 1; step /= 2) {
    const up = `CASE WHEN x >= ${itemSql(name, "edges", `bin + ${step}`)} THEN ${step} ELSE 0 END`;
    search = `SELECT x, bin + ${up} AS bin, edges FROM (${search}) AS step_${step}`;
  }
  return `SELECT ${feature} AS feature, bin, count(*) AS n, min(x) AS low, max(x) AS high
    FROM (${search}) AS found GROUP BY bin`;
}
