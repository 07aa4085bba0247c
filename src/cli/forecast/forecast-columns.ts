import type { Forecast, Frequency } from "../../forecast/index.js";
import type { OutputColumn, SeriesForecast } from "../../ingest/index.js";

/** What decides the columns of a forecast. */
export interface ColumnOptions {
  horizon: number;
  level: readonly number[];
  quantiles: readonly number[];
}

const timeType = (grid: Frequency) => (grid === "int" ? ("BIGINT" as const) : ("TIMESTAMP" as const));

/** The columns of the contract: id, step, time, mean, lo/hi by level, model, asked quantiles. */
export function forecastColumns(
  series: readonly SeriesForecast[],
  { horizon, level, quantiles }: ColumnOptions,
  grid: Frequency,
): OutputColumn[] {
  const text = (of: (f: Forecast) => string): string[] =>
    series.flatMap(({ forecast }) => new Array<string>(horizon).fill(of(forecast)));
  const numbers = (of: (one: SeriesForecast) => Float64Array): Float64Array => {
    const out = new Float64Array(series.length * horizon);
    series.forEach((one, i) => {
      out.set(of(one), i * horizon);
    });
    return out;
  };
  const steps = Int32Array.from({ length: series.length * horizon }, (_, i) => (i % horizon) + 1);
  return [
    { name: "id", type: "VARCHAR", data: text((f) => f.id) },
    { name: "step", type: "INTEGER", data: steps },
    { name: "time", type: timeType(grid), data: numbers(({ times }) => times) },
    { name: "mean", type: "DOUBLE", data: numbers(({ forecast }) => forecast.mean) },
    ...level.flatMap((l): OutputColumn[] => [
      { name: `lo_${l}`, type: "DOUBLE", data: numbers(({ forecast }) => forecast.lo[l]) },
      { name: `hi_${l}`, type: "DOUBLE", data: numbers(({ forecast }) => forecast.hi[l]) },
    ]),
    { name: "model", type: "VARCHAR", data: text((f) => f.model) },
    ...quantiles.map(
      (q): OutputColumn => ({
        name: `q_${q}`,
        type: "DOUBLE",
        data: numbers(({ forecast }) => forecast.quantiles[q]),
      }),
    ),
  ];
}

/** Sample paths of one series: id, path, step, time, value. */
export function pathColumns(id: string, times: Float64Array, data: Float64Array, grid: Frequency): OutputColumn[] {
  const horizon = times.length;
  const n = data.length;
  return [
    { name: "id", type: "VARCHAR", data: new Array<string>(n).fill(id) },
    { name: "path", type: "INTEGER", data: Int32Array.from(data, (_, i) => Math.floor(i / horizon)) },
    { name: "step", type: "INTEGER", data: Int32Array.from(data, (_, i) => (i % horizon) + 1) },
    { name: "time", type: timeType(grid), data: Float64Array.from(data, (_, i) => times[i % horizon]) },
    { name: "value", type: "DOUBLE", data },
  ];
}
