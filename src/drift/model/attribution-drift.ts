import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import { quantileSorted, sortedFinite } from "../../core/statistics.js";
import { chooseRows, shuffleStart } from "../choose-rows.js";
import { DatasetJudgementSchema, judgeSection } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { DEFAULT_DRIFT_OPTIONS, type DriftTable } from "../types.js";
import { kendallTau, ndcg } from "./rank-agreement.js";

export interface AttributionOptions {
  /** Columns `<prefix><feature>` hold the SHAP values of a feature. */
  prefix: string;
  /** Least L1 shift of the normalised attributions (0 … 2) that counts as drift, default 0.1. */
  threshold?: number;
  /** Bootstrap replicates, and permutations less one; default 500. */
  replicates?: number;
  /** Rows used a side at most, a random choice; default 10,000. */
  maxRows?: number;
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_ATTRIBUTION_OPTIONS = Object.freeze({
  threshold: 0.1,
  replicates: 500,
  maxRows: 10_000,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

const Ranked = z.object({
  value: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});

export const AttributionDriftSchema = z.object({
  prefix: z.string(),
  n_reference: z.int().nonnegative().describe("rows used: with all SHAP values, at most 10,000, a seeded choice"),
  n_current: z.int().nonnegative(),
  features: z
    .array(z.object({ feature: z.string(), reference: z.number(), current: z.number(), change: z.number() }))
    .describe("mean |SHAP| as a share of all features; those that moved most first"),
  kendall_tau: Ranked.describe("tau-b of the features' ranks; bootstrap interval"),
  ndcg: Ranked.describe("of the current ranking, gains are the reference's shares; bootstrap interval"),
  ...DatasetJudgementSchema.shape,
});

/** Drift of what a model's predictions rest on. */
export type AttributionDrift = z.infer<typeof AttributionDriftSchema>;

/**
 * Attribution drift from SHAP columns: mean |SHAP| of every feature as a share of all, and the L1 distance of these shares
 * between both sides. Its p-value is by permutation of rows. Its interval is the bootstrap's, wide on purpose: a distance
 * of two noisy lists is too large, so the lower bound is mirrored (basic bootstrap), and the upper one is not.
 *
 * @throws InputError where not both tables have at least two such columns
 * @example attributionDrift(reference, current, { prefix: "shap_" }).features[0] // { feature: "speed", change: 0.2, … }
 */
export function attributionDrift(
  reference: DriftInput,
  current: DriftInput,
  options: AttributionOptions,
): AttributionDrift {
  const o = { ...DEFAULT_ATTRIBUTION_OPTIONS, ...options };
  const tables = [driftTable(reference, "reference"), driftTable(current, "current")] as const;
  const names = attributionColumns(...tables, o.prefix);
  const random = createRandom(o.seed).child("attribution");
  const was = magnitudes(tables[0], names, o.maxRows, random.child("reference"));
  const is = magnitudes(tables[1], names, o.maxRows, random.child("current"));
  const [before, after] = [sharesOf(was), sharesOf(is)];
  const enough = Math.min(was.rows, is.rows) >= o.minN;
  const known = before !== null && after !== null;
  const found = known ? compare(before, after) : null;
  const tested = found && enough ? resampled(was, is, found.l1, o.replicates, random) : null;
  const interval = (value: number | null, replicates: readonly (number | null)[] | undefined) => {
    const sorted = sortedFinite((replicates ?? []).map((v) => v ?? Number.NaN));
    const at = (p: number): number | null => (sorted.length ? quantileSorted(sorted, p) : null);
    return { value, lower: at(o.alpha / 2), upper: at(1 - o.alpha / 2) };
  };
  const l1 = interval(
    found?.l1 ?? null,
    tested?.replicates.map((replicate) => replicate.l1),
  );
  const finding = {
    name: "attribution_l1",
    p: tested?.p ?? null,
    effect: {
      name: "attribution_l1",
      value: l1.value,
      lower: l1.upper === null ? null : Math.max(0, 2 * l1.value! - l1.upper),
      upper: l1.upper,
      threshold: o.threshold,
    },
    enough,
  };
  return {
    prefix: o.prefix,
    n_reference: was.rows,
    n_current: is.rows,
    features: known
      ? names
          .map((name, c) => ({
            feature: name.slice(o.prefix.length),
            reference: before[c],
            current: after[c],
            change: after[c] - before[c],
          }))
          .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.feature < b.feature ? -1 : 1))
      : [],
    kendall_tau: interval(
      found?.tau ?? null,
      tested?.replicates.map(({ tau }) => tau),
    ),
    ndcg: interval(
      found?.ndcg ?? null,
      tested?.replicates.map((replicate) => replicate.ndcg),
    ),
    ...judgeSection([finding], o.alpha)[0],
  };
}

/** Numeric columns of both tables that begin with the prefix. */
export function attributionColumns(reference: DriftTable, current: DriftTable, prefix: string): string[] {
  const names = [...reference.columns.keys()].filter(
    (name) =>
      name.startsWith(prefix) &&
      name.length > prefix.length &&
      reference.columns.get(name)?.kind === "numeric" &&
      current.columns.get(name)?.kind === "numeric",
  );
  if (names.length < 2) {
    throw new InputError(
      `attributions need two numeric columns that begin with ${prefix} in both the reference and the current table`,
      { prefix },
    );
  }
  return names;
}

/** |SHAP|, a row after the other. */
interface Magnitudes {
  rows: number;
  width: number;
  values: Float64Array;
}

function magnitudes(table: DriftTable, names: readonly string[], maxRows: number, random: Random): Magnitudes {
  const columns = names.map((name) => (table.columns.get(name) as { values: Float64Array }).values);
  const whole = Int32Array.from({ length: table.rows }, (_, i) => i).filter((i) =>
    columns.every((column) => Number.isFinite(column[i])),
  );
  const rows = chooseRows(whole.length, maxRows, random);
  const width = names.length;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    for (let c = 0; c < width; c++) values[i * width + c] = Math.abs(columns[c][whole[row]]);
  });
  return { rows: rows.length, width, values };
}

