// Compiled by the package test against the packed declarations, strictly, for Node and for bundlers; never run.
import * as everything from "fleetlens";
import { type CapacityPlan, planCapacity } from "fleetlens/capacity";
import { createRandom, InputError, numericColumn, type Random } from "fleetlens/core";
import { openEngine } from "fleetlens/engine";
import { type Forecast, type ForecastOptions, forecast } from "fleetlens/forecast";
import { sha256File } from "fleetlens/ingest";
import { fromDataFrame } from "fleetlens/interop";
import { defineReport, type Report, renderHtml } from "fleetlens/reports";

const random: Random = createRandom(42);
const y: Float64Array = numericColumn([random.normal(), null, 3n]);
const options: ForecastOptions = { horizon: 24, season: [24, 168] };
const ahead: Forecast[] = forecast([{ id: "a100", y }], options);
export const upper: number = ahead[0].hi[95][0];

const nothing = { queues: [], start: 0, hours: 0, demand: [], usage: [], observed: [] };
export const plan: CapacityPlan = planCapacity({ hourly: nothing, plan: { horizon_weeks: 2 } });
export const page = (report: Report): Promise<string> => renderHtml(defineReport(report));

// @ts-expect-error a horizon is a number
forecast([{ id: "a100", y }], { horizon: "24" });

export async function read(): Promise<string> {
  const engine = await openEngine("duckdb", { memory: "1GB" });
  await engine.close();
  const { gpus } = fromDataFrame({ columns: ["gpus"], values: [[8]] });
  if (gpus.length === 0) throw new InputError("no rows");
  return `${everything.VERSION} ${await sha256File("gpus.csv")}`;
}
