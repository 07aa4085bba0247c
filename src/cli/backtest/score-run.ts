import { type BacktestParts, backtestResult } from "../../backtest/backtest-result.js";
import type { BacktestFile } from "../../backtest/backtest-schema.js";
import { compareBaseline, pairEvents } from "../../backtest/compare/compare-baseline.js";
import { compareCohorts } from "../../backtest/compare/compare-cohorts.js";
import { createRegions } from "../../backtest/geo/create-regions.js";
import { type HeatmapGeojson, heatmapGeojson } from "../../backtest/geo/heatmap-geojson.js";
import { regionChanges } from "../../backtest/geo/region-changes.js";
import { regionTable } from "../../backtest/geo/region-table.js";
import type { RegionExposure } from "../../backtest/geo/region-tally.js";
import type { RegionsSection } from "../../backtest/geo/regions-schema.js";
import { tileBoundaries } from "../../backtest/geo/tile-boundaries.js";
import type { RegionKind, Regions } from "../../backtest/geo/types.js";
import { mapMatchSection } from "../../backtest/map/map-match-section.js";
import type { ScoredLabels } from "../../backtest/score/clusters.js";
import { matchEvents } from "../../backtest/score/match-events.js";
import { scoreTriggers } from "../../backtest/score/score-triggers.js";
import type { BalanceRule } from "../../backtest/sweep/choose-threshold.js";
import { sweepResult } from "../../backtest/sweep/sweep-result.js";
import type { SweepFile } from "../../backtest/sweep/sweep-schema.js";
import type { EventTable, Policy } from "../../backtest/types.js";
import { VERSION } from "../../core/version.js";
import type { PolicyRead } from "../../ingest/backtest/read-policy.js";
import type { ChunkResult, ReplaySetting } from "../../ingest/backtest/replay-chunk.js";
import type { BacktestCommandOptions } from "./command-options.js";

/** What was replayed, and what is to be said of where it came from. */
export interface ScoreInputs {
  policy: PolicyRead;
  baseline: PolicyRead | null;
  cohorts: ReadonlyMap<string, string> | null;
  setting: ReplaySetting;
  result: ChunkResult;
  input: BacktestFile["input"];
  createdFrom: BacktestParts["createdFrom"];
}

/** The files that are made of a run's counts. */
export interface ScoredRun {
  metrics: BacktestFile;
  sweep: SweepFile | null;
  heatmap: HeatmapGeojson;
}

const NOTHING_DRIVEN: RegionExposure = Object.freeze({ ids: [], micrometres: new Float64Array(0), outside: 0 });

/** Scores a run. */
export async function scoreRun(o: BacktestCommandOptions, run: ScoreInputs): Promise<ScoredRun> {
  const { policy, baseline, cohorts, setting, result, input, createdFrom } = run;
  const { events, exposure } = result;
  const { seed } = o;
  const labels = labelsOf(run, events);
  const triggerIds = idsOf(policy.policy);
  const scored = { triggerIds, events, exposure, labels };
  const old = result.baseline && {
    triggerIds: idsOf((baseline as PolicyRead).policy),
    events: result.baseline,
    labels: labelsOf(run, result.baseline),
  };
  const [h3, other] = await regionsOf(o, run, labels, old);
  const metrics = backtestResult({
    ...{ policy: policy.policy, digest: policy.input.sha256, createdFrom, input, exposure },
    score: scoreTriggers(scored, { seed }),
    labels: setting.labels,
    ...(baseline && old
      ? {
          baseline: {
            ...{ policy: baseline.policy, digest: baseline.input.sha256 },
            comparison: compareBaseline(scored, old, exposure, { seed }),
          },
        }
      : {}),
    ...(cohorts ? { cohorts: compareCohorts(scored, cohorts, { seed }) } : {}),
    ...(setting.regions.length > 0 ? { regions: (other ?? h3).section } : {}),
    ...(result.tileEdges ? { tileBoundaries: tileBoundaries(events, result.tileEdges, changedRows(result)) } : {}),
    ...(setting.map && result.mapMatch
      ? { mapMatch: mapMatchSection([result.mapMatch], setting.map.source.engine, setting.map.source.options) }
      : {}),
  });
  const heatmap = heatmapGeojson(h3.regions, h3.section, h3.section.changes ?? null);
  return { metrics, heatmap, sweep: sweepFile(o, run) };
}

const idsOf = ({ triggers }: Policy): string[] => triggers.map(({ id }) => id);

/** The labels as they pair with events. */
function labelsOf({ setting, result }: ScoreInputs, events: EventTable): ScoredLabels | null {
  const { labels: table, toleranceMs } = setting;
  if (!table) return null;
  return { table, match: matchEvents(events, table, toleranceMs), covered: result.coverage as Uint8Array };
}

/** The table of each kind of region, that of H3 first, also where there are no positions. */
async function regionsOf(
  { h3, minKm }: BacktestCommandOptions,
  { setting, result }: ScoreInputs,
  labels: ScoredLabels | null,
  old: { events: EventTable; labels: ScoredLabels | null } | null,
): Promise<{ regions: Regions; section: RegionsSection }[]> {
  const kinds: readonly RegionKind[] = setting.regions.length > 0 ? setting.regions : [{ kind: "h3", resolution: h3 }];
  return Promise.all(
    kinds.map(async (kind, i) => {
      const regions = await createRegions(kind);
      const tableOf = (events: EventTable, own: ScoredLabels | null) =>
        regionTable(
          regions,
          {
            ...{ exposure: result.regions[i] ?? NOTHING_DRIVEN, events },
            labels: own && result.places && { table: own.table, match: own.match, places: result.places },
          },
          minKm === undefined ? {} : { minKm },
        );
      const table = tableOf(result.events, labels);
      const changes = old && regionChanges(tableOf(old.events, old.labels), table);
      return { regions, section: { ...table, ...(changes ? { changes } : {}) } };
    }),
  );
}

/** Events that only one of the two policies has. */
function changedRows({ events, baseline }: ChunkResult) {
  if (!baseline) return null;
  const { labelOfEvent, eventOfLabel } = pairEvents(events, baseline);
  const alone = (partners: Int32Array) => [...partners.keys()].filter((row) => partners[row] < 0);
  return { added: alone(labelOfEvent), baseline, removed: alone(eventOfLabel) };
}

function ruleOf({ missCost, maxNuisance, minRecall }: BacktestCommandOptions): BalanceRule {
  if (missCost !== undefined) return { kind: "miss_cost", nuisances: missCost };
  if (maxNuisance !== undefined) return { kind: "max_nuisance", per_1000km: maxNuisance };
  return minRecall === undefined ? { kind: "f1" } : { kind: "min_recall", recall: minRecall };
}

function sweepFile(o: BacktestCommandOptions, { policy, setting, result, createdFrom }: ScoreInputs): SweepFile | null {
  if (!setting.sweep || !result.sweep) return null;
  const found = sweepResult(
    {
      ...{ policy: policy.policy, target: setting.sweep, tally: result.sweep },
      ...{ labels: setting.labels, exposure: result.exposure },
    },
    { seed: o.seed, split: o.split ?? "none", rule: ruleOf(o) },
  );
  return { schema: "fleetlens.sweep/1", version: VERSION, createdFrom, ...found };
}
