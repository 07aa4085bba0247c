import { z } from "zod";

const Count = z.int().nonnegative();
const Figure = z.number().nullable();
const Probability = z.number().min(0).max(1);
const Time = z.union([z.string(), z.number()]).describe("as the input has it; timestamps as ISO 8601 in UTC");

const Statistics = z
  .object({ n: Count, mean: Figure, sd: Figure, slope: Figure.describe("per observation") })
  .describe("of the observations of the segment");

const ChangeSchema = z.object({
  index: Count.describe("0-based row, within the series, of the first observation of the new segment"),
  time: Time,
  ciLow: Count.describe("first and last row of the location interval"),
  ciHigh: Count,
  timeLow: Time,
  timeHigh: Time,
  kind: z.enum(["mean", "slope", "variance", "count", "distribution"]),
  before: Statistics,
  after: Statistics,
  delta: Figure.describe("after − before, of what `kind` names"),
  deltaRel: Figure.describe("delta ÷ |before|"),
  effectSd: Figure.describe("delta in standard deviations of the noise"),
  gain: z.number().describe("cost saved, in units of the penalty"),
  pValue: Probability.describe("likelihood ratio, corrected for autocorrelation and for the choice of the location"),
  probability: Probability.describe("that there is a change at all"),
  dims: z.array(z.string()).describe("names of the columns that moved, where several are given"),
  gainByDim: z
    .array(z.object({ dim: z.string(), gain: z.number() }))
    .optional()
    .describe("part of the gain of every column; only where several are given"),
});

const SeriesSchema = z.object({
  id: z.string().describe("empty without --id"),
  value: z.string().optional().describe("column of the values, with --multivariate separate"),
  n: Count,
  from: Time.nullable().describe("time of the first observation; null without any"),
  to: Time.nullable().describe("time of the last observation"),
  status: z.enum(["ok", "too-short", "constant", "all-missing"]),
  model: z.string(),
  noise: z.object({
    sigma: z.number(),
    phi: z.number().describe("first autocorrelation"),
    period: Count.nullable().describe("season that was removed, in observations"),
  }),
  penalty: z.number().describe("of one change"),
  warnings: z.array(z.string()),
  changes: z.array(ChangeSchema),
  outliers: z
    .array(z.object({ index: Count, time: Time, value: z.number() }))
    .describe("single-point spikes that were set aside for the search"),
  path: z
    .array(z.object({ changes: Count, penalty: z.number(), cost: z.number() }))
    .describe(
      "every optimal segmentation of a range of penalties (CROPS); empty for inputs of more than 50,000 values",
    ),
});

/** The file of `fleetlens changepoint`. */
export const ChangesFileSchema = z.object({
  schema: z.literal("fleetlens.changepoint/1"),
  version: z.string(),
  createdFrom: z.object({
    inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: Count })),
    seed: z.null(),
  }),
  options: z.record(z.string(), z.json()).describe("as they were used"),
  clock: z
    .enum(["timestamp", "text", "seconds", "milliseconds", "microseconds", "plain"])
    .describe("what the times are: timestamps, ISO 8601 text, Unix times in a unit, or plain numbers"),
  series: z.array(SeriesSchema).describe("every series of the input, also those without a change"),
  timing: z
    .object({ readMs: z.number().nonnegative(), detectMs: z.number().nonnegative() })
    .optional()
    .describe("the one key that differs between two runs; --no-timing leaves it out"),
});
export type ChangesFile = z.infer<typeof ChangesFileSchema>;
export type ChangesFileSeries = ChangesFile["series"][number];
