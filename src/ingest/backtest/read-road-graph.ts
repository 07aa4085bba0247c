import { buildRoadGraph, type RoadGraph } from "../../backtest/map/road-graph.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import type { ReadOptions } from "../types.js";
import { readRoadGeojson } from "./read-road-geojson.js";
import { readRoadTables } from "./read-road-tables.js";

/** A road graph as read. */
export interface RoadGraphRead {
  graph: RoadGraph;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads a road graph: two tables (Parquet, GeoParquet, CSV, JSON or Arrow IPC, in any order), or one GeoJSON file.
 *
 * - Nodes: `node_id, lat, lon`. Edges: `edge_id, from, to` and any of `oneway, length_m, speed_limit_mps, geometry` (WKT,
 *   GeoJSON text, or a geometry column).
 * - GeoJSON: a FeatureCollection of LineStrings with a property `edge_id`, `edge` or `id` (or the feature's own id) and any
 *   of `oneway, length_m, speed_limit_mps, maxspeed` (km/h, or `30 mph`). Ends with the same coordinates are one node.
 *
 * @param files one or two
 * @throws InputError naming file, row and column: a bad cell, an id there twice, an unknown node, a line that is none
 */
export async function readRoadGraph(files: readonly string[], options: ReadOptions = {}): Promise<RoadGraphRead> {
  const geojson = files.length === 1 && /\.(geo)?json$/i.test(files[0]);
  if (!geojson && files.length !== 2)
    throw new InputError(
      "a road graph is one GeoJSON file, or two tables: nodes (node_id, lat, lon) and edges (edge_id, from, to)",
      { files: [...files] },
    );
  const { nodes, edges, place, inputs, warnings } = geojson
    ? await readRoadGeojson(files[0], options)
    : await readRoadTables(files[0], files[1], options);
  return { graph: buildRoadGraph(nodes, edges, place), inputs, warnings };
}
