import { z } from "zod";

const Count = z.int().nonnegative();
const Seconds = z.number().nullable();

const Figures = z.object({
  mttdSeconds: Seconds.describe("detected − started"),
  mttaSeconds: Seconds.describe("acknowledged − detected"),
  mttrSeconds: Seconds.describe("resolved − started"),
  mtbfSeconds: Seconds.describe("next started − previous resolved, by service"),
});

const Group = z.object({
  n: Count.describe("incidents"),
  ...Figures.shape,
  median: Figures,
  p90: Figures,
  counted: z
    .object({ mttd: Count, mtta: Count, mttr: Count, mtbf: Count })
    .describe("incidents (of MTBF: gaps between two) that have the times"),
  open: Count.describe("incidents without resolved_at"),
});

const Response = z.object({
  limitSeconds: z.number().nullable().describe("null: no limit is known for this severity"),
  judged: Count,
  breaches: Count,
  pending: Count.describe("not acknowledged yet, and the data end before the limit"),
});

const Breach = z.object({
  incidentId: z.string(),
  severity: z.string(),
  service: z.string(),
  from: z.string().describe("ISO 8601, UTC: detected_at, else started_at"),
  responseSeconds: Seconds.describe("null: no response by the end of the data"),
  limitSeconds: z.number(),
});

/** What `incidentMetrics` finds. */
export const IncidentMetricsSchema = z.object({
  overall: Group,
  bySeverity: z.record(z.string(), Group),
  byService: z.record(z.string(), Group),
  byMonth: z.record(z.string(), Group).describe("by the UTC month of started_at, YYYY-MM"),
  response: z
    .record(z.string(), Response)
    .describe("by severity: was the incident acknowledged within the limit after it was detected?"),
  breaches: z.array(Breach).describe("by time"),
  from: z.string().nullable().describe("first started_at, ISO 8601, UTC"),
  to: z.string().nullable().describe("last time of any kind"),
  warnings: z.array(z.string()),
});

/** Times to detect, acknowledge and repair, and between failures: what `fleetlens incidents` writes. */
export const IncidentsFileSchema = IncidentMetricsSchema.extend({
  schema: z.literal("fleetlens.incidents/1"),
  version: z.string().describe("of fleetlens"),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.null(),
  }),
});

export type IncidentMetrics = z.infer<typeof IncidentMetricsSchema>;
export type IncidentsFile = z.infer<typeof IncidentsFileSchema>;
export type IncidentGroup = z.infer<typeof Group>;
