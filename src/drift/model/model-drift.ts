import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { createRandom } from "../../core/random.js";
import { chooseRows } from "../choose-rows.js";
import { type DatasetFinding, DatasetJudgementSchema, judgeSection, worstVerdict } from "../dataset-judgement.js";
import { type DriftInput, driftTable } from "../drift-table.js";
import { DEFAULT_DRIFT_OPTIONS, type DriftTable, type NumericColumn } from "../types.js";
import type { EstimatedMetric, MetricChange } from "./bootstrap-metric.js";
import { brierOfRows } from "./brier.js";
import { CALIBRATION_METRICS, calibrationChange, type ScoredTruth } from "./calibration-change.js";
import { curveOfRows } from "./calibration-curve.js";
import { type BinaryPredictions, cbpe, DEFAULT_CBPE_OPTIONS } from "./cbpe.js";
import { type ClassPredictions, cbpeClasses } from "./cbpe-classes.js";
import { classColumn } from "./class-column.js";
import { confusionDelta } from "./confusion-delta.js";
import { CLASS_METRICS, METRICS } from "./expected-metrics.js";

export interface ModelOptions {
  /** Column of predicted classes; default the positive class where the score is at least 0.5, or the class of the highest score. */
  prediction?: string;
  /** Numeric column: probability (or any score) of the positive class; with more than two classes, of the prediction. */
  score?: string;
  /** Numeric columns `<prefix><class>`, the probability (or any score) of each class. */
  classScores?: string;
  /** Column of true classes; the current table may lack it or miss values. */
  label?: string;
  /** The positive class; default the one of 1, true or yes where labels are two such classes. */
  positive?: string;
  calibration?: "isotonic" | "platt";
  /** Least change of a metric that counts as drift, default 0.05. */
  threshold?: number;
  /** Rows used a side at most, a random choice; default 100,000. */
  maxRows?: number;
  alpha?: number;
  minN?: number;
  seed?: number;
}

export const DEFAULT_MODEL_OPTIONS = Object.freeze({
  calibration: DEFAULT_CBPE_OPTIONS.calibration,
  threshold: 0.05,
  maxRows: 100_000,
  alpha: DEFAULT_DRIFT_OPTIONS.alpha,
  minN: DEFAULT_DRIFT_OPTIONS.minN,
  seed: DEFAULT_DRIFT_OPTIONS.seed,
});

const Rate = z.number().nullable();
const Count = z.int().nonnegative();
const Share = z.object({ count: Count, total: Count, rate: Rate, low: Rate, high: Rate });
const Change = z.object({
  before: Share,
  after: Share,
  change: z.object({ delta: Rate, low: Rate, high: Rate }).describe("Newcombe's interval"),
});

const Curve = z.object({
  ece: Rate.describe("Σ n/N·|observed − mean score|"),
  bins: z.array(
    z.object({
      n: Count,
      mean_score: z.number(),
      observed: z.number(),
      lower: z.number().describe("Wilson's 95 % interval"),
      upper: z.number(),
    }),
  ),
});

const Calibration = z.object({
  n: Count.describe("rows with score and label"),
  equal_width: Curve,
  equal_mass: Curve,
  brier: z
    .object({
      score: Rate,
      reliability: Rate,
      resolution: Rate,
      uncertainty: Rate,
      within: Rate.describe("what scores of one bin differ by"),
    })
    .describe("score = reliability − resolution + uncertainty + within, over bins of equal width"),
});

const Performance = z.object({
  event: z
    .enum(["positive", "correct", "class"])
    .describe(
      "what the scores are the probability of: the positive class, or (several classes) that the prediction is right, or each class",
    ),
  calibration: z.enum(["isotonic", "platt"]),
  n_reference: Count.describe("rows with prediction, score and label"),
  n_current: Count.describe("rows with prediction and score"),
  n_realised: Count.describe("those with a label too"),
  basis: z
    .enum(["estimated", "realised"])
    .describe("what changes and verdicts are of: realised where enough of the current rows have a label"),
  metrics: z.array(
    z.object({
      name: z.enum([...METRICS, ...CLASS_METRICS.filter((name) => name !== "accuracy")]),
      reference: Rate,
      estimated: Rate.describe("without labels of the current rows"),
      lower: Rate.describe("where the metric of the current rows lies if labels depend on scores as in the reference"),
      upper: Rate,
      realised: Rate.describe("on the current rows with a label"),
      change: z.object({ value: Rate, lower: Rate, upper: Rate }).describe("from the reference, on the basis"),
      ...DatasetJudgementSchema.shape,
    }),
  ),
});

