import { z } from "zod";
import { gateFileSchema } from "../gate-file.js";

const Count = z.int().nonnegative();
const Share = z.number().min(0).max(1).nullable();
const Decision = z.enum(["continue", "accept", "halt"]);

const Tested = {
  attempted: Count,
  failed: Count,
  rate: Share.describe("failed ÷ attempted; null of nothing"),
  lower: Share.describe("Clopper & Pearson"),
  upper: Share,
  llr: z.number().describe("log-likelihood ratio of p1 to p0"),
  decision: Decision,
};

const Cell = z.object({
  wave: z.union([z.number(), z.string()]),
  region: z.string(),
  ...Tested,
  llr: Tested.llr.describe("log-likelihood ratio of p1 to p0, of this and all earlier waves of the region"),
  decision: Decision.describe(
    "of the region after this wave: halt if the llr reaches the bound, or this wave alone is above it by ln(k (k + 1)), k being its number",
  ),
});

const Survival = z.object({
  region: z.string().nullable().describe("null: all vehicles"),
  vehicles: Count,
  failed: Count,
  hours: z.number().nonnegative().describe("longest soak"),
  survival: z.number().min(0).max(1).describe("after the last failure"),
  lower: Share.describe("Greenwood on the log(−log) scale; null when no or every vehicle has failed"),
  upper: Share,
  curve: z
    .array(
      z.object({
        hours: z.number().nonnegative(),
        at_risk: Count,
        failed: Count,
        survival: z.number().min(0).max(1),
        lower: Share,
        upper: Share,
      }),
    )
    .describe("a step at every failure; survival is 1 before the first"),
});

/** What `gateOta` finds. */
export const OtaGateSchema = z.object({
  cells: z.array(Cell).describe("by wave, then region in the order of the input"),
  decision: Decision.describe(
    "halt: a region or all regions together are bad; accept: every region is good; continue: go on as slowly as before",
  ),
  overall: z.object(Tested).describe("all regions and waves together"),
  sprt: z.object({
    p0: z.number(),
    p1: z.number(),
    alpha: z.number(),
    beta: z.number(),
    regions: Count,
    halt: z.number().describe("llr at or above which a region halts, with alpha ÷ regions"),
    accept: z.number().describe("llr at or below which a region is accepted"),
  }),
  soak: z.array(Survival).nullable().describe("Kaplan & Meier; null without soak data"),
});

export const OtaFileSchema = gateFileSchema("ota", OtaGateSchema);

export type OtaGate = z.infer<typeof OtaGateSchema>;
export type OtaFile = z.infer<typeof OtaFileSchema>;
