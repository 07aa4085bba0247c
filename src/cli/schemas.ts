import { z } from "zod";
import { PlanFileSchema } from "../capacity/plan-file.js";
import { CapacityPlanSchema } from "../capacity/plan-result.js";
import { ForecastBacktestSchema } from "../forecast/backtest-schema.js";
import { DemandSchema, ScenarioSchema } from "../forecast/schema.js";
import { HourlySumsSchema } from "../ingest/hourly-sums-schema.js";
import { reportJsonSchema } from "../report/model.js";
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
  published("cli", "command result", CliResultSchema, "output"),
  published("demand", "demand", DemandSchema, "output"),
  published("forecast-backtest", "forecast backtest", ForecastBacktestSchema, "output"),
  published("plan", "plan file", PlanFileSchema, "input"),
  { file: "report-1.0.schema.json", make: reportJsonSchema },
  published("scenario", "scenario file", ScenarioSchema, "input"),
]);

/** A published schema as the text of its file. */
export function jsonSchemaText({ make }: PublishedSchema): string {
  return `${JSON.stringify(make(), null, 2)}\n`;
}
