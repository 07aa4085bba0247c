import { z } from "zod";
import type { Cell, Report } from "./types.js";

/** Version of the report model that this code writes; it reads every 1.x. */
export const SCHEMA_VERSION = "1.0";

/** Pattern of text that is more than spaces. */
export const NOT_EMPTY = /\S/;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const cellId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/)
  .describe("Unique in the report; names the chart's files and its place in the page.");

const prose = z.strictObject({ kind: z.literal("prose"), id: cellId, markdown: z.string() });

const metrics = z.strictObject({
  kind: z.literal("metrics"),
  id: cellId,
  items: z.array(
    z.strictObject({
      label: z.string(),
      value: z.union([z.number(), z.string(), z.null()]),
      unit: z.string().optional(),
      delta: z.number().optional(),
    }),
  ),
});

const table = z.strictObject({
  kind: z.literal("table"),
  id: cellId,
  caption: z.string().optional(),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string().optional(),
      unit: z.string().optional(),
      format: z.string().optional(),
    }),
  ),
  rows: z.array(z.record(z.string(), scalar)),
});

const chart = z.strictObject({
  kind: z.literal("chart"),
  id: cellId,
  spec: z.record(z.string(), z.unknown()).describe("A Vega-Lite specification with its data inline."),
  alt: z.string().regex(NOT_EMPTY).describe("What the chart shows, in words."),
  caption: z.string().optional(),
});

const code = z.strictObject({ kind: z.literal("code"), id: cellId, language: z.string(), source: z.string() });

const warning = z.strictObject({
  kind: z.literal("warning"),
  id: cellId,
  severity: z.enum(["info", "warning", "error"]),
  message: z.string(),
});

/** The kinds of cells, by the name that `kind` gives. */
const cells = { prose, metrics, table, chart, code, warning } as const satisfies Record<Cell["kind"], z.ZodType>;

export const CELL_KINDS: readonly string[] = Object.keys(cells);

const cell = z.discriminatedUnion("kind", [prose, metrics, table, chart, code, warning]);

/** The report model as a zod schema; `defineReport` adds what a schema cannot say (unique ids, inline data). */
export const reportSchema: z.ZodType<Report> = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string().regex(NOT_EMPTY),
  title: z.string().regex(NOT_EMPTY),
  generatedAt: z.iso.datetime().describe("ISO 8601 in UTC, given by the caller."),
  parameters: z.array(z.strictObject({ name: z.string(), value: scalar, unit: z.string().optional() })).optional(),
  provenance: z
    .strictObject({
      tool: z.string(),
      version: z.string(),
      inputs: z.array(z.strictObject({ name: z.string(), sha256: z.string(), rows: z.number().int().nonnegative() })),
      seed: z.number().optional(),
    })
    .optional(),
  cells: z.array(cell),
});

/** The published JSON Schema (draft 2020-12) of a report. */
export function reportJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(reportSchema, { target: "draft-2020-12" }) as Record<string, unknown>;
  return {
    $schema: schema["$schema"],
    $id: `urn:fleetlens:schema:report-${SCHEMA_VERSION}`,
    title: "fleetlens report",
    ...schema,
  };
}