const CalibrationChange = z.object({
  name: z.enum(CALIBRATION_METRICS),
  change: z
    .object({ value: Rate, lower: Rate, upper: Rate })
    .describe("current − reference; of ece, bins of equal mass, at as many rows of the larger side as the other has"),
  ...DatasetJudgementSchema.shape,
});

export const ModelDriftSchema = z.object({
  prediction: z.string().nullable(),
  score: z.string().nullable(),
  class_scores: z.string().nullable().describe("what columns of the scores of each class begin with"),
  label: z.string().nullable(),
  positive: z.string().nullable(),
  classes: z.array(z.string()),
  n_reference: Count.describe("rows used: at most 100,000, a seeded choice"),
  n_current: Count,
  performance: Performance.nullable().describe("null: no scores or no labels in the reference"),
  calibration: z
    .object({
      reference: Calibration.nullable(),
      current: Calibration.nullable(),
      ece_delta: Rate.describe("by bins of equal mass; of sides of unlike size its sign may be chance, see changes"),
      changes: z.array(CalibrationChange).describe("none where a side has no labels; a family of tests of their own"),
    })
    .nullable()
    .describe("of scores from 0 to 1"),
  confusion: z
    .object({
      accuracy: Change,
      cells: z.array(z.object({ label: z.string(), pred: z.string(), ...Change.shape })),
      classes: z.array(z.object({ name: z.string(), precision: Change, recall: Change })),
    })
    .nullable()
    .describe("reference before, current after; null: no labels on both sides"),
  verdict: DatasetJudgementSchema.shape.verdict.describe("of the metrics and the calibration together"),
  warnings: z.array(z.string()),
});

/** How a model's performance changed, with labels or without. */
export type ModelDrift = z.infer<typeof ModelDriftSchema>;

/** Classes at most; more are hardly classes. */
const MOST_CLASSES = 100;

/**
 * What became of a model between two tables of its predictions: performance estimated without labels (CBPE) beside the
 * realised one, calibration (ECE, Brier score, reliability bins) and confusion matrix where labels are there.
 *
 * With two classes the score is of the positive one and accuracy, F1 and AUC are estimated; with more it is of the
 * prediction, and accuracy is, while scores of each class give macro F1 and macro AUC too. Drift of the columns themselves is told by `driftReport`.
 *
 * @throws InputError for a column that is not there, no column at all, or a positive class that no row has
 * @example modelDrift(reference, current, { prediction: "pred", score: "p", label: "y" }).performance?.metrics[0].estimated
 */
export function modelDrift(reference: DriftInput, current: DriftInput, options: ModelOptions): ModelDrift {
  const o = { ...DEFAULT_MODEL_OPTIONS, ...options };
  if (!o.prediction && !o.score && o.classScores === undefined) {
    throw new InputError("a model needs its prediction column or its score column");
  }
  const random = createRandom(o.seed).child("model");
  const [before, after] = [driftTable(reference, "reference"), driftTable(current, "current")];
  const scored = scoredClasses(before, after, o.classScores);
  // Every class is calibrated by itself, so that rows times classes are what takes time.
  const maxRows = Math.ceil((2 * o.maxRows) / Math.max(2, scored.length));
  const sides = [
    sideOf(before, "reference", o, scored, chooseRows(before.rows, maxRows, random.child("reference"))),
    sideOf(after, "current", o, scored, chooseRows(after.rows, maxRows, random.child("current"))),
  ] as const;
  const classes = classesOf(sides, scored);
  const unscored = classes.find((name) => scored.length > 0 && !scored.includes(name));
  if (unscored !== undefined) {
    throw new InputError(`class "${unscored}" has no numeric column "${o.classScores}${unscored}" on both sides`, {
      column: `${o.classScores}${unscored}`,
    });
  }
  if (classes.length > MOST_CLASSES) {
    throw new InputError(
      `columns ${[o.prediction, o.label].filter(Boolean).join(" and ")} have ${classes.length} values; a model of classes ` +
        `has at most ${MOST_CLASSES}, so leave these options out for a model of numbers`,
    );
  }
  const positive = classes.length > 2 ? null : positiveClass(classes, o.positive);
  const warnings: string[] = [];
  const [was, is] = sides.map((side) => codedSide(side, classes, positive));
  const inRange = !sides.some(({ scores }) => scores?.some((score) => score < 0 || score > 1));
  if (!inRange) warnings.push("scores lie outside of 0 … 1, so there is no calibration of them");
  const performance = performanceOf(was, is, positive, o, warnings);
  const calibration = inRange ? calibrationOf(was, is, o) : null;
  const judged = [...(performance?.metrics ?? []), ...(calibration?.changes ?? [])];
  return {
    prediction: o.prediction ?? null,
    score: o.score ?? null,
    class_scores: o.classScores ?? null,
    label: o.label ?? null,
    positive,
    classes,
    n_reference: was.rows,
    n_current: is.rows,
    performance,
    calibration,
    confusion: confusionOf(was, is, classes),
    verdict: worstVerdict(judged.filter(({ effect }) => effect.value !== null)),
    warnings,
  };
}

