import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { coverage, forecast, mase, owa, type Series, smape } from "../../../src/forecast/index.js";
import { readSeries } from "../../../src/ingest/index.js";

const M4 = resolve(import.meta.dirname, "../../../../shared/data/m4");
const NAIVE2 = { hourly: { smape: 18.2245, mase: 2.4317 }, weekly: { smape: 9.5373, mase: 2.9145 } };
const SCALE = { hourly: 24, weekly: 1 };

type Frequency = keyof typeof NAIVE2;

const read = async (frequency: Frequency, part: string): Promise<Series[]> =>
  (await readSeries(`${M4}/m4_${frequency}_${part}.parquet`, { id: "id", time: "t", value: "y" })).series;

/** Mean scores of one model on the competition's test part, and its coverage at 95 %. */
async function scores(frequency: Frequency, horizon: number, season: number[], model: string) {
  const [train, test] = await Promise.all([read(frequency, "train"), read(frequency, "test")]);
  const forecasts = forecast(train, { horizon, season, models: [model] });
  const mean = (of: (i: number) => number) => train.reduce((sum, _, i) => sum + of(i), 0) / train.length;
  const total = {
    smape: mean((i) => smape(test[i].y, forecasts[i].mean)),
    mase: mean((i) => mase(test[i].y, forecasts[i].mean, train[i].y, SCALE[frequency])),
    coverage: mean((i) => coverage(test[i].y, forecasts[i].lo[95], forecasts[i].hi[95])),
  };
  return { ...total, owa: owa(total.smape, total.mase, NAIVE2[frequency]), series: train.length };
}

describe.skipIf(!existsSync(M4))("M4, published scores (skipped without ../shared/data/m4)", () => {
  it("seasonal naive by the hour: sMAPE 13.979, MASE 1.2329, OWA 0.6370", async () => {
    const { series, ...s } = await scores("hourly", 48, [24], "seasonal_naive");
    expect(series).toBe(207);
    expect(s.smape).toBeCloseTo(13.979, 3);
    expect(s.mase).toBeCloseTo(1.2329, 4);
    expect(s.owa).toBeCloseTo(0.637, 4);
    // The conformal interval does its work whatever the model.
    expect(s.coverage).toBeGreaterThan(0.9);
  });

  it("naive by the week is Naive2 there: OWA 1", async () => {
    const { series, ...s } = await scores("weekly", 13, [], "naive");
    expect(series).toBe(180);
    expect(s.owa).toBeCloseTo(1, 4);
    expect(s.coverage).toBeGreaterThan(0.9);
  });
});
