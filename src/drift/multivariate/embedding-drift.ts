import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { mean } from "../../core/statistics.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import type { DriftTable } from "../types.js";
import { dot } from "./dot.js";
import { commonFeatures } from "./encode-features.js";
import {
  DEFAULT_MULTIVARIATE_OPTIONS,
  MultivariateDriftSchema,
  type MultivariateOptions,
  twoTests,
} from "./multivariate-drift.js";

export interface EmbeddingOptions extends Omit<MultivariateOptions, "features"> {
  /** Columns `<prefix><number>` hold the embedding, e.g. `e` for e0, e1, … */
  prefix: string;
}

export const DEFAULT_EMBEDDING_OPTIONS = Object.freeze({
  ...DEFAULT_MULTIVARIATE_OPTIONS,
  // Embeddings move a little in many columns rather than much in a few.
  classifier: "logistic" as "trees" | "logistic",
});

export const EmbeddingDriftSchema = z.object({
  prefix: z.string(),
  dimensions: z.int().positive(),
  centroid_shift: z
    .number()
    .nullable()
    .describe("1 − cosine of the mean embeddings of both sides; null without rows or where a mean is 0"),
  ...MultivariateDriftSchema.omit({ features: true }).shape,
});

/** Drift of an embedding. */
export type EmbeddingDrift = z.infer<typeof EmbeddingDriftSchema>;

/**
 * Drift of an embedding that is stored in one column a dimension: domain classifier (logistic, of standardised columns),
 * MMD (of the columns as they are) and the shift of the centroid.
 *
 * @throws InputError where not both tables have such columns
 * @example embeddingDrift(reference, current, { prefix: "e" }).verdict
 */
export function embeddingDrift(reference: DriftInput, current: DriftInput, options: EmbeddingOptions): EmbeddingDrift {
  const o = { ...DEFAULT_EMBEDDING_OPTIONS, ...options };
  const [before, after] = [driftTable(reference, "reference"), driftTable(current, "current")];
  const features = embeddingColumns(before, after, o.prefix);
  const centroid = (table: DriftTable): Float64Array =>
    Float64Array.from(features, (name) => {
      const column = table.columns.get(name)!;
      return mean(column.kind === "numeric" ? column.values.filter(Number.isFinite) : []);
    });
  const shift = 1 - cosine(centroid(before), centroid(after));
  return {
    prefix: o.prefix,
    dimensions: features.length,
    centroid_shift: Number.isFinite(shift) ? Math.max(0, shift) : null,
    ...twoTests(before, after, { ...o, features, scale: "none" }),
  };
}

/** Numeric columns that are the prefix and a number, by that number. */
export function embeddingColumns(reference: DriftTable, current: DriftTable, prefix: string): string[] {
  const place = (name: string): number => Number(name.slice(prefix.length));
  const columns = commonFeatures(reference, current)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .filter((name) => reference.columns.get(name)?.kind === "numeric")
    .sort((a, b) => place(a) - place(b));
  if (columns.length === 0) {
    throw new InputError(
      `no numeric columns ${prefix}0, ${prefix}1, … in both the reference and the current table; check the prefix`,
      { prefix },
    );
  }
  return columns;
}

function cosine(a: Float64Array, b: Float64Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