interface Side {
  rows: number;
  predictions: (string | null)[] | null;
  labels: (string | null)[] | null;
  scores: Float64Array | null;
  /** Of each class by its name; empty without. */
  classScores: ReadonlyMap<string, Float64Array>;
}

/** Names of columns that begin with a prefix and are numeric on both sides. */
export function classScoreColumns(before: DriftTable, after: DriftTable, prefix: string | undefined): string[] {
  if (prefix === undefined) return [];
  return [...before.columns].flatMap(([name, { kind }]) => {
    const isScore = name.startsWith(prefix) && name.length > prefix.length && kind === "numeric";
    return isScore && after.columns.get(name)?.kind === "numeric" ? [name] : [];
  });
}

/** @throws InputError where there are fewer than two */
function scoredClasses(before: DriftTable, after: DriftTable, prefix: string | undefined): string[] {
  if (prefix === undefined) return [];
  const columns = classScoreColumns(before, after, prefix);
  if (columns.length >= 2) return columns.map((name) => name.slice(prefix.length));
  throw new InputError(
    `fewer than two numeric columns begin with "${prefix}" in both the reference and the current table; each class needs one`,
    { prefix },
  );
}

function sideOf(table: DriftTable, name: string, o: ModelOptions, scored: readonly string[], rows: Int32Array): Side {
  const columnOf = (column: string) => {
    const found = table.columns.get(column);
    if (!found) throw new InputError(`the ${name} table has no column ${column}`, { column, table: name });
    return found;
  };
  const score = o.score ? columnOf(o.score) : null;
  if (score && score.kind !== "numeric") {
    throw new InputError(`the ${name} table's score column ${o.score} holds no numbers`, {
      column: o.score,
      table: name,
    });
  }
  // Labels of the current rows may not be there yet.
  const finite = (values: Float64Array): Float64Array =>
    Float64Array.from(rows, (i) => (Number.isFinite(values[i]) ? values[i] : Number.NaN));
  const scoresOf = (one: string) => (table.columns.get(`${o.classScores}${one}`) as NumericColumn).values;
  const hasLabel = o.label && (name === "reference" || table.columns.has(o.label));
  return {
    rows: rows.length,
    predictions: o.prediction ? classColumn(columnOf(o.prediction), o.prediction, rows) : null,
    labels: hasLabel ? classColumn(columnOf(o.label!), o.label!, rows) : null,
    scores: score ? finite(score.values) : null,
    classScores: new Map(scored.map((one) => [one, finite(scoresOf(one))])),
  };
}

/** All classes: as numbers when all are, else as text. */
function classesOf(sides: readonly Side[], scored: readonly string[]): string[] {
  const names = new Set<string>(scored);
  for (const { predictions, labels } of sides) {
    for (const name of [...(predictions ?? []), ...(labels ?? [])]) if (name !== null) names.add(name);
  }
  const numeric = [...names].every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return [...names].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1));
}

const YES = ["1", "true", "yes"];

