import { z } from "zod";
import { AUDIT_CAUSES } from "./types.js";

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1).nullable();

const cell = {
  edge: Count.describe("events that the vehicles reported"),
  cloud: Count.describe("events of the replay"),
  matched: Count.describe("events of both, paired one to one"),
  edge_only: Count,
  cloud_only: Count,
  agreement: Share.describe("matched ÷ (matched + edge_only + cloud_only); null without events"),
  lower: Share.describe("interval of 95 %: percentiles of 2,000 resamples of vehicles; null where reason says why"),
  upper: Share,
  vehicles: Count.describe("vehicles with events, the clusters of the interval"),
  reason: z.string().nullable(),
  causes: z
    .object(
      Object.fromEntries(AUDIT_CAUSES.map((cause) => [cause, Count])) as Record<
        (typeof AUDIT_CAUSES)[number],
        typeof Count
      >,
    )
    .describe("events of one side alone by their cause, the first that holds"),
  onset_difference_ms: z
    .object({ median: z.number(), p05: z.number(), p95: z.number() })
    .nullable()
    .describe("onset of the replay less that of the vehicle, of the events of both"),
};

/** What `fleetlens policy audit` writes. */
export const AuditFileSchema = z.object({
  schema: z.literal("fleetlens.audit/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  policy: z.object({ version: z.string(), digest: z.string().describe("SHA-256 of the file's bytes") }),
  input: z.object({
    ...{ rows: Count, duplicates: Count, dropped: Count, edge_events: Count },
    to: z.iso.datetime().optional().describe("time of the last row of the logs, UTC; left out without rows"),
  }),
  tolerance_ms: z.number().nonnegative(),
  total: z.object(cell),
  weeks: z.array(z.object({ week: z.string().describe("Monday, UTC"), ...cell })),
  triggers: z.array(z.object({ trigger: z.string(), ...cell })),
  versions: z.array(z.object({ version: z.string().nullable(), events: Count, matched: Count })),
  differences: Count.describe("rows of differences.parquet"),
});

export type AuditFile = z.infer<typeof AuditFileSchema>;
