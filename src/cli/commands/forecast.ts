import type { Command } from "commander";
import { VERSION } from "../../core/version.js";
import type { BatchSetting, SeriesForecast, SeriesSource } from "../../ingest/index.js";
import { addHierarchyOptions, type HierarchyOptions, readTree } from "../forecast/hierarchy-options.js";
import {
  addSeriesOptions,
  addZoneOption,
  forecastModels,
  levels,
  probabilities,
  refuseNeural,
  type SeriesCommandOptions,
  stepsOf,
} from "../forecast/series-options.js";
import { action, type CommandContext } from "../frame.js";

interface Options extends SeriesCommandOptions, HierarchyOptions {
  level: number[];
  quantiles: number[];
  model: string[];
  tz?: string;
  paths?: string;
  meta?: boolean;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --out forecast.parquet
  fleetlens forecast 'parts/*.parquet' --id id --time t --value y --horizon 48 --season 24,168 --threads 2 --out f.csv
  fleetlens forecast demand.csv --id queue --time day --value gpus --horizon 28 --freq D --model lag_ridge --meta --out f.json
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --tz Europe/Berlin \\
    --hierarchy region,pool,queue --out forecast.parquet`;

/** Joint sample paths of a series. */
const PATHS = 1000;
/** Values that --paths may write: some 16 GB wait on disk until the file is whole. */
const MOST_PATH_VALUES = 400_000_000;
/** Memory of the SQL engine, which sorts the rows; beyond it they wait on disk. */
const MEMORY = "256MB";

export function registerForecast(program: Command): void {
  const command = program
    .command("forecast")
    .description("Forecast every series of a table with calibrated intervals.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions");
  addHierarchyOptions(addZoneOption(addSeriesOptions(command)))
    .option("--model <names>", "auto, or models whose step-wise median is taken", forecastModels, ["auto"])
    .option("--level <list>", "interval levels in per cent", levels, [80, 95])
    .option("--quantiles <list>", "extra quantile columns, e.g. 0.1,0.5,0.9", probabilities, [])
    .option("--paths <file>", "also write joint sample paths (id, path, step, time, value)")
    .option(
      "--meta",
      "also write the metadata beside it (f.parquet: f.meta.json): version, seed, members and weights by series, warnings",
    )
    .requiredOption("--out <file>", "output .parquet, .csv or .json")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, context) => {
    const { withSeries, writeAtomically } = await import("../../ingest/index.js");
    const { signal, onProgress } = context;
    const meta = await checkOptions(input, o);
    onProgress(0, 0, "reading");
    const hierarchy = await readTree(input, o.hierarchy, o.id, signal);
    const { id, time, value, threads } = o;
    return withSeries(input, { id, time, value, threads, memory: MEMORY, signal }, async (source) => {
      const sums = Object.keys(hierarchy?.nodes ?? {}).length;
      if (o.paths) await checkPaths(source.ids.length + sums, o.horizon);
      const { writeForecasts } = await import("../forecast/forecast-files.js");
      const { setting, batches } = await forecasts(source, hierarchy, o, context);
      const { season, levels, quantiles, models, maxGap } = setting.options;
      const head = async () => ({
        schema: "fleetlens.forecast-meta/1",
        version: VERSION,
        createdFrom: {
          inputs: await source.inputs(),
          options: {
            ...{ id, time, value, freq: setting.grid, horizon: o.horizon, season, levels, quantiles, models },
            ...{ intervals: o.intervals, max_gap: maxGap, tz: o.tz },
            ...(hierarchy ? { hierarchy: o.hierarchy, reconcile: o.reconcile } : {}),
          },
          seed: o.seed,
        },
        neural: o.neural === "auto" ? "unavailable" : "off",
      });
      const general = [
        ...source.warnings,
        ...(o.neural === "auto" ? ["no neural model is built into this version: the pool runs without it"] : []),
      ];
      const files = { ...o, meta: o.meta ? { file: meta, head: await head() } : undefined };
      let written = { series: 0, warnings: [] as string[], warningCount: 0 };
      const outputs = await writeAtomically(async (atomic) => {
        written = await writeForecasts(atomic, batches, files, setting.grid, general, signal);
      });
      const shown = written.warnings.slice(0, 20);
      const more = written.warningCount - shown.length;
      return {
        outputs,
        warnings: more > 0 ? [...shown, `and ${more} more; see --meta`] : shown,
        summary: { series: written.series, rows: written.series * o.horizon, season, seed: o.seed },
        text: `${written.series} series × ${o.horizon} steps written to ${o.out}`,
      };
    });
  });
}

/** Refuses what cannot be meant before anything is read; gives the name of the metadata. */
async function checkOptions(input: string, o: Options): Promise<string> {
  const { InputError } = await import("../../core/errors.js");
  const { assertTimeZone } = await import("../../core/time.js");
  const { tableFormat } = await import("../../ingest/index.js");
  refuseNeural(o.neural);
  tableFormat(o.out);
  if (o.paths) tableFormat(o.paths);
  if (o.tz) assertTimeZone(o.tz);
  if (o.reconcile !== "bu" && !o.hierarchy) {
    throw new InputError(`--reconcile ${o.reconcile} needs --hierarchy, the columns to add up to`, {
      option: "reconcile",
    });
  }
  const meta = o.out.replace(/\.[^.]+$/, ".meta.json");
  const { refuseOwnInput } = await import("../own-input.js");
  refuseOwnInput(input, [o.out, o.paths, o.meta ? meta : undefined]);
  if (o.paths === o.out || o.paths === meta) {
    throw new InputError("--out, --paths and the metadata must be different files", { option: "paths" });
  }
  return meta;
}

async function checkPaths(series: number, horizon: number): Promise<void> {
  const { InputError } = await import("../../core/errors.js");
  const values = series * PATHS * horizon;
  if (values <= MOST_PATH_VALUES) return;
  throw new InputError(
    `--paths would write ${values} values (${series} series × ${PATHS} paths × ${horizon} steps), more than ${MOST_PATH_VALUES}; leave it out, or forecast fewer series or steps at a time`,
    { option: "paths", values },
  );
}

/** How the series are forecast, and their forecasts as they come. */
async function forecasts(
  source: SeriesSource,
  hierarchy: Awaited<ReturnType<typeof readTree>>,
  o: Options,
  { signal, onProgress }: CommandContext,
): Promise<{ setting: BatchSetting; batches: AsyncIterable<SeriesForecast[]> }> {
  const { forecastBatches } = await import("../../ingest/index.js");
  const some = async () => {
    const first: { t: Float64Array }[] = [];
    for await (const series of source.series(100)) first.push(series);
    return first;
  };
  const { grid, season, maxGap } = await stepsOf(some, source.integerTime, o);
  const setting: BatchSetting = {
    grid,
    zone: o.tz,
    options: {
      ...{ horizon: o.horizon, season, maxGap, levels: o.level, quantiles: o.quantiles, seed: o.seed },
      ...{ models: o.model.includes("auto") ? "auto" : o.model, intervals: o.intervals },
      paths: o.paths || hierarchy ? PATHS : 0,
    },
  };
  const run = { threads: o.threads, signal, onProgress };
  if (!hierarchy) return { setting, batches: forecastBatches(source, setting, run) };
  const { addSums, reconciled } = await import("../forecast/forecast-hierarchy.js");
  const batches =
    o.reconcile === "bu"
      ? addSums(forecastBatches(source, setting, run), hierarchy, setting, o.paths !== undefined)
      : reconciled(source, hierarchy, o.reconcile, setting, run);
  return { setting, batches };
}
