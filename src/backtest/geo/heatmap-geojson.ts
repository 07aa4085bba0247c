import type { RegionChange, RegionRow, RegionTable } from "./regions-schema.js";
import type { AreaGeometry, Regions } from "./types.js";

/** A cell of the map. */
export interface HeatmapFeature {
  type: "Feature";
  id: string;
  geometry: AreaGeometry;
  properties: {
    /** The cell's index; `region` where the cells are not of H3. */
    h3?: string;
    region?: string;
    /** Of all triggers. */
    events: number;
    km: number;
    below_min_km: boolean;
    alerts_per_1000km: number | null;
    /** Events by trigger. */
    triggers: Record<string, number>;
    /** Of the baseline; absent without one. */
    events_before?: number;
  };
}

/** A GeoJSON file; what could not be placed stands beside the cells. */
export interface HeatmapGeojson {
  type: "FeatureCollection";
  /** Events without a position, which are in no cell. */
  events_without_position: number;
  features: HeatmapFeature[];
}

/**
 * The events of a region table as a GeoJSON map (RFC 7946): one Polygon for each cell with events, in the order of the
 * cells; a cell across the antimeridian is a MultiPolygon of its two parts. Cells with events of a
 * baseline alone are in the changes of `metrics.json`.
 *
 * @param changes of the same table against a baseline
 */
export function heatmapGeojson(
  regions: Regions,
  table: RegionTable,
  changes: readonly RegionChange[] | null = null,
): HeatmapGeojson {
  const rows = byCell(table.rows.filter(({ events }) => events > 0));
  const before = changes === null ? null : byCell(changes);
  const features = table.cells.flatMap(({ cell, km, below_min_km }): HeatmapFeature[] => {
    const own = rows.get(cell) ?? [];
    const was = before?.get(cell)?.reduce((sum, { events_before }) => sum + events_before, 0) ?? 0;
    if (own.length === 0) return [];
    const events = own.reduce((sum, row) => sum + row.events, 0);
    return [
      {
        type: "Feature",
        id: cell,
        geometry: regions.geometry(cell),
        properties: {
          ...(table.by.startsWith("h3:") ? { h3: cell } : { region: cell }),
          events,
          km,
          below_min_km,
          alerts_per_1000km: km > 0 ? (1000 * events) / km : null,
          triggers: Object.fromEntries(own.map((row: RegionRow) => [row.trigger, row.events])),
          ...(before === null ? {} : { events_before: was }),
        },
      },
    ];
  });
  return { type: "FeatureCollection", events_without_position: table.without_position.events, features };
}

function byCell<Row extends { cell: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const own = found.get(row.cell);
    if (own) own.push(row);
    else found.set(row.cell, [row]);
  }
  return found;
}