function positiveClass(classes: readonly string[], wanted: string | undefined): string | null {
  if (wanted !== undefined) {
    if (classes.length > 0 && !classes.includes(wanted)) {
      throw new InputError(`no row has the positive class ${wanted}; the classes are ${classes.join(", ")}`, {
        wanted,
      });
    }
    return wanted;
  }
  const positive = classes.find((name) => YES.includes(name.toLowerCase()));
  if (positive !== undefined || classes.length === 0) return positive ?? null;
  throw new InputError(`which of the classes ${classes.join(" and ")} is the positive one? Name it with positive`, {
    classes,
  });
}

interface CodedSide extends Side {
  /** Codes of classes; NaN is missing. */
  predicted: Float64Array;
  truth: Float64Array | null;
  /** For what the score is the probability of: whether that was predicted, and whether it came true. */
  binary: BinaryPredictions | null;
  /** More than two classes, each with a score. */
  several: ClassPredictions | null;
}

function codedSide(side: Side, classes: readonly string[], positive: string | null): CodedSide {
  const codes = new Map(classes.map((name, c) => [name, c]));
  const coded = (names: readonly (string | null)[]): Float64Array =>
    Float64Array.from(names, (name) => (name === null ? Number.NaN : codes.get(name)!));
  const one = positive === null ? -1 : (codes.get(positive) ?? -1);
  const columns = classes.flatMap((name) => side.classScores.get(name) ?? []);
  const predicted = side.predictions
    ? coded(side.predictions)
    : columns.length > 0
      ? highest(columns)
      : side.scores!.map((score) =>
          Number.isNaN(score) ? Number.NaN : score >= 0.5 ? one : classes.findIndex((_, c) => c !== one),
        );
  const truth = side.labels ? coded(side.labels) : null;
  const isSeveral = positive === null && columns.length > 0;
  const several = isSeveral ? { scores: columns, predicted, ...(truth ? { came: truth } : {}) } : null;
  // The score of the positive class, or of the prediction.
  const scores =
    side.scores ??
    (columns.length === 0 ? null : predicted.map((c, i) => columns[positive === null ? c : one]?.[i] ?? Number.NaN));
  if (!scores) return { ...side, predicted, truth, binary: null, several };
  const is = (values: Float64Array, wanted: (i: number) => number): Float64Array =>
    values.map((value, i) =>
      Number.isNaN(value) || Number.isNaN(wanted(i)) ? Number.NaN : Number(value === wanted(i)),
    );
  const event = positive === null ? (i: number): number => predicted[i] : (): number => one;
  return {
    ...side,
    scores,
    predicted,
    truth,
    several,
    binary: { scores, predicted: is(predicted, event), ...(truth ? { came: is(truth, event) } : {}) },
  };
}

/** Place of the highest of several scores by row, the first one of equals; NaN where one is missing. */
function highest(columns: readonly Float64Array[]): Float64Array {
  return columns[0].map((_, i) => {
    if (columns.some((column) => Number.isNaN(column[i]))) return Number.NaN;
    return columns.reduce((best, column, c) => (column[i] > columns[best][i] ? c : best), 0);
  });
}

function performanceOf(
  was: CodedSide,
  is: CodedSide,
  positive: string | null,
  o: Required<Omit<ModelOptions, "prediction" | "score" | "classScores" | "label" | "positive">>,
  warnings: string[],
): ModelDrift["performance"] {
  if (!was.binary?.came || !is.binary) return null;
  const { scores } = was.binary;
  const truth = was.several ? was.several.came! : was.binary.came;
  const known = truth.filter((value, i) => !Number.isNaN(value) && !Number.isNaN(scores[i]));
  if (new Set(known).size < 2) {
    warnings.push("the labels of the reference are of one class only, so performance cannot be estimated");
    return null;
  }
  const found = was.several && is.several ? cbpeClasses(was.several, is.several, o) : cbpe(was.binary, is.binary, o);
  const basis = found.nRealised >= o.minN ? "realised" : "estimated";
  const enough = Math.min(found.nReference, found.nCurrent) >= o.minN;
  // Where every prediction is "right" or not, F1 and AUC are not those of the classes.
  const metrics = found.metrics.filter(({ name }) => positive !== null || was.several || name === "accuracy");
  const changes = metrics.map(({ change, realisedChange }) => (basis === "realised" ? realisedChange : change));
  const judged = judgeSection(
    metrics.map(({ name }, k) => findingOf(name, changes[k], o.threshold, enough)),
    o.alpha,
  );
  return {
    event: was.several ? "class" : positive === null ? "correct" : "positive",
    calibration: found.calibration,
    n_reference: found.nReference,
    n_current: found.nCurrent,
    n_realised: found.nRealised,
    basis,
    metrics: metrics.map(({ name, reference, estimated, lower, upper, realised }, k) => {
      const { p: _, ...change } = changes[k];
      return { name, reference, estimated, lower, upper, realised, change, ...judged[k] };
    }),
  };
}

