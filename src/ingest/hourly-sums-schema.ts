import { z } from "zod";

const wholeNumber = z.string().regex(/^-?\d+$/, "expected a whole number as text");

/** The JSON that `fleetlens aggregate` writes. Whole numbers are text, since they may pass 2^53. */
export const HourlySumsSchema = z.strictObject({
  schema: z.literal("fleetlens.aggregate/1"),
  engine: z.enum(["duckdb", "spark", "trino"]),
  rows: z
    .array(
      z.strictObject({
        queue: z.string().nullable(),
        hour_us: wholeNumber.nullable().describe("start of the UTC hour, microseconds since 1970"),
        value_sum: wholeNumber.nullable().describe("null when all values of the group are"),
        gpu_hours: z.number().nullable().describe("value_sum × sample seconds / 3600"),
        samples: wholeNumber.describe("values that are not null"),
      }),
    )
    .describe("in order of queue (UTF-8 bytes) and hour, nulls last"),
});
