import { z } from "zod";

/**
 * A figure over the sample paths: `mean`, `median` and one `lo_L`/`hi_L` pair for each level L in per cent, e.g.
 * `{ mean, median, lo_80, hi_80, lo_95, hi_95 }`. Bounds are type-7 quantiles at (1 ∓ L/100) / 2 of the path values.
 */
export const EstimateSchema = z
  .object({ mean: z.number(), median: z.number() })
  .catchall(z.number())
  .describe("mean, median and lo_L/hi_L for each level L, over the sample paths");
export type Estimate = z.infer<typeof EstimateSchema>;

/** Epoch instants are ISO 8601 in UTC, e.g. 2020-06-01T00:00:00Z. */
export const Instant = z.string().describe("ISO 8601 instant in UTC");

/** Share or probability. */
export const Probability = z.number().min(0).max(1);

/** A value per hour; null where nothing is known. */
export const HourlyValues = z.array(z.number().nullable());

/** Bands over the hours of the horizon, in GPUs, rounded to 0.001: every array has one value an hour. */
export const BandsSchema = z
  .object({ mean: z.array(z.number()), median: z.array(z.number()) })
  .catchall(z.array(z.number()))
  .describe("mean, median and lo_L/hi_L for each level L, one value an hour of the horizon, GPUs");
export type Bands = z.infer<typeof BandsSchema>;

/** A calendar week of the plan's zone, as far as the horizon reaches into it. */
export const WeekSchema = z.object({
  start: Instant.describe("first hour of the week inside the horizon"),
  end: Instant.describe("end of the last hour, exclusive"),
  label: z.string().describe("local date of the week's Monday, YYYY-MM-DD"),
  hours: z.int().positive(),
  partial: z.boolean().describe("true when the horizon covers only a part of the calendar week"),
});
export type Week = z.infer<typeof WeekSchema>;

/** Nodes for a level: with probability `level` % the peak of the path does not need more. */
export const NodesAtLevelSchema = z.object({ level: z.number(), nodes: z.int().nonnegative() });
export type NodesAtLevel = z.infer<typeof NodesAtLevelSchema>;
