import { AuditFileSchema, BacktestFileSchema, SweepFileSchema } from "../src/backtest/index.js";
import { DefragFileSchema, PackingResultSchema, ReplacedFileSchema, WhatIfFileSchema } from "../src/binpack/index.js";
import { CapacityEconomicsSchema, CapacityPlanSchema } from "../src/capacity/index.js";
import { ChangesFileSchema } from "../src/changepoint/index.js";
import { CostFileSchema } from "../src/cost/index.js";
import { DriftFileSchema } from "../src/drift/index.js";
import {
  AbFileSchema,
  AbPlanFileSchema,
  CanaryFileSchema,
  EdgeFileSchema,
  OtaFileSchema,
  ServiceFileSchema,
} from "../src/experiment/index.js";
import { DemandSchema, ForecastBacktestSchema } from "../src/forecast/index.js";
import { GcReportSchema } from "../src/gc-reachability/index.js";
import { IncidentsFileSchema, RcaFileSchema, SloFileSchema } from "../src/incident/index.js";
import type { Report } from "../src/report/index.js";
import { SimulationFileSchema } from "../src/simulate/index.js";
import { capacityPlanReport } from "./capacity-plan.js";
import { changepointReport } from "./changepoint.js";
import { checkResult } from "./check-result.js";
import { commitmentsReport } from "./commitments.js";
import { costReport } from "./cost.js";
import { defragReport } from "./defrag.js";
import { demandReport } from "./demand.js";
import { driftNotebook } from "./drift.js";
import { forecastQualityReport } from "./forecast-quality.js";
import { abReport } from "./gate-ab.js";
import { abPlanReport } from "./gate-ab-plan.js";
import { canaryReport } from "./gate-canary.js";
import { edgeReport } from "./gate-edge.js";
import { otaReport } from "./gate-ota.js";
import { serviceReport } from "./gate-service.js";
import { gcReport } from "./gc.js";
import { incidentRcaReport } from "./incident-rca.js";
import { incidentsReport } from "./incidents.js";
import { packingReport } from "./packing.js";
import { policyAuditReport } from "./policy-audit.js";
import { policyImpactReport } from "./policy-impact.js";
import { policySweepReport } from "./policy-sweep.js";
import { queuesReport } from "./queues.js";
import { replacedNodeReport } from "./replaced-node.js";
import { sloReport } from "./slo.js";
import { whatIfReport } from "./what-if.js";

export * from "../src/report/index.js";
export { capacityPlanReport } from "./capacity-plan.js";
export { changepointReport } from "./changepoint.js";
export { commitmentsReport } from "./commitments.js";
export { costReport } from "./cost.js";
export { defragReport } from "./defrag.js";
export { demandReport } from "./demand.js";
export { driftNotebook } from "./drift.js";
export { forecastQualityReport } from "./forecast-quality.js";
export { abReport } from "./gate-ab.js";
export { abPlanReport } from "./gate-ab-plan.js";
export { canaryReport } from "./gate-canary.js";
export { edgeReport } from "./gate-edge.js";
export { otaReport } from "./gate-ota.js";
export { serviceReport } from "./gate-service.js";
export { gcReport } from "./gc.js";
export { incidentRcaReport } from "./incident-rca.js";
export { incidentsReport } from "./incidents.js";
export { packingReport } from "./packing.js";
export { policyAuditReport } from "./policy-audit.js";
export { type PolicyImpactOptions, policyImpactReport } from "./policy-impact.js";
export { policySweepReport } from "./policy-sweep.js";
export { queuesReport } from "./queues.js";
export { replacedNodeReport } from "./replaced-node.js";
export { sloReport } from "./slo.js";
export { whatIfReport } from "./what-if.js";

/** Makes a report of a result, or refuses it. One of a backtest takes the sweep of the same run besides. */
export type ReportMaker = (result: unknown, sweep?: unknown) => Report | Promise<Report>;

/** Makes a report of each kind of result: by the `<kind>` of its `"schema": "fleetlens.<kind>/<major>"`. */
export const notebooks = Object.freeze({
  ab: (result) => abReport(checkResult(AbFileSchema, "a result of gate ab", result)),
  "ab-plan": (result) => abPlanReport(checkResult(AbPlanFileSchema, "a plan of gate ab", result)),
  audit: (result) => policyAuditReport(checkResult(AuditFileSchema, "a result of policy audit", result)),
  backtest: (result, sweep?: unknown) =>
    policyImpactReport(checkResult(BacktestFileSchema, "a result of backtest", result), {
      sweep: sweep === undefined ? null : checkResult(SweepFileSchema, "a sweep of thresholds", sweep),
    }),
  canary: (result) => canaryReport(checkResult(CanaryFileSchema, "a result of gate canary", result)),
  capacity: (result) => commitmentsReport(checkResult(CapacityEconomicsSchema, "a result of capacity", result)),
  "capacity-plan": (result) => capacityPlanReport(checkResult(CapacityPlanSchema, "a capacity plan", result)),
  changepoint: (result) => changepointReport(checkResult(ChangesFileSchema, "a result of changepoint", result)),
  cost: (result) => costReport(checkResult(CostFileSchema, "a result of cost", result)),
  defrag: (result) => defragReport(checkResult(DefragFileSchema, "a plan of moves", result)),
  demand: (result) => demandReport(checkResult(DemandSchema, "a weekly demand", result)),
  drift: (result) => driftNotebook(checkResult(DriftFileSchema, "a result of drift", result)),
  edge: (result) => edgeReport(checkResult(EdgeFileSchema, "a result of gate edge", result)),
  "forecast-backtest": (result) =>
    forecastQualityReport(checkResult(ForecastBacktestSchema, "a forecast backtest", result)),
  "gc-plan": (result) => gcReport(checkResult(GcReportSchema, "a plan of gc", result)),
  incidents: (result) => incidentsReport(checkResult(IncidentsFileSchema, "a result of incidents", result)),
  ota: (result) => otaReport(checkResult(OtaFileSchema, "a result of gate ota", result)),
  packing: (result) => packingReport(checkResult(PackingResultSchema, "a packing result", result)),
  rca: (result) => incidentRcaReport(checkResult(RcaFileSchema, "a root-cause analysis", result)),
  "replaced-node": (result) => replacedNodeReport(checkResult(ReplacedFileSchema, "a replacement of a node", result)),
  service: (result) => serviceReport(checkResult(ServiceFileSchema, "a result of gate service", result)),
  simulation: (result) => queuesReport(checkResult(SimulationFileSchema, "a simulation summary", result)),
  slo: (result) => sloReport(checkResult(SloFileSchema, "a result of slo", result)),
  sweep: (result) => policySweepReport(checkResult(SweepFileSchema, "a sweep of thresholds", result)),
  "what-if": (result) => whatIfReport(checkResult(WhatIfFileSchema, "a purchase of nodes", result)),
} satisfies Readonly<Record<string, ReportMaker>>);
