import { checkMapLayers } from "../../backtest/map/edge-layers.js";
import { MAP_SIGNALS, mapColumns } from "../../backtest/map/map-columns.js";
import { signalsOf } from "../../backtest/replay/signals-of.js";
import type { Policy } from "../../backtest/types.js";
import type { InputFile } from "../../core/demand.js";
import { readMapSource } from "../../ingest/backtest/map-source.js";
import type { ReplaySetting } from "../../ingest/backtest/replay-chunk.js";
import { columnNames } from "../../ingest/column-names.js";
import type { ReadOptions } from "../../ingest/types.js";
import type { BacktestCommandOptions } from "./command-options.js";

/** Options that tell where the map comes from. */
export type MapOptions = Pick<
  BacktestCommandOptions,
  "logs" | "roadGraph" | "matchUrl" | "sigmaM" | "betaM" | "radiusM"
>;

/** The map of a run, and which columns of the logs are read. */
export interface MapRead {
  /** Columns of the logs that the policies need. */
  signals: string[];
  map: ReplaySetting["map"];
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads the map, where there is one, and tells the columns of the logs from the signals of the map.
 *
 * @throws InputError for signals that can come from nowhere, and for layers on roads that are not there
 */
export async function readMap(
  o: MapOptions,
  policy: Policy,
  baseline: Policy | null,
  read: ReadOptions,
): Promise<MapRead> {
  const found = await readMapSource(definedOnly(o), read);
  const policies = [policy, ...(baseline ? [baseline] : [])];
  const needed = policies.map(signalsOf);
  const isMapped = needed.flat().some((name) => (MAP_SIGNALS as readonly string[]).includes(name));
  const names = found || isMapped ? (await columnNames(o.logs, read)).names : [];
  const columns = needed.map((signals) => mapColumns(signals, names, found !== null));
  const edges = found?.source.graph?.edgeIds;
  if (edges) for (const { map_layers } of policies) checkMapLayers(map_layers, edges);
  const [own, old] = policies.map(({ map_layers }, i) => ({ layers: map_layers, computed: columns[i].computed }));
  return {
    signals: [...new Set(columns.flatMap((one) => one.read))],
    map: found && { source: found.source, policy: own, baseline: old ?? null },
    inputs: found?.inputs ?? [],
    warnings: found?.warnings ?? [],
  };
}

/** The options of the map that were given: one that is there and undefined would take the place of a default. */
function definedOnly({ roadGraph, matchUrl, sigmaM, betaM, radiusM }: MapOptions) {
  const all = Object.entries({ roadGraph, matchUrl, sigmaM, betaM, radiusM });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
