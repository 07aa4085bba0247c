// What the benches of the forecaster share: where the data lie, the quantiles judged, and how M4 scores its files.
import { join, resolve } from "node:path";
import type { Series } from "../src/forecast/index.js";
import { readSeries } from "../src/ingest/index.js";

export const DATA = resolve("../shared/data");
export const DECILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** `naive2`: Naive2 of the competition on exactly these series. */
export const M4 = {
  hourly: { horizon: 48, season: [24, 168], scale: 24, naive2: { smape: 18.2245, mase: 2.4317 } },
  weekly: { horizon: 13, season: [52], scale: 1, naive2: { smape: 9.5373, mase: 2.9145 } },
};

/** Both parts of a file; the test part is for figures, never for choices. */
export async function readM4(frequency: keyof typeof M4): Promise<{ train: Series[]; test: Series[] }> {
  const read = async (part: string): Promise<Series[]> =>
    (await readSeries(join(DATA, `m4/m4_${frequency}_${part}.parquet`), { id: "id", time: "t", value: "y" })).series;
  return { train: await read("train"), test: await read("test") };
}
