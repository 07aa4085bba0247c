import { z } from "zod";
import { BREAK_REASONS } from "./trace-match.js";

const Count = z.int().min(0);
const Metres = z.number().min(0).nullable();

/** How the rows of a run were matched to roads: section `map_match` of `metrics.json`. */
export const MapMatchSchema = z.strictObject({
  engine: z.enum(["road_graph", "osrm", "valhalla"]).describe("what matched: the road graph given, or a service"),
  options: z.strictObject({
    sigma_m: z.number().positive().describe("standard deviation of a position, metres"),
    beta_m: z.number().positive().describe("scale of the difference between route and great circle, metres"),
    radius_m: z.number().positive().describe("roads farther than this are no candidates, metres"),
    max_gap_ms: z.number().positive().describe("traces are cut where they have no position for longer"),
  }),
  rows: Count,
  no_position: Count.describe("rows without a position"),
  matched: Count.describe("rows that were put on a road"),
  offset_m: z
    .strictObject({ p50: Metres, p90: Metres, p95: Metres, p99: Metres, max: Metres })
    .describe(
      "distance of the matched rows from their roads, metres to the centimetre: nearest-rank quantiles; null without rows",
    ),
  breaks: z.strictObject({
    count: Count,
    by_reason: z.strictObject({ gap: Count, no_candidate: Count, no_route: Count }),
    listed: z
      .array(z.strictObject({ vehicle: z.string(), ts: z.number(), reason: z.enum(BREAK_REASONS) }))
      .describe("the first 1000 by vehicle and time"),
  }),
});

/** Section `map_match` of `metrics.json`. */
export type MapMatchSection = z.infer<typeof MapMatchSchema>;
