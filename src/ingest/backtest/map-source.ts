import type { MapMatchSection } from "../../backtest/map/map-match-schema.js";
import type { MatchRows } from "../../backtest/map/map-signals.js";
import { type MatchOptions, matchOptions } from "../../backtest/map/match-options.js";
import { createTraceMatcher } from "../../backtest/map/match-trace.js";
import type { RoadGraph } from "../../backtest/map/road-graph.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { shareArrays } from "../share-arrays.js";
import type { ReadOptions } from "../types.js";
import { createMatchService } from "./match-service.js";
import { readRoadGraph } from "./read-road-graph.js";

/** The map of a run as the options of the command line give it. */
export interface MapSourceOptions extends Partial<Omit<MatchOptions, "maxGapMs">> {
  /** `--road-graph`: a GeoJSON file, or the files of nodes and edges with a comma between. */
  roadGraph?: string;
  /** `--match-url`: a match service. */
  matchUrl?: string;
}

/** What rows are matched by. Plain data, to be handed to workers; its large arrays are shared memory. */
export interface MapSource {
  engine: MapMatchSection["engine"];
  options: MatchOptions;
  /** One of the two. */
  graph: RoadGraph | null;
  url: string | null;
}

/**
 * Reads the map that a run is given; null where it is given none.
 *
 * How a run uses it: `mapColumns(signalsOf(policy), columnsOfTheLog, source !== null)` tells which columns to read and which
 * signals to compute, `checkMapLayers(policy.map_layers, source.graph.edgeIds)` checks the layers; in each worker
 * `createMapSignals(wants, matcherOf(source))` is made once and puts the signals to each chunk of whole vehicles before
 * the replayer; `mapMatchSection(tallies, source.engine, source.options)` makes the section `map_match`.
 *
 * @throws InputError for both a graph and a service, for an option that is not a positive number, and for files or a URL that
 *   cannot be used
 */
export async function readMapSource(
  { roadGraph, matchUrl, ...match }: MapSourceOptions,
  read: ReadOptions = {},
): Promise<{ source: MapSource; inputs: InputFile[]; warnings: string[] } | null> {
  if (roadGraph !== undefined && matchUrl !== undefined)
    throw new InputError("--road-graph and --match-url exclude each other; give one", { option: "--match-url" });
  const options = matchOptions(match);
  if (matchUrl !== undefined) {
    const { engine } = createMatchService(matchUrl, options);
    return { source: { engine, options, graph: null, url: matchUrl }, inputs: [], warnings: [] };
  }
  if (roadGraph === undefined) return null;
  const { graph, inputs, warnings } = await readRoadGraph(roadGraph.split(","), read);
  return { source: { engine: "road_graph", options, graph: shareArrays(graph), url: null }, inputs, warnings };
}

/** The matcher of a map. */
export function matcherOf({ graph, url, options }: MapSource): MatchRows {
  if (graph) return createTraceMatcher(graph, options);
  return createMatchService(url as string, options).match;
}
