import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { VERSION } from "../../core/version.js";
import { type BatchSetting, type SeriesForecast, tableFormat, writeAtomically } from "../../ingest/index.js";
import type { CommandResult } from "../frame.js";
import { type Written, writeForecasts } from "./forecast-files.js";
import type { NeuralFacts } from "./forecast-meta-schema.js";
import { joinWords, neuralMeta } from "./neural-words.js";

/** A run of `forecast` but for the forecasts. */
export interface ForecastRun {
  setting: BatchSetting;
  /** Whether the metadata are written too. */
  meta: boolean;
  createdFrom: { inputs: InputFile[]; options: Record<string, unknown>; seed: number };
  neural: NeuralFacts;
  /** Of the run, not of single series. */
  warnings: string[];
}

/** Files of a forecast. */
interface Files {
  out: string;
  paths?: string;
  saveWeights?: string;
}

/** Joint sample paths of a series. */
export const PATHS = 1000;
/** Values that --paths may write: some 16 GB wait on disk until the file is whole. */
const MOST_PATH_VALUES = 400_000_000;

/** Name of the metadata beside a forecast. */
export const metaFile = (out: string): string => out.replace(/\.[^.]+$/, ".meta.json");

/** @throws InputError for names of no table, and for the same name twice */
export function checkFiles({ out, paths, saveWeights }: Files): void {
  tableFormat(out);
  if (paths) tableFormat(paths);
  const files = [out, metaFile(out), ...[paths, saveWeights].filter((file) => file !== undefined)];
  if (new Set(files).size === files.length) return;
  throw new InputError("--out, --paths, --save-weights and the metadata must be different files", { option: "paths" });
}

/** @throws InputError for more paths than fit on a disk */
export function checkPaths(series: number, horizon: number): void {
  const values = series * PATHS * horizon;
  if (values <= MOST_PATH_VALUES) return;
  throw new InputError(
    `--paths would write ${values} values (${series} series × ${PATHS} paths × ${horizon} steps), more than ${MOST_PATH_VALUES}; leave it out, or forecast fewer series or steps at a time`,
    { option: "paths", values },
  );
}

/**
 * Writes the forecasts as they come, with all that is said of them.
 *
 * @param files.weights text of `saveWeights`
 */
export async function writeRun(
  { out, paths, saveWeights, weights }: Files & { weights?: string },
  { setting, meta, createdFrom, neural, warnings }: ForecastRun,
  batches: AsyncIterable<SeriesForecast[]>,
  signal: AbortSignal,
): Promise<CommandResult> {
  const { horizon, season, levels = [], quantiles = [], seed } = setting.options;
  const head = { schema: "fleetlens.forecast-meta/1", version: VERSION, createdFrom };
  const files = {
    ...{ out, paths, horizon, level: levels, quantiles },
    meta: meta ? { file: metaFile(out), head, neural } : undefined,
  };
  let written: Written = { series: 0, joins: [], warnings: [], warningCount: 0 };
  const outputs = await writeAtomically(async (atomic) => {
    written = await writeForecasts(atomic, batches, files, setting.grid, warnings, signal);
    if (saveWeights !== undefined && weights !== undefined) await atomic.write(saveWeights, weights);
  });
  const { joins } = written;
  const shown = written.warnings.slice(0, 20);
  const more = written.warningCount - shown.length;
  return {
    outputs,
    warnings: more > 0 ? [...shown, `and ${more} more; see --meta`] : shown,
    summary: {
      series: written.series,
      rows: written.series * horizon,
      season,
      seed,
      ...(neural === "off" ? {} : { neural: neuralMeta(neural, joins) }),
    },
    text: `${written.series} series × ${horizon} steps written to ${out}${joinWords(joins)}`,
  };
}
