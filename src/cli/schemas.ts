import { z } from "zod";
import { AuditFileSchema } from "../backtest/audit/audit-schema.js";
import { BacktestFileSchema } from "../backtest/backtest-schema.js";
import { PolicyDiffFileSchema } from "../backtest/policy/diff/policy-diff-schema.js";
import { PolicySchema } from "../backtest/policy/policy-schema.js";
import { SweepFileSchema } from "../backtest/sweep/sweep-schema.js";
import { PackingResultSchema } from "../binpack/packing-result.js";
import { DefragFileSchema, ReplacedFileSchema, WhatIfFileSchema } from "../binpack/plan-files.js";
import { CatalogueSchema } from "../binpack/what-if/catalogue.js";
import { CapacityEconomicsSchema } from "../capacity/economics/economics-schema.js";
import { PricesFileSchema } from "../capacity/economics/prices-file.js";
import { PlanFileSchema } from "../capacity/plan-file.js";
import { CapacityPlanSchema } from "../capacity/plan-result.js";
import { ChangesFileSchema } from "../changepoint/changes-file.js";
import { BudgetFileSchema } from "../cost/budget.js";
import { CostFileSchema } from "../cost/cost-schema.js";
import { DriftFileSchema } from "../drift/drift-schema.js";
import { DriftProfileFileSchema } from "../drift/sketch/drift-profile-schema.js";
import { AbPlanFileSchema } from "../experiment/ab/ab-plan-schema.js";
import { AbFileSchema } from "../experiment/ab/ab-schema.js";
import { CanaryFileSchema } from "../experiment/canary/canary-schema.js";
import { EdgeFileSchema } from "../experiment/edge/edge-schema.js";
import { OtaFileSchema } from "../experiment/ota/ota-schema.js";
import { ServiceFileSchema } from "../experiment/service/service-schema.js";
import { ForecastBacktestSchema } from "../forecast/backtest-schema.js";
import { DemandSchema, ScenarioSchema } from "../forecast/schema.js";
import { GcReportSchema } from "../gc-reachability/gc-report.js";
import { RetentionPolicySchema } from "../gc-reachability/retention-policy.js";
import { IncidentsFileSchema } from "../incident/incident-schema.js";
import { RcaFileSchema } from "../incident/rca-file.js";
import { SloConfigSchema } from "../incident/slo-config.js";
import { SloFileSchema } from "../incident/slo-schema.js";
import { DsseEnvelopeSchema } from "../ingest/backtest/dsse-schema.js";
import { WandbKeepSchema } from "../ingest/gc/actions/wandb-keep-schema.js";
import { GcExplanationSchema } from "../ingest/gc/plan/explanation-schema.js";
import { GcIntegritySchema } from "../ingest/gc/plan/integrity-schema.js";
import { GcReconciliationSchema } from "../ingest/gc/plan/reconciliation-schema.js";
import { GcRefusalSchema } from "../ingest/gc/plan/refusal-schema.js";
import { SELECTORS } from "../ingest/gc/plan/selectors-schema.js";
import { GcVerificationSchema } from "../ingest/gc/plan/verification-schema.js";
import { GcWhatIfSchema } from "../ingest/gc/plan/what-if-schema.js";
import { HourlySumsSchema } from "../ingest/hourly-sums-schema.js";
import { NeuralWeightsSchema } from "../ingest/neural/neural-weights-file.js";
import { ShardHeadSchema } from "../ingest/shard/shard-schema.js";
import { reportJsonSchema } from "../report/model.js";
import { ClusterConfigSchema } from "../simulate/cluster-config.js";
import { SimulationFileSchema } from "../simulate/summary-schema.js";
import { ForecastMetaSchema } from "./forecast/forecast-meta-schema.js";
import { CliResultSchema } from "./result-schema.js";

/** A file under `schemas/` and how its JSON Schema (draft 2020-12) is made. */
interface PublishedSchema {
  file: string;
  make: () => Record<string, unknown>;
}

/** @param io `input` for files that people write (defaults may be left out), `output` for what fleetlens writes */
function published(name: string, title: string, schema: z.ZodType, io: "input" | "output"): PublishedSchema {
  const make = () => {
    const { $schema, ...body } = z.toJSONSchema(schema, { target: "draft-2020-12", io });
    return { $schema, $id: `urn:fleetlens:schema:${name}`, title: `fleetlens ${title}`, ...body };
  };
  return { file: `${name}.schema.json`, make };
}

