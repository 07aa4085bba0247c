import { setImmediate } from "node:timers/promises";
import type { Frequency, JoinTest } from "../../forecast/index.js";
import {
  type AtomicFiles,
  drawPaths,
  type SeriesForecast,
  tableFormat,
  withTableFile,
  withTextFile,
} from "../../ingest/index.js";
import { type ColumnOptions, forecastColumns, pathColumns } from "./forecast-columns.js";
import type { NeuralFacts } from "./forecast-meta-schema.js";
import { joinTests, leftOutWarnings, neuralMeta } from "./neural-words.js";

/** Where a forecast goes. */
export interface ForecastFiles extends ColumnOptions {
  out: string;
  /** Sample paths. */
  paths?: string;
  /** Metadata: the file, what stands before the series, and what is known of the neural model. */
  meta?: { file: string; head: Record<string, unknown>; neural: NeuralFacts };
}

/** What was written. */
export interface Written {
  series: number;
  /** By batch, whether the neural model joined; empty where it was not on trial. */
  joins: JoinTest[];
  /** Warnings, those of series with their ids; the first of them if there are very many. */
  warnings: string[];
  warningCount: number;
}

/** Warnings that are kept at the top of the metadata; each series has its own beside. */
const MOST_WARNINGS = 1000;

/** Writes forecasts batch by batch, so that no file is ever in memory as a whole. */
export async function writeForecasts(
  atomic: AtomicFiles,
  batches: AsyncIterable<readonly SeriesForecast[]>,
  files: ForecastFiles,
  grid: Frequency,
  general: readonly string[],
  signal: AbortSignal,
): Promise<Written> {
  const written: Written = { series: 0, joins: [], warnings: [], warningCount: 0 };
  const warn = (text: string): void => {
    written.warningCount++;
    if (written.warnings.length < MOST_WARNINGS) written.warnings.push(text);
  };
  general.forEach(warn);
  const table = async (path: string) => [await atomic.reserve(path), { format: tableFormat(path), signal }] as const;
  const [out, format] = await table(files.out);
  await withTableFile(out, forecastColumns([], files, grid), format, async (appendRows) => {
    await withPaths(async (appendPaths) => {
      await withMeta(async (appendMeta) => {
        for await (const batch of batches) {
          await appendRows(forecastColumns(batch, files, grid));
          written.joins.push(...joinTests(batch));
          await appendPaths(batch);
          await appendMeta(batch);
          for (const { forecast } of batch) {
            written.series++;
            for (const text of forecast.warnings) warn(`series "${forecast.id}": ${text}`);
          }
        }
        for (const text of leftOutWarnings(written.joins)) warn(text);
      });
    });
  });
  return written;

  type Append = (batch: readonly SeriesForecast[]) => Promise<void>;

  async function withPaths(work: (append: Append) => Promise<void>): Promise<void> {
    if (files.paths === undefined) return work(async () => {});
    const [path, options] = await table(files.paths);
    const none = new Float64Array(0);
    await withTableFile(path, pathColumns("", none, none, grid), options, (append) =>
      work(async (batch) => {
        for (const one of batch) {
          await setImmediate();
          signal.throwIfAborted();
          await append(pathColumns(one.forecast.id, one.times, drawPaths(one) ?? none, grid));
        }
      }),
    );
  }

  async function withMeta(work: (append: Append) => Promise<void>): Promise<void> {
    const { meta } = files;
    if (meta === undefined) return work(async () => {});
    const head = JSON.stringify(meta.head, null, 2).slice(0, -2);
    await withTextFile(await atomic.reserve(meta.file), { signal }, async (append) => {
      await append([`${head},\n  "series": [`]);
      let entries = 0;
      await work((batch) => append(batch.map((one) => `${entries++ > 0 ? "," : ""}\n    ${metaEntry(one)}`)));
      const neural = indented(neuralMeta(meta.neural, written.joins), 2);
      await append([`\n  ],\n  "neural": ${neural},\n  "warnings": ${indented(written.warnings, 2)}\n}\n`]);
    });
  }
}

function metaEntry({ forecast: { id, model, weights, warnings } }: SeriesForecast): string {
  return indented({ id, model, weights, warnings }, 4);
}

/** JSON as it stands inside a document, `depth` characters deep. */
function indented(value: unknown, depth: number): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", `\n${" ".repeat(depth)}`);
}
