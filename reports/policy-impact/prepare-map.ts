import { type BacktestFile, createRegions, fewerCells, parseRegionKind } from "../../src/backtest/index.js";
import { type GeoCell, readBaseMap } from "../../src/report/index.js";
import { cell as rounded } from "../estimate-words.js";
import type { ImpactMap } from "./impact.js";

/** Cells drawn in a map: more are no longer told apart, and make the file large. */
const MOST_CELLS = 500;
/** Maps of less than this many degrees show no coast worth drawing. */
const LAND_FROM_DEGREES = 2;

type Regions = NonNullable<BacktestFile["regions"]>;

/** Events of each cell, of all triggers together. */
function eventsOf(rows: readonly { cell: string; events: number }[]): Map<string, number> {
  const events = new Map<string, number>();
  for (const { cell, events: own } of rows) events.set(cell, (events.get(cell) ?? 0) + own);
  return events;
}

/** Cells with their sums, few enough to draw: those of H3 joined to coarser ones, of other grids those driven most. */
async function drawnCells(regions: Regions, before: Map<string, number>, after: Map<string, number>) {
  const cells = regions.cells.map(({ cell, km }) => ({
    cell,
    sums: [km, after.get(cell) ?? 0, before.get(cell) ?? 0] as readonly number[],
  }));
  if (!regions.by.startsWith("h3:")) {
    const most = cells.toSorted((a, b) => b.sums[1] - a.sums[1] || b.sums[0] - a.sums[0]).slice(0, MOST_CELLS);
    return {
      by: regions.by,
      cells: most,
      grid: most.length < cells.length ? `${regions.by}, those with most alerts` : regions.by,
    };
  }
  const fewer = await fewerCells(cells, MOST_CELLS);
  const by = `h3:${fewer.resolution}`;
  const joined = by === regions.by ? "" : ", joined from smaller ones";
  return { by, cells: fewer.cells, grid: `H3 cells of resolution ${fewer.resolution}${joined}` };
}

const rate = (events: number, km: number): number | null => (km > 0 ? (1000 * events) / km : null);

/** Outlines and rates of the cells, for the maps; null where positions or outlines are not known. */
export async function prepareMap({ regions }: BacktestFile): Promise<ImpactMap | null> {
  if (!regions || regions.cells.length === 0) return null;
  if (parseRegionKind(regions.by) === null) return null;
  const after = eventsOf(regions.rows);
  const before = eventsOf((regions.changes ?? []).map(({ cell, events_before }) => ({ cell, events: events_before })));
  const { by, cells, grid } = await drawnCells(regions, before, after);
  const kind = parseRegionKind(by);
  if (kind === null) return null;
  const places = await createRegions(kind);
  const measure = cells.some(({ sums: [km] }) => km >= regions.min_km) ? "rate" : "count";
  const make = (value: (km: number, now: number, old: number) => number | null) =>
    cells.map(
      ({ cell, sums: [km, now, old] }): GeoCell => ({
        area: places.geometry(cell),
        label: cell,
        value: rounded(value(km, now, old)),
        faint: measure === "rate" && km < regions.min_km,
        details: [rounded(km), now, ...(regions.changes ? [old] : [])],
      }),
    );
  const told = (events: number, km: number) => (measure === "count" ? events : rate(events, km));
  const all = make((km, now) => told(now, km));
  return {
    ...{ grid, measure, cells: all },
    before: regions.changes ? make((km, _now, old) => told(old, km)) : null,
    changes: regions.changes ? make((km, now, old) => told(now - old, km)) : null,
    land: spreads(all) ? await readBaseMap() : null,
  };
}

/** Whether cells lie so far apart that coasts help. */
function spreads(cells: readonly GeoCell[]): boolean {
  const points = cells.map(({ area }) =>
    area.type === "Polygon" ? area.coordinates[0][0] : area.coordinates[0][0][0],
  );
  const width = (axis: 0 | 1) => {
    const values = points.map((point) => point[axis]);
    return (
      values.reduce((most, value) => Math.max(most, value), -Infinity) -
      values.reduce((least, value) => Math.min(least, value), Infinity)
    );
  };
  return width(0) > LAND_FROM_DEGREES || width(1) > LAND_FROM_DEGREES;
}
