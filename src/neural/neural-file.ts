import { z } from "zod";
import { NEURAL_BOUNDS } from "./neural-bounds.js";
import { NEURAL_PROBABILITIES, TENSOR_BACKENDS } from "./types.js";

const Count = z.int().nonnegative();
const size = (most: number) => z.int().min(1).max(most);

const ShapeSchema = z.strictObject({
  window: size(NEURAL_BOUNDS.window).describe("values that it looks back on"),
  horizon: size(NEURAL_BOUNDS.horizon).describe("steps ahead"),
  seasons: z
    .array(z.int().min(2).max(NEURAL_BOUNDS.season))
    .max(NEURAL_BOUNDS.seasons)
    .refine((list) => list.every((s, i) => i === 0 || s > list[i - 1]), { message: "must ascend" }),
  blocks: size(NEURAL_BOUNDS.blocks),
  width: size(NEURAL_BOUNDS.width).describe("neurons of a hidden layer"),
});

const TrainingSchema = z.strictObject({
  backend: z.enum(TENSOR_BACKENDS).describe("tensor backend; another one's rounding gives other weights"),
  seed: z.int(),
  series: Count,
  windows: Count.describe("windows that could be drawn"),
  steps: Count.describe("optimiser steps"),
  loss: z
    .number()
    .nullable()
    .describe("mean pinball loss on the last horizon of each series; null if none was held back"),
  naiveLoss: z.number().nullable().describe("the same of the seasonal naive"),
});

/** The file of a trained network. */
export const NeuralFileSchema = z.strictObject({
  schema: z.literal("fleetlens.neural/1"),
  version: z.string().describe("of fleetlens"),
  probabilities: z
    .array(z.number())
    .refine((list) => list.join() === NEURAL_PROBABILITIES.join(), {
      message: `must be ${NEURAL_PROBABILITIES.join(", ")}`,
    })
    .describe("of the quantiles that it gives"),
  shape: ShapeSchema,
  training: TrainingSchema,
  weights: z.string().describe("base64 of little-endian float32, layer after layer, row-major"),
  checksum: z
    .string()
    .describe("FNV-1a, 32 bits in hexadecimal, of the JSON of all the rest; against damage, not against forgery"),
});
export type NeuralFile = z.infer<typeof NeuralFileSchema>;
