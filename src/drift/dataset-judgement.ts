import { z } from "zod";
import { holm } from "../core/holm.js";

/** A test of a whole table (not of one cell), the effect that it rests on, and what both say together. */
export const DatasetJudgementSchema = z.object({
  test: z.object({
    name: z.string(),
    p: z.number().min(0).max(1).nullable().describe("null: too few rows for a test"),
    p_adjusted: z.number().min(0).max(1).nullable().describe("Holm, over the tests of this section"),
  }),
  effect: z.object({
    name: z.string(),
    value: z.number().nullable(),
    lower: z.number().nullable(),
    upper: z.number().nullable(),
    threshold: z.number(),
  }),
  verdict: z.enum(["drift", "stable", "inconclusive"]),
  reason: z
    .enum(["", "negligible", "few_rows", "no_values", "wide_interval"])
    .describe("negligible: significant, yet below the threshold; the others say why it is inconclusive"),
  n_needed: z
    .int()
    .nonnegative()
    .nullable()
    .describe("of an inconclusive one: rows a side at which no drift is called stable with 80 % power, where known"),
});

export type DatasetJudgement = z.infer<typeof DatasetJudgementSchema>;

/** An effect and its p-value, not yet judged. */
export interface DatasetFinding {
  name: string;
  /** Null: no test, for want of rows or values. */
  p: number | null;
  /** Null value: nothing to hold against the threshold. */
  effect: DatasetJudgement["effect"];
  /** Each side has the rows that a verdict needs. */
  enough: boolean;
  nNeeded?: number | null;
}

/**
 * Verdicts of the tests of one section, their p-values adjusted by Holm (1979), by the rule of a cell: `drift` needs
 * significance and an effect of at least the threshold; `stable` an interval below it, or significance of less.
 */
export function judgeSection(findings: readonly DatasetFinding[], alpha: number): DatasetJudgement[] {
  const adjusted = holm(findings.map(({ p }) => p ?? Number.NaN));
  return findings.map((finding, i) => judge(finding, finding.p === null ? null : adjusted[i], alpha));
}

function judge({ name, p, effect, enough, nNeeded }: DatasetFinding, adjusted: number | null, alpha: number) {
  const told = (verdict: DatasetJudgement["verdict"], reason: DatasetJudgement["reason"]): DatasetJudgement => ({
    test: { name, p, p_adjusted: adjusted },
    effect,
    verdict,
    reason,
    n_needed: verdict === "inconclusive" ? (nNeeded ?? null) : null,
  });
  if (adjusted === null || effect.value === null) return told("inconclusive", enough ? "no_values" : "few_rows");
  if (!enough) return told("inconclusive", "few_rows");
  const significant = adjusted <= alpha;
  if (significant && effect.value >= effect.threshold) return told("drift", "");
  if (effect.upper !== null && effect.upper < effect.threshold) {
    return told("stable", significant ? "negligible" : "");
  }
  return significant ? told("stable", "negligible") : told("inconclusive", "wide_interval");
}

/** `drift` if one of the verdicts is, `stable` if all are. */
export function worstVerdict(judged: readonly DatasetJudgement[]): DatasetJudgement["verdict"] {
  if (judged.some(({ verdict }) => verdict === "drift")) return "drift";
  return judged.length > 0 && judged.every(({ verdict }) => verdict === "stable") ? "stable" : "inconclusive";
}
