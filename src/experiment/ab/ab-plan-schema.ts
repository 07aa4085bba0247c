import { z } from "zod";
import { gateFileSchema } from "../gate-file.js";
import { AB_DESIGNS } from "./ab-designs.js";

const Rows = z.int().positive();

/** What `planAb` works out. */
export const AbPlanResultSchema = z.object({
  effect: z
    .object({
      kind: z.enum(["proportions", "means"]),
      baseline: z.number().nullable().describe("share of a; null for means"),
      target: z.number().nullable().describe("share of b that is to be found; null for means"),
      effect_size: z.number().describe("Cohen's h of the shares, or Cohen's d of the means"),
    })
    .describe("the smallest effect that is to be found"),
  alpha: z.number().describe("two-sided"),
  power: z.number(),
  ratio: z.number().describe("rows of b for each row of a"),
  design: z.enum(AB_DESIGNS),
  fixed: z.object({ n_a: z.number(), n_b: z.number() }).describe("rows of a test without looks, not rounded"),
  inflation: z.number().describe("largest information of the design ÷ that of the fixed one"),
  n_a: Rows.describe("rows of a at the last look, rounded up"),
  n_b: Rows,
  expected: z
    .object({
      null: z.number().describe("rows of both arms on average when nothing is there"),
      alternative: z.number().describe("when the effect is there"),
    })
    .nullable()
    .describe("null for always-valid: it depends on how often one looks"),
  looks: z.array(
    z.object({
      look: z.int().positive(),
      information: z.number(),
      n_a: Rows,
      n_b: Rows,
      bound: z.number().nullable().describe("|z| that rejects; null: too early for any z"),
    }),
  ),
  days: z.int().positive().nullable().describe("until the last look, at the rows a day that were given"),
});

/** Sample sizes of an A/B experiment: what `fleetlens gate ab --plan` writes. */
export const AbPlanFileSchema = gateFileSchema("ab-plan", AbPlanResultSchema);

export type AbPlan = z.infer<typeof AbPlanResultSchema>;
export type AbPlanFile = z.infer<typeof AbPlanFileSchema>;
