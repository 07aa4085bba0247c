import { z } from "zod";

const figure = z.number().nullable();

const JoinTestSchema = z.strictObject({
  joined: z.boolean(),
  as: z
    .enum(["component", "member"])
    .nullable()
    .describe("beside the pool and the empirical mix, or a member of the pool; null: not joined"),
  gain: figure.describe("fall of the mean absolute error at the origins: (without − with) ÷ their mean"),
  se: figure.describe("its standard error; it joins where the gain is more than twice that, and a thousandth"),
  series: z.int().nonnegative(),
  origins: z.int().nonnegative(),
});

const WithoutSchema = z.enum(["off", "unavailable"]).describe("unavailable: the warnings say why");

const NetsSchema = z.strictObject({
  backend: z.string().describe("that the networks were trained on"),
  seed: z.int(),
  series: z.int().describe("that they were trained on"),
  windows: z.int(),
  steps: z.int().describe("optimiser steps of the network that makes the forecast"),
  loss: figure.describe("pinball loss before the earliest origin, on a last horizon that was held back"),
  naive_loss: figure.describe("the same of the seasonal naive"),
  window: z.int(),
  weights_sha256: z.string().nullable().describe("of the file of --weights; null: trained in this run"),
});

/** What is known of the neural model before the first forecast. */
export const NeuralFactsSchema = z.union([WithoutSchema, NetsSchema]);
export type NeuralFacts = z.infer<typeof NeuralFactsSchema>;

/** The metadata beside a forecast (`fleetlens forecast --meta`). */
export const ForecastMetaSchema = z.strictObject({
  schema: z.literal("fleetlens.forecast-meta/1"),
  version: z.string(),
  createdFrom: z.strictObject({
    inputs: z.array(z.strictObject({ name: z.string(), sha256: z.string(), rows: z.int() })),
    options: z.record(z.string(), z.json()),
    seed: z.int(),
  }),
  series: z.array(
    z.strictObject({
      id: z.string(),
      model: z.string(),
      weights: z.record(z.string(), z.number()).describe("of the members of the combination"),
      warnings: z.array(z.string()),
    }),
  ),
  neural: z.union([
    WithoutSchema,
    NetsSchema.extend({
      joined: z.boolean().nullable().describe("in any batch; null where it was named and not on trial"),
      gain: figure.describe("over all batches"),
      batches: z.array(JoinTestSchema).describe("of the table, which are forecast one by one; most tables are one"),
    }),
  ]),
  warnings: z.array(z.string()),
});
export type ForecastMeta = z.infer<typeof ForecastMetaSchema>;
