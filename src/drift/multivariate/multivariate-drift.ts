import { z } from "zod";
import { judgeSection, worstVerdict } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { DEFAULT_DRIFT_OPTIONS, type DriftTable } from "../types.js";
import {
  checkedFeatures,
  DEFAULT_DOMAIN_CLASSIFIER_OPTIONS,
  DomainClassifierSchema,
  domainClassifierFinding,
} from "./domain-classifier.js";
import { MmdSchema, mmdFinding } from "./mmd.js";

export interface MultivariateOptions {
  /** Columns; default every one that both tables have in the same kind, but times. */
  features?: readonly string[];
  classifier?: "trees" | "logistic";
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_MULTIVARIATE_OPTIONS = Object.freeze({
  classifier: DEFAULT_DOMAIN_CLASSIFIER_OPTIONS.classifier,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

export const MultivariateDriftSchema = z.object({
  features: z.array(z.string()),
  classifier: DomainClassifierSchema,
  mmd: MmdSchema,
  verdict: DomainClassifierSchema.shape.verdict.describe("drift if one of both is, stable if both are"),
});

/** Whether the columns differ together, which single columns may not show. */
export type MultivariateDrift = z.infer<typeof MultivariateDriftSchema>;

/**
 * Drift of columns together: domain classifier and maximum mean discrepancy, their p-values adjusted by Holm.
 *
 * @throws InputError for a feature that a table lacks
 * @example multivariateDrift(reference, current).classifier.importance[0].feature // "speed"
 */
export function multivariateDrift(
  reference: DriftInput,
  current: DriftInput,
  options: MultivariateOptions = {},
): MultivariateDrift {
  const o = { ...DEFAULT_MULTIVARIATE_OPTIONS, ...options };
  const [before, after] = [driftTable(reference, "reference"), driftTable(current, "current")];
  const features = checkedFeatures(before, after, o.features);
  return { features: [...features], ...twoTests(before, after, { ...o, features, scale: "standard" }) };
}

/** Domain classifier and MMD on the same columns, judged together. */
export function twoTests(
  reference: DriftTable,
  current: DriftTable,
  o: Required<MultivariateOptions> & { scale: "standard" | "none" },
): Omit<MultivariateDrift, "features"> {
  const classified = domainClassifierFinding(reference, current, o);
  const discrepancy = mmdFinding(reference, current, o);
  const judged = judgeSection([classified, discrepancy], o.alpha);
  const { classifier, importance } = classified;
  const { mmd2, bandwidth, permutations } = discrepancy;
  const rows = (of: { n_reference: number; n_current: number }) => ({
    n_reference: of.n_reference,
    n_current: of.n_current,
  });
  return {
    classifier: { classifier, ...rows(classified), importance, ...judged[0] },
    mmd: { ...rows(discrepancy), mmd2, bandwidth, permutations, ...judged[1] },
    verdict: worstVerdict(judged),
  };
}
