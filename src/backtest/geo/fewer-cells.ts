import type { AreaGeometry, Ring } from "./types.js";

/** Cells of H3 with sums that go over to their parents. */
export interface SummedCell {
  cell: string;
  /** Sums, e.g. of events and of km. */
  sums: readonly number[];
}

/**
 * Joins H3 cells of one resolution to coarser ones until there are few enough to draw. Rates must be made from the sums
 * anew: that of a parent is no mean of its children's.
 *
 * @param most at least 122, as many as the coarsest resolution has
 * @returns cells in the order of their first child, and their resolution
 */
export async function fewerCells(
  cells: readonly SummedCell[],
  most = 5000,
): Promise<{ resolution: number | null; cells: SummedCell[] }> {
  const { cellToParent, getResolution } = await import("h3-js");
  if (cells.length === 0) return { resolution: null, cells: [] };
  let resolution = getResolution(cells[0].cell);
  let joined = [...cells];
  while (joined.length > most && resolution > 0) {
    resolution--;
    const parents = new Map<string, number[]>();
    for (const { cell, sums } of joined) {
      const parent = cellToParent(cell, resolution);
      const own = parents.get(parent);
      parents.set(parent, own ? own.map((sum, i) => sum + sums[i]) : [...sums]);
    }
    joined = Array.from(parents, ([cell, sums]) => ({ cell, sums }));
  }
  return { resolution, cells: joined };
}

/** The outline of many H3 cells of one resolution, without the sides between them: a light base for a map. */
export async function outlineOf(cells: readonly string[]): Promise<AreaGeometry> {
  const { cellsToMultiPolygon } = await import("h3-js");
  return { type: "MultiPolygon", coordinates: cellsToMultiPolygon([...cells], true) as unknown as Ring[][] };
}
