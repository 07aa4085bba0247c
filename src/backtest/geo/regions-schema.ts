import { z } from "zod";

const count = z.int().nonnegative();
const known = z.number().nullable();

const cell = z.strictObject({
  cell: z.string().describe("H3 index, geohash, z/x/y of a tile, or the name of an area"),
  km: z.number().nonnegative().describe("driven: pieces between two positions count where they begin"),
  below_min_km: z.boolean().describe("too little was driven for the rates to say much"),
});

const row = z.strictObject({
  ...cell.shape,
  trigger: z.string(),
  events: count.describe("by the place of their onset"),
  alerts_per_1000km: known.describe("null where nothing was driven"),
  alerts_per_1000km_low: known,
  alerts_per_1000km_high: known,
  labels: count
    .nullable()
    .describe("by the vehicle's position nearest to their start; null where the trigger has none"),
  tp: count.nullable().describe("of the events"),
  fp: count.nullable(),
  fn: count.nullable().describe("of the labels"),
  precision: known,
  precision_low: known,
  precision_high: known,
  recall: known.describe("(labels - fn) / labels"),
  recall_low: known,
  recall_high: known,
});

const change = z.strictObject({
  ...cell.shape,
  trigger: z.string(),
  events_before: count,
  events_after: count,
  events_difference: z.int(),
  alerts_per_1000km_before: known,
  alerts_per_1000km_after: known,
  alerts_per_1000km_difference: known,
});

const apart = { events: count, labels: count };

/** Events, labels and what was driven, by region and trigger. */
export const RegionTableSchema = z.strictObject({
  by: z.string().describe("h3:RESOLUTION, geohash:PRECISION, tiles:ZOOM or areas"),
  min_km: z.number().nonnegative(),
  level: z.number().describe("of the exact intervals (Poisson for rates, Clopper-Pearson for shares)"),
  cells: z.array(cell).describe("all that were driven in or have events or labels, by their UTF-8 bytes"),
  rows: z.array(row).describe("those with events or labels, by cell and trigger"),
  without_position: z.strictObject(apart).describe("in no region, since no position is known"),
  outside: z.strictObject({ ...apart, km: z.number().nonnegative() }).describe("outside of all named areas"),
});

/** The section `regions` of metrics.json. */
export const RegionsSchema = z.strictObject({
  ...RegionTableSchema.shape,
  changes: z.array(change).optional().describe("against the baseline over the same rows"),
});

export type RegionCell = z.infer<typeof cell>;
export type RegionRow = z.infer<typeof row>;
export type RegionChange = z.infer<typeof change>;
export type RegionTable = z.infer<typeof RegionTableSchema>;
export type RegionsSection = z.infer<typeof RegionsSchema>;