/** Every file format that fleetlens takes or gives, in the order of their file names. */
export const PUBLISHED_SCHEMAS: readonly PublishedSchema[] = Object.freeze([
  published("ab-plan", "sample sizes of an experiment", AbPlanFileSchema, "output"),
  published("ab", "decisions on experiments", AbFileSchema, "output"),
  published("aggregate", "hourly sums", HourlySumsSchema, "output"),
  published("audit", "audit of a policy", AuditFileSchema, "output"),
  published("backtest", "backtest of a policy", BacktestFileSchema, "output"),
  published("canary", "gate of a canary", CanaryFileSchema, "output"),
  published("capacity-plan", "capacity plan", CapacityPlanSchema, "output"),
  published("capacity-prices", "prices file", PricesFileSchema, "input"),
  published("capacity", "capacity economics", CapacityEconomicsSchema, "output"),
  published("catalog", "catalogue of node types", CatalogueSchema, "input"),
  published("changepoint", "changes of series", ChangesFileSchema, "output"),
  published("cli", "command result", CliResultSchema, "output"),
  published("cluster", "cluster file", ClusterConfigSchema, "input"),
  published("cost-budgets", "budgets file", BudgetFileSchema, "input"),
  published("cost", "analysis of a bill", CostFileSchema, "output"),
  published("defrag", "defragmentation plan", DefragFileSchema, "output"),
  published("demand", "demand", DemandSchema, "output"),
  published("drift-profile", "profile of a table for comparisons", DriftProfileFileSchema, "output"),
  published("drift", "drift of features", DriftFileSchema, "output"),
  published("edge", "gate of a quantised build", EdgeFileSchema, "output"),
  published("forecast-backtest", "forecast backtest", ForecastBacktestSchema, "output"),
  published("forecast-meta", "metadata of a forecast", ForecastMetaSchema, "output"),
  published("gc-erasures", "list of erasure requests", z.array(SELECTORS.erasures), "input"),
  published("gc-error", "reason why a lineage plan was refused", GcRefusalSchema, "output"),
  published("gc-explanation", "reason why an object stays or goes", GcExplanationSchema, "output"),
  published("gc-holds", "list of legal holds", z.array(SELECTORS.holds), "input"),
  published("gc-integrity", "integrity of a lineage plan", GcIntegritySchema, "output"),
  published("gc-plan", "report of a lineage plan", GcReportSchema, "output"),
  published("gc-protections", "list of protections", z.array(SELECTORS.protections), "input"),
  published(
    "gc-reconciliation",
    "comparison of a lineage plan with what is there after it",
    GcReconciliationSchema,
    "output",
  ),
  published("gc-verification", "verification of a lineage plan", GcVerificationSchema, "output"),
  published("gc-what-if", "objects that a drop of protections would free", GcWhatIfSchema, "output"),
  published("incidents", "times to detect, acknowledge and repair", IncidentsFileSchema, "output"),
  published("neural-weights", "neural networks of a forecast", NeuralWeightsSchema, "output"),
  published("ota", "gate of an update over the air", OtaFileSchema, "output"),
  published("packing", "packing", PackingResultSchema, "output"),
  published("plan", "plan file", PlanFileSchema, "input"),
  published("policy-bundle", "signed policy", DsseEnvelopeSchema, "output"),
  published("policy-diff", "change log of a policy", PolicyDiffFileSchema, "output"),
  published("policy", "policy of triggers and maps", PolicySchema, "input"),
  published("rca", "root-cause analysis", RcaFileSchema, "output"),
  published("replaced-node", "replacement of a node", ReplacedFileSchema, "output"),
  { file: "report-1.0.schema.json", make: reportJsonSchema },
  published("retention-policy", "retention policy", RetentionPolicySchema, "input"),
  published("scenario", "scenario file", ScenarioSchema, "input"),
  published("service", "gate of a service", ServiceFileSchema, "output"),
  published("shard", "first line of a shard", ShardHeadSchema, "output"),
  published("simulation", "simulation summary", SimulationFileSchema, "output"),
  published("slo-config", "objective file", SloConfigSchema, "input"),
  published("slo", "burn rates of an objective", SloFileSchema, "output"),
  published("sweep", "sweep of a threshold", SweepFileSchema, "output"),
  published("wandb-keep", "list of Weights & Biases objects to keep and to delete", WandbKeepSchema, "output"),
  published("what-if", "purchase of nodes", WhatIfFileSchema, "output"),
]);

/** A published schema as the text of its file. */
export function jsonSchemaText({ make }: PublishedSchema): string {
  return `${JSON.stringify(make(), null, 2)}\n`;
}