/** Effect: how far the metric moved, in either direction. */
function findingOf(
  name: EstimatedMetric["name"] | (typeof CALIBRATION_METRICS)[number],
  { value, lower, upper, p }: MetricChange,
  threshold: number,
  enough: boolean,
): DatasetFinding {
  const size = value === null ? null : Math.abs(value);
  const half = size === null ? 0 : (upper! - lower!) / 2;
  return {
    name: "bootstrap_z",
    p,
    effect: {
      name: `${name}_change`,
      value: size,
      lower: size === null ? null : Math.max(0, size - half),
      upper: size === null ? null : size + half,
      threshold,
    },
    enough,
  };
}

function calibrationOf(
  was: CodedSide,
  is: CodedSide,
  o: Pick<Required<ModelOptions>, "threshold" | "minN" | "alpha" | "seed">,
): ModelDrift["calibration"] {
  const [reference, current] = [was, is].map(scoredTruth);
  if (!reference && !current) return null;
  const [before, after] = [reference, current].map((side) => side && calibrationPart(side));
  const [eceBefore, eceAfter] = [before?.equal_mass.ece ?? null, after?.equal_mass.ece ?? null];
  return {
    reference: before,
    current: after,
    ece_delta: eceBefore === null || eceAfter === null ? null : eceAfter - eceBefore,
    changes: reference && current ? calibrationChanges(reference, current, o) : [],
  };
}

function calibrationChanges(
  before: ScoredTruth,
  after: ScoredTruth,
  o: Pick<Required<ModelOptions>, "threshold" | "minN" | "alpha" | "seed">,
) {
  const found = calibrationChange(before, after, o);
  const enough = Math.min(before.scores.length, after.scores.length) >= o.minN;
  const judged = judgeSection(
    CALIBRATION_METRICS.map((name) => findingOf(name, found[name], o.threshold, enough)),
    o.alpha,
  );
  return CALIBRATION_METRICS.map((name, k) => {
    const { p: _, ...change } = found[name];
    return { name, change, ...judged[k] };
  });
}

/** Rows with score and label; null without any. */
function scoredTruth({ binary }: CodedSide): ScoredTruth | null {
  if (!binary?.came) return null;
  const { scores, came } = binary;
  const whole = Int32Array.from(scores.keys()).filter((i) => !Number.isNaN(scores[i]) && !Number.isNaN(came[i]));
  if (whole.length === 0) return null;
  return { scores: Float64Array.from(whole, (i) => scores[i]), came: Float64Array.from(whole, (i) => came[i]) };
}

function calibrationPart({ scores, came }: ScoredTruth): z.infer<typeof Calibration> {
  const curve = (by: "mass" | "width") => {
    const { bins, ece } = curveOfRows(scores, came, { by });
    return {
      ece,
      bins: bins.map(({ n, meanScore, observed, low, high }) => ({
        n,
        mean_score: meanScore,
        observed,
        lower: low,
        upper: high,
      })),
    };
  };
  const { n, ...parts } = brierOfRows(scores, came, { by: "width" });
  return { n, equal_width: curve("width"), equal_mass: curve("mass"), brier: parts };
}

function confusionOf(was: CodedSide, is: CodedSide, classes: readonly string[]): ModelDrift["confusion"] {
  if (!was.truth || !is.truth) return null;
  const [before, after] = [was, is].map(({ truth, predicted }) => {
    const whole = Int32Array.from(predicted.keys()).filter(
      (i) => !Number.isNaN(truth![i]) && !Number.isNaN(predicted[i]),
    );
    return { labels: whole.map((i) => truth![i]), preds: whole.map((i) => predicted[i]) };
  });
  return before.labels.length && after.labels.length ? confusionDelta(classes, before, after) : null;
}
