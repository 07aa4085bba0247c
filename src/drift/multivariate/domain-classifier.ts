import { z } from "zod";
import { normalQuantile, normalTwoSided } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { createRandom, type Random } from "../../core/random.js";
import { chooseRows, shuffleStart } from "../choose-rows.js";
import { type DatasetFinding, DatasetJudgementSchema, judgeSection } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { Z80 } from "../largest-deviation.js";
import { DEFAULT_DRIFT_OPTIONS, type DriftTable } from "../types.js";
import { binColumn, fitTrees, treesLogOdds } from "./boosted-trees.js";
import { aucInterval, aucVariance } from "./delong.js";
import { commonFeatures, type EncodedColumn, encodeFeatures } from "./encode-features.js";
import { fitLogistic, logOdds } from "./logistic-regression.js";

export interface DomainClassifierOptions {
  /** Columns that the classifier sees; default every one that both tables have in the same kind, but times. */
  features?: readonly string[];
  /** `trees` see any difference of up to three columns together, `logistic` differences of means. Default `trees`. */
  classifier?: "trees" | "logistic";
  /** Least AUC that counts as drift, default 0.55. */
  threshold?: number;
  /** Rows used a side at most, a random choice; default 10,000, and fewer above 50 features. */
  maxRows?: number;
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_DOMAIN_CLASSIFIER_OPTIONS = Object.freeze({
  classifier: "trees" as "trees" | "logistic",
  threshold: 0.55,
  maxRows: 10_000,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

export const DomainClassifierSchema = z.object({
  classifier: z.enum(["trees", "logistic"]),
  n_reference: z.int().nonnegative().describe("rows used"),
  n_current: z.int().nonnegative(),
  importance: z
    .array(z.object({ feature: z.string(), share: z.number() }))
    .describe("what the classifier leans on, most first: gains of splits, or absolute weights; shares of all"),
  ...DatasetJudgementSchema.shape,
});

/** How well a classifier tells rows of the current side from rows of the reference. */
export type DomainClassifier = z.infer<typeof DomainClassifierSchema>;
type DomainClassifierFinding = Pick<DomainClassifier, "classifier" | "n_reference" | "n_current" | "importance"> &
  DatasetFinding;

const FOLDS = 5;
/** Each side's rows × features at most. */
const MOST_CELLS = 500_000;
/** Penalty of the logistic regression on standardised columns. */
const L2 = 1;

/**
 * Domain classifier: can rows of the current side be told from rows of the reference (Lopez-Paz & Oquab 2017)? Five folds,
 * each scored by a classifier that was fitted on the other four; the AUC is the mean of the folds' with DeLong's variance
 * in each (LeDell, Petersen & van der Laan 2015).
 *
 * The p-value is that of an AUC above 0.5. Folds share training rows, so without drift their AUCs hang together: for a
 * linear score their mean has 2(K − 1)/K times the variance of K independent ones, with a longer right tail. Twice the
 * variance is used, the limit for many folds; the false alarms that this leaves are in docs/drift-model.md.
 *
 * @throws InputError for a feature that a table lacks
 * @example
 * const { effect, importance } = domainClassifier(reference, current, { seed: 1 });
 * effect.value;          // AUC 0.71
 * importance[0].feature; // "speed"
 */
export function domainClassifier(
  reference: DriftInput,
  current: DriftInput,
  options: DomainClassifierOptions = {},
): DomainClassifier {
  const { alpha } = { ...DEFAULT_DOMAIN_CLASSIFIER_OPTIONS, ...options };
  const finding = domainClassifierFinding(driftTable(reference, "reference"), driftTable(current, "current"), options);
  const { classifier, n_reference, n_current, importance } = finding;
  return { classifier, n_reference, n_current, importance, ...judgeSection([finding], alpha)[0] };
}

/** The domain classifier's result before its verdict, for sections that adjust several p-values. */
export function domainClassifierFinding(
  reference: DriftTable,
  current: DriftTable,
  options: DomainClassifierOptions,
): DomainClassifierFinding {
  const o = { ...DEFAULT_DOMAIN_CLASSIFIER_OPTIONS, ...options };
  const features = checkedFeatures(reference, current, o.features);
  const random = createRandom(o.seed).child("domain-classifier");
  const limit = Math.min(o.maxRows, Math.max(500, Math.floor(MOST_CELLS / Math.max(1, features.length))));
  const referenceRows = chooseRows(reference.rows, limit, random.child("reference"));
  const currentRows = chooseRows(current.rows, limit, random.child("current"));
  const [m, n] = [referenceRows.length, currentRows.length];
  const empty = {
    name: "auc",
    classifier: o.classifier,
    n_reference: m,
    n_current: n,
    importance: [],
    p: null,
    effect: { name: "auc", value: null, lower: null, upper: null, threshold: o.threshold },
    nNeeded: rowsNeeded(o.threshold - 0.5, o.alpha),
  };
  // Every fold needs two rows of a side for the variance of its AUC.
  const enough = Math.min(m, n) >= Math.max(o.minN, 2 * FOLDS);
  if (!enough) return { ...empty, enough };
  const columns = encodeFeatures({ reference, current, referenceRows, currentRows }, features);
  if (columns.length === 0) return { ...empty, enough };
  const { auc, variance, importance } = crossFitted(columns, m, n, o.classifier, random);
  const { lower, upper } = aucInterval(auc, variance, 1 - o.alpha);
  return {
    ...empty,
    importance,
    p: upperTail((auc - 0.5) / Math.sqrt(nullVarianceOf(m, n))),
    effect: { ...empty.effect, value: auc, lower, upper },
    enough,
  };
}

/** Variance of the mean AUC of the folds without drift: Mann & Whitney's, twice for the training rows that they share. */
const nullVarianceOf = (m: number, n: number): number => (2 * ((m + n) / FOLDS + 1) * FOLDS) / (12 * m * n);

const upperTail = (z: number): number => (z > 0 ? normalTwoSided(z) / 2 : 1 - normalTwoSided(z) / 2);

/** Rows a side whose interval around an AUC of 0.5 stays below the threshold four times of five. */
function rowsNeeded(margin: number, alpha: number): number | null {
  if (!(margin > 0)) return null;
  return Math.ceil(((Z80 - normalQuantile(alpha / 2)) / margin) ** 2 / 6);
}

/** Features to look at; all that both sides have, or those named. */
export function checkedFeatures(
  reference: DriftTable,
  current: DriftTable,
  features: readonly string[] | undefined,
): readonly string[] {
  const common = commonFeatures(reference, current);
  const wrong = features?.find((name) => !common.includes(name));
  if (wrong !== undefined) {
    throw new InputError(
      `column ${wrong} is not a column of numbers or levels in both the reference and the current table; leave it out`,
      { column: wrong },
    );
  }
  return features ?? common;
}

/** A classifier's log-odds of the rows of a fold, and what each column did for it. */
interface Fitted {
  scores: Float64Array;
  worth: ArrayLike<number>;
}

function crossFitted(
  columns: readonly EncodedColumn[],
  m: number,
  n: number,
  classifier: "trees" | "logistic",
  random: Random,
) {
  const target = new Float64Array(m + n).fill(1, m);
  const fold = new Uint8Array(m + n);
  fold.set(foldsOf(m, random.child("folds-reference")));
  fold.set(foldsOf(n, random.child("folds-current")), m);
  const rowsWhere = (test: (i: number) => boolean): Int32Array =>
    Int32Array.from({ length: m + n }, (_, i) => i).filter(test);
  const fitOn = classifier === "trees" ? treesFitter(columns, target) : logisticFitter(columns, target);
  const worth = new Map<string, number>();
  let [auc, variance, weight] = [0, 0, 0];
  for (let k = 0; k < FOLDS; k++) {
    const test = rowsWhere((i) => fold[i] === k);
    const fitted = fitOn(
      rowsWhere((i) => fold[i] !== k),
      test,
    );
    columns.forEach(({ feature }, c) => {
      worth.set(feature, (worth.get(feature) ?? 0) + fitted.worth[c]);
    });
    const side = (wanted: number): Float64Array => fitted.scores.filter((_, i) => target[test[i]] === wanted);
    const [positives, negatives] = [side(1), side(0)];
    const part = aucVariance(positives, negatives);
    const pairs = positives.length * negatives.length;
    auc += pairs * part.auc;
    variance += pairs ** 2 * part.variance;
    weight += pairs;
  }
  const total = [...worth.values()].reduce((sum, value) => sum + value, 0);
  const importance = [...worth]
    .map(([feature, value]) => ({ feature, share: total > 0 ? value / total : 0 }))
    .sort((a, b) => b.share - a.share || (a.feature < b.feature ? -1 : 1))
    .slice(0, 20);
  return { auc: auc / weight, variance: variance / weight ** 2, importance };
}

/** Fold of each of n rows: a random one, all of the same size but for one row. */
function foldsOf(n: number, random: Random): Uint8Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  shuffleStart(order, n, random);
  const folds = new Uint8Array(n);
  order.forEach((row, place) => {
    folds[row] = place % FOLDS;
  });
  return folds;
}

function treesFitter(columns: readonly EncodedColumn[], target: Float64Array) {
  const binned = columns.map(({ values }) => binColumn(values));
  return (train: Int32Array, test: Int32Array): Fitted => {
    const model = fitTrees(binned, train, target);
    return { scores: treesLogOdds(model, binned, test), worth: model.gains };
  };
}

function logisticFitter(columns: readonly EncodedColumn[], target: Float64Array) {
  const take = (rows: Int32Array): Float64Array[] =>
    columns.map(({ values }) => Float64Array.from(rows, (i) => values[i]));
  return (train: Int32Array, test: Int32Array): Fitted => {
    const model = fitLogistic(
      take(train),
      Float64Array.from(train, (i) => target[i]),
      L2,
    );
    return { scores: logOdds(model, take(test)), worth: model.weights.map(Math.abs) };
  };
}
