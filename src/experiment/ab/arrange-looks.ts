import { InputError } from "../../core/errors.js";
import type { AbDesign } from "./ab-designs.js";
import { type AbLook, type AbRole, type Better, COVARIATE_COLUMNS, given } from "./ab-look.js";
import { armMoments, hasCovariate } from "./arm-difference.js";
import { informationProblem, LEAST_STEP } from "./group-sequential-bounds.js";

/** The looks of one metric, ascending. */
export interface MetricLooks {
  metric: string | null;
  role: AbRole;
  better: Better | null;
  shareA: number;
  looks: AbLook[];
}

export interface ExperimentLooks {
  experiment: string;
  /** In the order of the rows. */
  metrics: MetricLooks[];
}

/** A row and its position, which errors carry. */
interface Placed {
  look: AbLook;
  index: number;
}

/** Share of a sum that its rounding may be before the sums count as contradictory. */
const SLACK = 1e-9;

const ARMS = ["a", "b"] as const;

/** The error of a row: it says which look of what, and carries the row's position. */
function refuse({ look, index }: Placed, column: string, problem: string): never {
  const metric = look.metric === undefined ? "" : `, metric "${look.metric}"`;
  throw new InputError(`experiment "${look.experiment}"${metric}, look ${look.look}: column "${column}": ${problem}`, {
    index,
    column,
    experiment: look.experiment,
    look: look.look,
  });
}

function checkChoice(placed: Placed, column: "role" | "better", choices: readonly string[]): void {
  const value = placed.look[column];
  if (value !== undefined && !choices.includes(value)) {
    refuse(placed, column, `got ${JSON.stringify(value)}, expected ${choices.join(" or ")}`);
  }
}

/** Sums of one arm that no rows can have. */
function checkArm(placed: Placed, arm: "a" | "b"): void {
  const { look } = placed;
  const [n, sum, sumsq] = [look[`n_${arm}`], look[`sum_${arm}`], look[`sumsq_${arm}`]];
  if (!(Number.isSafeInteger(n) && n >= 2)) refuse(placed, `n_${arm}`, `got ${n}, expected a whole number from 2`);
  if (!Number.isFinite(sum)) refuse(placed, `sum_${arm}`, `got ${sum}, expected a finite number`);
  if (!(sumsq >= 0 && sumsq < Number.POSITIVE_INFINITY)) {
    refuse(placed, `sumsq_${arm}`, `got ${sumsq}, expected a finite number from 0`);
  }
  if (sum ** 2 / n > sumsq * (1 + SLACK)) {
    refuse(placed, `sumsq_${arm}`, `got ${sumsq}, expected at least sum² ÷ n = ${sum ** 2 / n}`);
  }
}

/** The covariate's sums of one arm, once the metric's are known to be right. */
function checkCovariate(placed: Placed, arm: "a" | "b"): void {
  const { look } = placed;
  const [n, sumX, sumsqX] = [look[`n_${arm}`], look[`sum_x_${arm}`], look[`sumsq_x_${arm}`]] as number[];
  if (!Number.isFinite(sumsqX) || sumX ** 2 / n > sumsqX * (1 + SLACK)) {
    refuse(placed, `sumsq_x_${arm}`, `got ${sumsqX}, expected at least sum_x² ÷ n = ${sumX ** 2 / n}`);
  }
  const { xx, yy, xy } = armMoments(look, arm);
  const rounding = SLACK * Math.sqrt(sumsqX * look[`sumsq_${arm}`]);
  if (Math.abs(xy) > Math.sqrt(xx * yy) * (1 + SLACK) + rounding) {
    const value = look[`sum_xy_${arm}`];
    refuse(placed, `sum_xy_${arm}`, `got ${value}: metric and covariate would be correlated beyond ±1`);
  }
}

function checkRow(placed: Placed): void {
  const { look } = placed;
  if (typeof look.experiment !== "string" || look.experiment === "") {
    refuse(placed, "experiment", "got an empty name, expected one");
  }
  if (!(Number.isSafeInteger(look.look) && look.look >= 0)) {
    refuse(placed, "look", `got ${look.look}, expected a whole number from 0`);
  }
  checkChoice(placed, "role", ["primary", "guardrail"]);
  checkChoice(placed, "better", ["higher", "lower"]);
  const share = given(look.share_a) ?? 0.5;
  if (!(share > 0 && share < 1)) refuse(placed, "share_a", `got ${share}, expected a share above 0 and below 1`);
  for (const arm of ARMS) checkArm(placed, arm);
  const missing = COVARIATE_COLUMNS.find((name) => given(look[name]) === undefined);
  const present = COVARIATE_COLUMNS.find((name) => given(look[name]) !== undefined);
  if (missing && present) refuse(placed, missing, `is empty but ${present} is not: a covariate needs all six sums`);
  if (!missing) for (const arm of ARMS) checkCovariate(placed, arm);
}

