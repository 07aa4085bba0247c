import { z } from "zod";
import { PackingResultSchema } from "../binpack/packing-result.js";
import { DefragFileSchema, ReplacedFileSchema, WhatIfFileSchema } from "../binpack/plan-files.js";
import { CatalogueSchema } from "../binpack/what-if/catalogue.js";
import { CapacityEconomicsSchema } from "../capacity/economics/economics-schema.js";
import { PricesFileSchema } from "../capacity/economics/prices-file.js";
import { PlanFileSchema } from "../capacity/plan-file.js";
import { CapacityPlanSchema } from "../capacity/plan-result.js";
import { ForecastBacktestSchema } from "../forecast/backtest-schema.js";
import { DemandSchema, ScenarioSchema } from "../forecast/schema.js";
import { HourlySumsSchema } from "../ingest/hourly-sums-schema.js";
import { reportJsonSchema } from "../report/model.js";
import { ClusterConfigSchema } from "../simulate/cluster-config.js";
import { SimulationFileSchema } from "../simulate/summary-schema.js";
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
  published("aggregate", "hourly sums", HourlySumsSchema, "output"),
  published("capacity-plan", "capacity plan", CapacityPlanSchema, "output"),
  published("capacity-prices", "prices file", PricesFileSchema, "input"),
  published("capacity", "capacity economics", CapacityEconomicsSchema, "output"),
  published("catalog", "catalogue of node types", CatalogueSchema, "input"),
  published("cli", "command result", CliResultSchema, "output"),
  published("cluster", "cluster file", ClusterConfigSchema, "input"),
  published("defrag", "defragmentation plan", DefragFileSchema, "output"),
  published("demand", "demand", DemandSchema, "output"),
  published("forecast-backtest", "forecast backtest", ForecastBacktestSchema, "output"),
  published("packing", "packing", PackingResultSchema, "output"),
  published("plan", "plan file", PlanFileSchema, "input"),
  published("replaced-node", "replacement of a node", ReplacedFileSchema, "output"),
  { file: "report-1.0.schema.json", make: reportJsonSchema },
  published("scenario", "scenario file", ScenarioSchema, "input"),
  published("simulation", "simulation summary", SimulationFileSchema, "output"),
  published("what-if", "purchase of nodes", WhatIfFileSchema, "output"),
]);

/** A published schema as the text of its file. */
export function jsonSchemaText({ make }: PublishedSchema): string {
  return `${JSON.stringify(make(), null, 2)}\n`;
}
