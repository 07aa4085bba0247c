import { z } from "zod";
import { column } from "../../core/columns.js";
import { InputError } from "../../core/errors.js";
import { mean } from "../../core/statistics.js";
import { columnNames, type DriftInput, driftTable, isDriftTable, rowsOf } from "../drift-table.js";
import type { DriftTable } from "../types.js";
import { dot } from "./dot.js";
import {
  DEFAULT_MULTIVARIATE_OPTIONS,
  MultivariateDriftSchema,
  type MultivariateOptions,
  twoTests,
} from "./multivariate-drift.js";

export interface EmbeddingOptions extends Omit<MultivariateOptions, "features"> {
  /** Columns `<prefix><number>` hold the embedding, e.g. `e` for e0, e1, …; or one of this very name holds vectors. */
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
 * Drift of an embedding, stored in one column a dimension or as vectors in a single one: domain classifier (logistic, of standardised columns),
 * MMD (of the columns as they are) and the shift of the centroid.
 *
 * @throws InputError where not both tables have such columns, or not as many; for a row without a vector, or with one that
 *   has another length than the first or holds something else than finite numbers
 * @example embeddingDrift(reference, current, { prefix: "e" }).verdict
 * @example embeddingDrift({ e: [[0.1, 0.2], …] }, { e: [[0.3, 0.1], …] }, { prefix: "e" }).verdict
 */
export function embeddingDrift(reference: DriftInput, current: DriftInput, options: EmbeddingOptions): EmbeddingDrift {
  const o = { ...DEFAULT_EMBEDDING_OPTIONS, ...options };
  const before = driftTable(vectorsApart(reference, o.prefix, "reference"), "reference");
  const after = driftTable(vectorsApart(current, o.prefix, "current"), "current");
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
  const placesOf = ({ columns }: DriftTable): string[] =>
    [...columns]
      .filter(([name, { kind }]) => kind === "numeric" && name.startsWith(prefix))
      .flatMap(([name]) => (/^\d+$/.test(name.slice(prefix.length)) ? [name] : []))
      .sort((a, b) => place(a) - place(b));
  const [before, after] = [placesOf(reference), placesOf(current)];
  const columns = before.filter((name) => after.includes(name));
  if (columns.length === 0) {
    throw new InputError(
      `no numeric columns ${prefix}0, ${prefix}1, … in both the reference and the current table; check the prefix`,
      { prefix },
    );
  }
  if (before.length !== columns.length || after.length !== columns.length) {
    throw new InputError(
      `the embedding "${prefix}" has ${before.length} dimensions in the reference and ${after.length} in the current table, so they are not of one model`,
      { prefix, reference: before.length, current: after.length },
    );
  }
  return columns;
}

/** Where a column of this very name holds vectors, these as a column for each place; else the table as it is. */
function vectorsApart(input: DriftInput, name: string, table: string): DriftInput {
  if (typeof input !== "object" || input === null || Array.isArray(input) || isDriftTable(input)) return input;
  const names = columnNames(input);
  if (!names.includes(name) || names.includes(`${name}0`)) return input;
  const vectors = rowsOf(column(input, name));
  const refuse = (row: number, what: string): never => {
    throw new InputError(`${table}: column "${name}" row ${row} ${what}`, { table, column: name, row });
  };
  const places: Float64Array[] = [];
  for (const [row, given] of vectors.entries()) {
    if (typeof given !== "object" || given === null) refuse(row, "has no vector");
    const vector = Array.from(given as Iterable<unknown>);
    if (row === 0) places.push(...vector.map(() => new Float64Array(vectors.length)));
    if (vector.length !== places.length) refuse(row, `has ${vector.length} numbers, the first row ${places.length}`);
    for (const [i, value] of vector.entries()) {
      if (!Number.isFinite(value)) refuse(row, `holds ${value} at place ${i}; it takes finite numbers`);
      places[i][row] = value as number;
    }
  }
  return Object.fromEntries(places.map((values, i) => [`${name}${i}`, values]));
}

function cosine(a: Float64Array, b: Float64Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