const sharesOf = ({ rows, width, values }: Magnitudes): Float64Array | null => {
  const sums = new Float64Array(width);
  for (let i = 0; i < rows; i++) addRow(sums, values, i);
  return shares(sums);
};

function addRow(sums: Float64Array, values: Float64Array, row: number): void {
  const at = row * sums.length;
  for (let c = 0; c < sums.length; c++) sums[c] += values[at + c];
}

/** Sums as shares of all; null where all are 0. */
function shares(sums: Float64Array): Float64Array | null {
  const total = sums.reduce((sum, value) => sum + value, 0);
  return total > 0 ? sums.map((value) => value / total) : null;
}

function l1Of(before: Float64Array, after: Float64Array): number {
  return before.reduce((sum, share, c) => sum + Math.abs(after[c] - share), 0);
}

function compare(before: Float64Array, after: Float64Array) {
  return { l1: l1Of(before, after), tau: kendallTau(before, after), ndcg: ndcg(before, after) };
}

/** Rows drawn again, and rows dealt to the sides anew. */
function resampled(was: Magnitudes, is: Magnitudes, observed: number, count: number, random: Random) {
  const draws = random.child("bootstrap");
  const again = ({ rows, width, values }: Magnitudes): Float64Array | null => {
    const sums = new Float64Array(width);
    for (let i = 0; i < rows; i++) addRow(sums, values, draws.int(rows));
    return shares(sums);
  };
  const replicates = Array.from({ length: count }, () => [again(was), again(is)]).flatMap(([before, after]) =>
    before && after ? [compare(before, after)] : [],
  );
  const all = new Float64Array(was.values.length + is.values.length);
  all.set(was.values);
  all.set(is.values, was.values.length);
  const total = new Float64Array(was.width);
  for (let i = 0; i < was.rows + is.rows; i++) addRow(total, all, i);
  const order = Int32Array.from({ length: was.rows + is.rows }, (_, i) => i);
  const deals = random.child("permutations");
  let reached = 0;
  for (let k = 1; k < count; k++) {
    shuffleStart(order, was.rows, deals);
    const sums = new Float64Array(was.width);
    for (let i = 0; i < was.rows; i++) addRow(sums, all, order[i]);
    const [before, after] = [shares(sums), shares(total.map((value, c) => Math.max(0, value - sums[c])))];
    // Deals that are the observed one in another order may differ in the last digit.
    if (before && after && l1Of(before, after) >= observed - 1e-12) reached++;
  }
  return { replicates, p: (1 + reached) / count };
}