/** What must be the same, or must not fall, from one look of a metric to its next. */
function checkStep(before: AbLook, placed: Placed): void {
  const { look } = placed;
  if (look.look === before.look) refuse(placed, "look", "is there twice; keep one");
  if (look.look !== before.look + 1) refuse(placed, "look", `look ${before.look + 1} is missing before it`);
  for (const name of ["role", "better"] as const) {
    if (look[name] !== before[name]) refuse(placed, name, `got ${look[name]} after ${before[name]}`);
  }
  if (given(look.share_a) !== given(before.share_a)) {
    refuse(placed, "share_a", `got ${look.share_a} after ${before.share_a}: the planned split must not change`);
  }
  if (hasCovariate(look) !== hasCovariate(before)) {
    refuse(placed, "sum_x_a", "a covariate must be there at all looks of a metric or at none");
  }
  for (const arm of ARMS) {
    for (const name of [`n_${arm}`, `sumsq_${arm}`] as const) {
      if (look[name] < before[name] * (1 - SLACK)) {
        const problem = `got ${look[name]} after ${before[name]}: sums are over all rows so far, so this cannot fall`;
        refuse(placed, name, problem);
      }
    }
  }
}

/** Throws unless the looks of a metric follow each other. */
function checkLooks(placed: readonly Placed[], design: AbDesign): void {
  const leastStep = design === "obf" || design === "pocock" ? LEAST_STEP : 0;
  if (placed[0].look.look > 1) refuse(placed[0], "look", "looks are numbered from 0 or 1; the first is missing");
  for (const [i, one] of placed.entries()) {
    const before = placed[i - 1]?.look;
    if (before) checkStep(before, one);
    const [now, earlier] = [given(one.look.information), given(before?.information)];
    if (now === undefined && design !== "always-valid") {
      refuse(one, "information", "is empty, but the design needs the share of the planned information");
    }
    const problem = now === undefined ? null : informationProblem(now, earlier, leastStep);
    if (problem) refuse(one, "information", problem);
  }
}

/**
 * Looks by experiment and metric, in the order of the rows, each metric's looks ascending.
 *
 * @param design what information must be: known unless always-valid, in steps that a bound can be worked out for
 * @throws InputError for sums that no rows can have, looks that are missing, twice or fall behind the look before, and
 *   an experiment without a primary metric; its details hold the `index` of the row and the `column`
 */
export function arrangeLooks(rows: readonly AbLook[], design: AbDesign): ExperimentLooks[] {
  const experiments = new Map<string, Map<string | null, Placed[]>>();
  for (const [index, look] of rows.entries()) {
    checkRow({ look, index });
    const metrics = experiments.get(look.experiment) ?? new Map<string | null, Placed[]>();
    experiments.set(look.experiment, metrics);
    const metric = look.metric ?? null;
    const placed = metrics.get(metric) ?? [];
    metrics.set(metric, placed);
    placed.push({ look, index });
  }
  return Array.from(experiments, ([experiment, metrics]) => {
    const placed = [...metrics.values()].flat();
    if (placed.every(({ look }) => look.role === "guardrail")) {
      refuse(placed[0], "role", "the experiment has no primary metric");
    }
    return { experiment, metrics: arrangeMetrics(metrics, design) };
  });
}

function arrangeMetrics(metrics: ReadonlyMap<string | null, Placed[]>, design: AbDesign): MetricLooks[] {
  return Array.from(metrics, ([metric, placed]): MetricLooks => {
    placed.sort((a, b) => a.look.look - b.look.look || a.index - b.index);
    checkLooks(placed, design);
    const [{ look }] = placed;
    return {
      metric,
      role: look.role ?? "primary",
      better: look.better ?? null,
      shareA: given(look.share_a) ?? 0.5,
      looks: placed.map((one) => one.look),
    };
  });
}
