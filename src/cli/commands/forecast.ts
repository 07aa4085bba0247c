import type { Command } from "commander";
import { VERSION } from "../../core/version.js";
import type { Forecast } from "../../forecast/index.js";
import type { OutputColumn } from "../../ingest/index.js";
import {
  addSeriesOptions,
  modelList,
  type Panel,
  probabilities,
  readPanel,
  type SeriesCommandOptions,
} from "../forecast/series-options.js";
import { action } from "../frame.js";

interface Options extends SeriesCommandOptions {
  quantiles: number[];
  model: string[];
  paths?: string;
  meta?: boolean;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --out forecast.parquet
  fleetlens forecast 'parts/*.parquet' --id id --time t --value y --horizon 48 --season 24,168 --threads 2 --out f.csv
  fleetlens forecast demand.csv --id queue --time day --value gpus --horizon 28 --freq D --model lag_ridge --meta --out f.json`;

export function registerForecast(program: Command): void {
  const command = program
    .command("forecast")
    .description("Forecast every series of a table with calibrated intervals.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions");
  addSeriesOptions(command)
    .option("--model <names>", "auto, or models whose step-wise median is taken", modelList, ["auto"])
    .option("--quantiles <list>", "extra quantile columns, e.g. 0.1,0.5,0.9", probabilities, [])
    .option("--paths <file>", "also write joint sample paths (id, path, step, time, value)")
    .option(
      "--meta",
      "also write the metadata beside it (f.parquet: f.meta.json): version, seed, members and weights by series, warnings",
    )
    .requiredOption("--out <file>", "output .parquet, .csv or .json")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { InputError } = await import("../../core/errors.js");
    const { forecastParallel, tableFormat, writeAtomically, writeTable } = await import("../../ingest/index.js");
    tableFormat(o.out);
    if (o.paths) tableFormat(o.paths);
    const meta = o.out.replace(/\.[^.]+$/, ".meta.json");
    if (o.paths === o.out || o.paths === meta) {
      throw new InputError("--out, --paths and the metadata must be different files", { option: "paths" });
    }
    onProgress(0, 0, "reading");
    const panel = await readPanel(input, o, signal);
    const models = o.model.includes("auto") ? ("auto" as const) : o.model;
    const { forecasts, ids } = await forecastSorted();
    const warnings = [
      ...panel.warnings,
      ...forecasts.flatMap((f) => f.warnings.map((w) => `series "${f.id}": ${w}`)),
      ...(o.neural === "auto" ? ["no neural model is built into this version: the pool runs without it"] : []),
    ];
    const { advance } = await import("../../forecast/index.js");
    const timeOf = (i: number, step: number): number => advance(lastTime(panel, i), step, panel.grid);
    const outputs = await writeAtomically(async (files) => {
      await writeTable(await files.reserve(o.out), forecastColumns(forecasts, o, panel, timeOf), {
        format: tableFormat(o.out),
      });
      if (o.paths) {
        await writeTable(await files.reserve(o.paths), pathColumns(forecasts, panel, timeOf), {
          format: tableFormat(o.paths),
        });
      }
      if (o.meta) await files.write(meta, `${JSON.stringify(metadata(), null, 2)}\n`);
    });
    return {
      outputs,
      warnings: warnings
        .slice(0, 20)
        .concat(warnings.length > 20 ? [`and ${warnings.length - 20} more; see --meta`] : []),
      summary: { series: ids.length, rows: ids.length * o.horizon, season: panel.season, seed: o.seed },
      text: `${ids.length} series × ${o.horizon} steps written to ${o.out}`,
    };

    async function forecastSorted(): Promise<{ forecasts: Forecast[]; ids: string[] }> {
      const forecasts = await forecastParallel(panel.series, {
        horizon: o.horizon,
        season: panel.season,
        levels: o.level,
        quantiles: o.quantiles,
        models,
        seed: o.seed,
        paths: o.paths ? DEFAULT_PATHS : 0,
        maxGap: panel.maxGap,
        threads: o.threads,
        signal,
        onProgress,
      });
      return { forecasts, ids: forecasts.map((f) => f.id) };
    }

    function metadata(): Record<string, unknown> {
      return {
        schema: "fleetlens.forecast-meta/1",
        version: VERSION,
        createdFrom: {
          inputs: panel.inputs,
          options: { horizon: o.horizon, season: panel.season, levels: o.level, quantiles: o.quantiles, models },
          seed: o.seed,
        },
        neural: o.neural === "auto" ? "unavailable" : "off",
        series: forecasts.map(({ id, model, weights, warnings: own }) => ({ id, model, weights, warnings: own })),
        warnings,
      };
    }
  });
}

/** Joint sample paths written by `--paths`. */
const DEFAULT_PATHS = 1000;

function lastTime(panel: Panel, i: number): number {
  const { t, y } = panel.series[i];
  return t ? t[t.length - 1] : y.length;
}

type TimeOf = (series: number, step: number) => number;

function timeType(panel: Panel): "BIGINT" | "TIMESTAMP" {
  return panel.grid === "int" ? "BIGINT" : "TIMESTAMP";
}

/** The columns of the contract: id, step, time, mean, lo/hi by level, model, asked quantiles. */
function forecastColumns(forecasts: readonly Forecast[], o: Options, panel: Panel, timeOf: TimeOf): OutputColumn[] {
  const n = forecasts.length * o.horizon;
  const text = (of: (f: Forecast) => string): string[] =>
    forecasts.flatMap((f) => new Array<string>(o.horizon).fill(of(f)));
  const numbers = (of: (f: Forecast) => Float64Array): Float64Array => {
    const out = new Float64Array(n);
    forecasts.forEach((f, i) => {
      out.set(of(f), i * o.horizon);
    });
    return out;
  };
  const positions = Float64Array.from({ length: n }, (_, i) => (i % o.horizon) + 1);
  const times = positions.map((step, i) => timeOf(Math.floor(i / o.horizon), step));
  return [
    { name: "id", type: "VARCHAR", data: text((f) => f.id) },
    { name: "step", type: "INTEGER", data: positions },
    { name: "time", type: timeType(panel), data: times },
    { name: "mean", type: "DOUBLE", data: numbers((f) => f.mean) },
    ...o.level.flatMap((level): OutputColumn[] => [
      { name: `lo_${level}`, type: "DOUBLE", data: numbers((f) => f.lo[level]) },
      { name: `hi_${level}`, type: "DOUBLE", data: numbers((f) => f.hi[level]) },
    ]),
    { name: "model", type: "VARCHAR", data: text((f) => f.model) },
    ...o.quantiles.map((q): OutputColumn => ({ name: `q_${q}`, type: "DOUBLE", data: numbers((f) => f.quantiles[q]) })),
  ];
}

function pathColumns(forecasts: readonly Forecast[], panel: Panel, timeOf: TimeOf): OutputColumn[] {
  const horizon = forecasts[0].mean.length;
  const perSeries = DEFAULT_PATHS * horizon;
  const n = forecasts.length * perSeries;
  const of = (i: number): number => Math.floor(i / perSeries);
  const step = (i: number): number => (i % horizon) + 1;
  const value = new Float64Array(n);
  forecasts.forEach((f, i) => {
    value.set(f.paths?.data ?? [], i * perSeries);
  });
  const times = forecasts.map((_, i) => Float64Array.from({ length: horizon }, (_v, h) => timeOf(i, h + 1)));
  return [
    { name: "id", type: "VARCHAR", data: Array.from({ length: n }, (_, i) => forecasts[of(i)].id) },
    {
      name: "path",
      type: "INTEGER",
      data: Int32Array.from({ length: n }, (_, i) => Math.floor((i % perSeries) / horizon)),
    },
    { name: "step", type: "INTEGER", data: Int32Array.from({ length: n }, (_, i) => step(i)) },
    {
      name: "time",
      type: timeType(panel),
      data: Float64Array.from({ length: n }, (_, i) => times[of(i)][step(i) - 1]),
    },
    { name: "value", type: "DOUBLE", data: value },
  ];
}
