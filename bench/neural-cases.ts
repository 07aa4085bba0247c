// Panels for the choices of the neural model, with what came after them; all inside training data.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { hourlyFamilies } from "../fixtures/families.js";
import type { Series } from "../src/forecast/index.js";
import { readSeries, readTelemetry } from "../src/ingest/index.js";
import { DATA, M4 } from "./m4.js";
import { philly } from "./philly.js";

export interface NeuralCase {
  name: string;
  panel: Series[];
  actual: Float64Array[];
  horizon: number;
  season: number[];
  /** Lag of the change by which MASE is scaled. */
  scale: number;
}

const HOURLY = { season: [24, 168], scale: 24 };

/** Series up to `to` (counted from the end where negative), with the horizon after it. */
function cut(
  name: string,
  series: readonly Series[],
  to: number,
  horizon: number,
  how: Omit<NeuralCase, "name" | "panel" | "actual" | "horizon">,
): NeuralCase {
  const ends = (y: Float64Array): number => (to < 0 ? y.length + to : to);
  const kept = series.filter(({ y }) => y.subarray(0, ends(y)).some((v) => v > 0));
  return {
    name,
    panel: kept.map(({ id, y }) => ({ id, y: y.slice(0, ends(y)) })),
    actual: kept.map(({ y }) => y.slice(ends(y), ends(y) + horizon)),
    horizon,
    ...how,
  };
}

async function m4(frequency: keyof typeof M4): Promise<NeuralCase> {
  const { horizon, season, scale } = M4[frequency];
  const file = join(DATA, `m4/m4_${frequency}_train.parquet`);
  const { series } = await readSeries(file, { id: "id", time: "t", value: "y" });
  return cut(frequency, series, -horizon, horizon, { season, scale });
}

const queues = async (): Promise<NeuralCase> => cut("queues", await philly(), 2100, 168, HOURLY);

async function helios(): Promise<NeuralCase> {
  const { hourly } = await readTelemetry({
    files: join(DATA, "helios/earth_vc_minutely_2020-05.parquet"),
    columns: { queue: "vc", time: "time", running: "running_gpu_num", pending: "pending_gpu_num" },
  });
  const series = hourly.queues.map((id, q) => ({ id, y: hourly.demand[q].subarray(0, 408) }));
  return cut("helios", series, 360, 48, HOURLY);
}

const CASES: Record<string, () => Promise<NeuralCase>> = {
  hourly: () => m4("hourly"),
  weekly: () => m4("weekly"),
  queues,
  helios,
  families: async () => cut("families", hourlyFamilies(4321, 24 * 56 + 48, 40), -48, 48, HOURLY),
};

/** Those named, or all; without the shared data only the generated ones. */
export async function* neuralCases(names = Object.keys(CASES)): AsyncGenerator<NeuralCase> {
  for (const name of names) if (name === "families" || existsSync(DATA)) yield await CASES[name]();
}
