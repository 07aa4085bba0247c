import { z } from "zod";
import { gateFileSchema } from "../gate-file.js";

const Count = z.int().nonnegative();

const Look = z.object({
  look: Count,
  effect: z.number().describe("mean of b − mean of a, adjusted by the covariate if there is one"),
  z: z
    .number()
    .nullable()
    .describe("effect ÷ Welch's standard error; null when no arm has any spread that its sums can show"),
  lower: z
    .number()
    .nullable()
    .describe("effect − bound × standard error: an interval that holds at all looks of the design"),
  upper: z.number().nullable(),
  bound: z.number().nullable().describe("|z| from which the look rejects; null: too early for any z"),
  rejected: z.boolean().describe("the look alone rejects that the arms are equal"),
  metric: z.string().nullable(),
  role: z.enum(["primary", "guardrail"]),
  information: z.number().nullable().describe("share of the planned information"),
  n_a: Count,
  n_b: Count,
  cuped: z
    .object({
      theta: z.number().describe("slope of the metric on the covariate within the arms"),
      variance_reduction: z.number().describe("1 − variance of the effect with the covariate ÷ without"),
    })
    .nullable(),
});

const Experiment = z.object({
  experiment: z.string(),
  looks: z.array(Look).describe("metric by metric in the order of the file, each ascending"),
  srm: z.object({
    p: z.number().describe("of the counts at the last look against the planned split; the smallest of primary metrics"),
    flag: z.boolean().describe("p below 0.001: sample ratio mismatch"),
  }),
  decision: z.enum(["reject", "continue", "accept", "guardrail_stop"]),
  reason: z.string().describe("why, for a person"),
});

/** What `gateAb` finds. */
export const AbResultSchema = z.object({
  experiments: z.array(Experiment).describe("in the order of the file"),
  warnings: z.array(z.string()),
});

/** Decisions on A/B experiments: what `fleetlens gate ab` writes. */
export const AbFileSchema = gateFileSchema("ab", AbResultSchema);

export type AbResult = z.infer<typeof AbResultSchema>;
export type AbFile = z.infer<typeof AbFileSchema>;
export type AbExperiment = AbResult["experiments"][number];
export type AbLookResult = AbExperiment["looks"][number];
