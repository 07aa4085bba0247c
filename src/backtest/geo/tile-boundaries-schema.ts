import { z } from "zod";

const count = z.int().nonnegative();
const known = z.number().nullable();

export const EdgeVerdictSchema = z
  .enum(["clear", "suspect", "too_few_events"])
  .describe(
    "suspect: the interval excludes 1; clear: it does not, and would have shown half or twice the rate; else too few events",
  );

const row = z.strictObject({
  near: count.describe("events within the distance of a tile edge"),
  away: count,
  expected_near: z.number().nonnegative().describe("by the share of the km driven there"),
  alerts_per_1000km_near: known,
  alerts_per_1000km_away: known,
  rate_ratio: known.describe("near by away; null without events away"),
  low: known,
  high: known.describe("null: without bound"),
  level: z.number().describe("of the interval; that of triggers is adjusted for their number (Bonferroni)"),
  clusters: count.describe("vehicles behind the clustered interval; 0: the exact interval stands alone"),
  verdict: EdgeVerdictSchema,
});

const perTrigger = z.strictObject({ trigger: z.string(), ...row.shape });

/** The section `tile_boundaries` of metrics.json: whether events gather or go missing at the edges of map tiles. */
export const TileBoundariesSchema = z.strictObject({
  zoom: z.int(),
  distance_m: z.number().positive(),
  km_near: z.number().nonnegative(),
  km_away: z.number().nonnegative(),
  without_position: count.describe("events that are neither near nor away"),
  verdict: EdgeVerdictSchema.describe("suspect where any row of the policy's own events is, else that of all events"),
  all: row,
  triggers: z.array(perTrigger),
  added: row.optional().describe("events that the baseline does not have"),
  removed: row.optional().describe("events that the baseline alone has"),
});

export type EdgeVerdict = z.infer<typeof EdgeVerdictSchema>;
export type EdgeRow = z.infer<typeof row>;
export type TileBoundaries = z.infer<typeof TileBoundariesSchema>;
