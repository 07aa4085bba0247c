import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BacktestParts } from "../../backtest/backtest-result.js";
import type { BacktestFile } from "../../backtest/backtest-schema.js";
import { isoUtc, parseInstant } from "../../core/time.js";
import type { CohortsRead } from "../../ingest/backtest/read-cohorts.js";
import type { LabelsRead } from "../../ingest/backtest/read-labels.js";
import type { FleetLogs } from "../../ingest/backtest/read-logs.js";
import type { PolicyRead } from "../../ingest/backtest/read-policy.js";
import type { ChunkResult, ReplaySetting } from "../../ingest/backtest/replay-chunk.js";
import { writeEvents } from "../../ingest/backtest/write-events.js";
import { writeFolder } from "../../ingest/write-folder.js";
import type { CommandResult } from "../frame.js";
import type { BacktestCommandOptions } from "./command-options.js";
import type { MapRead } from "./read-map.js";
import type { RegionsRead } from "./region-kind.js";
import { type ScoredRun, scoreRun } from "./score-run.js";

/** Files of a backtest's folder. */
export const FILES: readonly string[] = Object.freeze([
  ...["events.parquet", "metrics.json", "sweep.json", "heatmap.geojson", "report.html"],
]);

/** All that a backtest has read and found. */
export interface BacktestRun {
  policy: PolicyRead;
  baseline: PolicyRead | null;
  labels: LabelsRead | null;
  cohorts: CohortsRead | null;
  regions: RegionsRead | null;
  map: MapRead;
  logs: Pick<FleetLogs, "inputs" | "positions" | "counts">;
  setting: ReplaySetting;
  result: ChunkResult;
}

/** Works out the metrics and writes the folder, whole or not at all. */
export async function writeBacktest(
  o: BacktestCommandOptions,
  run: BacktestRun,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { events } = run.result;
  const { rows, duplicates, dropped } = run.logs.counts;
  const scored = await scoreRun(o, {
    ...run,
    cohorts: run.cohorts?.cohorts ?? null,
    input: { rows, duplicates, dropped },
    createdFrom: createdFrom(o, run),
  });
  const html = await reportOf(o, run, scored);
  const texts = new Map([
    ["metrics.json", jsonOf(scored.metrics)],
    ...(scored.sweep ? [["sweep.json", jsonOf(scored.sweep)] as const] : []),
    ["heatmap.geojson", jsonOf(scored.heatmap)],
    ["report.html", html],
  ]);
  await writeFolder(o.out, FILES, async (folder) => {
    await writeEvents(join(folder, "events.parquet"), events, { signal });
    for (const [name, text] of texts) await writeFile(join(folder, name), text);
    signal.throwIfAborted();
  });
  const { exposure, overall } = scored.metrics;
  return {
    outputs: ["events.parquet", ...texts.keys()].map((name) => join(o.out, name)),
    warnings: warningsOf(run, scored.metrics),
    summary: { events: events.onsetTs.length, rows, duplicates, dropped, ...exposure, ...scoreOf(overall) },
    text: `${events.onsetTs.length} events in ${rows} rows of ${exposure.vehicles} vehicles -> ${o.out}`,
  };
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const scoreOf = ({ tp, fp, fn, precision, recall, f1 }: BacktestFile["overall"]) => ({
  ...{ tp, fp, fn, precision, recall, f1 },
});

/** The options that the results depend on, and the files that they come from. */
export function createdFrom(o: BacktestCommandOptions, run: BacktestRun): BacktestParts["createdFrom"] {
  const { policy, baseline, labels, cohorts, map, logs } = run;
  const {
    toleranceMs,
    maxGapMs,
    sweep = null,
    split = null,
    missCost = null,
    maxNuisance = null,
    minRecall = null,
    h3,
    regions = null,
    minKm = null,
    strictOrder,
  } = o;
  const { roadGraph = null, matchUrl = null, sigmaM = null, betaM = null, radiusM = null } = o;
  const files = [policy.input, ...(baseline ? [baseline.input] : []), ...logs.inputs];
  return {
    inputs: [
      ...files,
      ...(labels?.inputs ?? []),
      ...(cohorts?.inputs ?? []),
      ...map.inputs,
      ...(run.regions?.inputs ?? []),
    ],
    options: {
      ...{ policy: o.policy, baseline: o.baseline ?? null, logs: o.logs },
      ...{ labels: o.labels ?? null, cohorts: o.cohorts ?? null },
      ...{ tolerance_ms: toleranceMs, max_gap_ms: maxGapMs, strict_order: strictOrder ?? false },
      ...{
        sweep,
        split,
        miss_cost: missCost,
        max_nuisance: maxNuisance,
        min_recall: minRecall,
        h3,
        regions,
        min_km: minKm,
      },
      ...{ road_graph: roadGraph, match_url: matchUrl, sigma_m: sigmaM, beta_m: betaM, radius_m: radiusM },
    },
    seed: o.seed,
  };
}

/** The report for people, dated by `--as-of` or the last row. */
async function reportOf(o: BacktestCommandOptions, { logs }: BacktestRun, { metrics, sweep }: ScoredRun) {
  const { policyImpactReport } = await import("../../../reports/policy-impact.js");
  const { defineReport, renderHtml } = await import("../../report/index.js");
  const at = o.asOf === undefined ? logs.counts.lastTs : parseInstant(o.asOf, "--as-of");
  const dated = Number.isFinite(at) ? { generatedAt: isoUtc(at) } : {};
  return renderHtml(defineReport(await policyImpactReport(metrics, { sweep, ...dated })));
}

function warningsOf({ logs, map, setting }: BacktestRun, metrics: BacktestFile): string[] {
  const { misplaced } = logs.counts;
  const others = metrics.labels_of_other_triggers ?? 0;
  const fenced = setting.policy.triggers.some(({ overrides }) => overrides.length > 0);
  return [
    ...map.warnings,
    ...(logs.positions
      ? []
      : [
          `the logs have no columns lat and lon: nothing is known of distances and places${fenced ? ", and no geofence applies" : ""}`,
        ]),
    ...(misplaced > 0 ? [`${misplaced} rows have a position out of bounds, and count as rows without one`] : []),
    ...(others > 0 ? [`${others} labels are of triggers that the policy does not have, and are not scored`] : []),
  ];
}
