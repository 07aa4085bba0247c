// Compiled by the package test against the packed declarations, strictly, for Node and for bundlers; never run.
import * as everything from "fleetlens";
import { type ColumnarLog, type EventTable, type Policy, replay } from "fleetlens/backtest";
import { binpack, type NodeTable, type PodTable } from "fleetlens/binpack";
import { type CapacityPlan, planCapacity } from "fleetlens/capacity";
import { type Detection, detect } from "fleetlens/changepoint";
import { createRandom, InputError, numericColumn, type Random } from "fleetlens/core";
import { analyseCost, type Charge, type CostAnalysis, collectBill } from "fleetlens/cost";
import { type DriftOptions, type DriftReport, driftReport } from "fleetlens/drift";
import { openEngine } from "fleetlens/engine";
import { groupSequentialBounds } from "fleetlens/experiment";
import { type Forecast, type ForecastOptions, forecast } from "fleetlens/forecast";
import { type Csr, type Reach, reach } from "fleetlens/gc-reachability";
import { type FirstBad, firstBad, type Kpi } from "fleetlens/incident";
import { sha256File } from "fleetlens/ingest";
import { fromDataFrame } from "fleetlens/interop";
import { decodeModel, type NeuralModel, neuralQuantiles, openTensorBackend, trainNeural } from "fleetlens/neural";
import { defineReport, type Report, renderHtml } from "fleetlens/reports";
import { type QueueJobs, simulate } from "fleetlens/simulate";

const random: Random = createRandom(42);
const y: Float64Array = numericColumn([random.normal(), null, 3n]);
const options: ForecastOptions = { horizon: 24, season: [24, 168] };
const ahead: Forecast[] = forecast([{ id: "a100", y }], options);
export const upper: number = ahead[0].hi[95][0];

const nothing = { queues: [], start: 0, hours: 0, demand: [], usage: [], observed: [] };
export const plan: CapacityPlan = planCapacity({ hourly: nothing, plan: { horizon_weeks: 2 } });
export const place = (nodes: NodeTable, pods: PodTable): Int32Array => binpack(nodes, pods).cluster.nodeOf;
export const starts = (jobs: QueueJobs): Float64Array =>
  simulate(jobs, { version: 1, pools: [{ name: "a100", gpus: 8 }] }).start;
export const kept = (csr: Csr): Reach => reach(csr, Int32Array.of(0));
export const changes: Detection = detect(y, { model: "mean" });
export const began = (kpi: Kpi): FirstBad | null => firstBad(kpi);
export const drifted = (after: Float64Array, o: DriftOptions): DriftReport => driftReport({ y }, { y: after }, o);
export const bounds: number[] = groupSequentialBounds([0.5, 1], 0.025, "pocock");
export const events = (policy: Policy, log: ColumnarLog): EventTable => replay(policy, log);
export const bill = (charges: Charge[]): CostAnalysis => analyseCost(collectBill("USD", charges));
export const trained = async (): Promise<NeuralModel> =>
  trainNeural([{ id: "a100", y }], { horizon: 24 }, await openTensorBackend("auto"));
export const foreseen = (text: string): Float64Array[] | null =>
  neuralQuantiles(decodeModel(text, "weights.json"), y, { horizon: 24 });
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
