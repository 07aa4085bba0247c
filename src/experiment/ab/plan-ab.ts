import { normalQuantile } from "../../core/distributions.js";
import { InputError } from "../../core/errors.js";
import { type AbDesign, checkDesign } from "./ab-designs.js";
import { DEFAULT_AB_OPTIONS } from "./ab-options.js";
import type { AbPlan } from "./ab-plan-schema.js";
import { alwaysValid } from "./always-valid.js";
import { type ContinuingPaths, continuePaths, crossingProbability } from "./crossing.js";
import { groupSequentialBounds } from "./group-sequential-bounds.js";
import {
  arcsineEffect,
  DEFAULT_SAMPLE_SIZE_OPTIONS,
  type SampleSizeOptions,
  sampleSizeMeans,
  sampleSizeProportions,
} from "./sample-size.js";
import { solve } from "./solve.js";

/** The smallest effect worth finding: two shares, or Cohen's d of two means. */
export type AbPlanEffect = { baseline: number; target: number } | { effectSize: number };

export interface AbPlanOptions extends SampleSizeOptions {
  /** Default fixed. */
  design?: AbDesign;
  /** Looks at equal steps of information, default 5 (1 for fixed). */
  looks?: number;
  /** Rows of both arms a day, for the duration. */
  dailyRows?: number;
  /** Rows at which always-valid intervals are narrowest, default 5,000. */
  tunedRows?: number;
}

export const DEFAULT_AB_PLAN_OPTIONS = Object.freeze({
  ...DEFAULT_SAMPLE_SIZE_OPTIONS,
  design: "fixed" as AbDesign,
  looks: 5,
  tunedRows: DEFAULT_AB_OPTIONS.tunedRows,
});

/** Chance to cross a two-sided bound upwards, and information at the stop on average. */
interface Passage {
  power: number;
  information: number;
}

function passage(t: readonly number[], bounds: readonly number[], drift: number): Passage {
  let paths: ContinuingPaths | null = null;
  let [power, information, going] = [0, 0, 1];
  for (const [look, now] of t.entries()) {
    information += (now - (t[look - 1] ?? 0)) * going;
    power += crossingProbability(paths, now, bounds[look], drift);
    if (look + 1 === t.length) break;
    paths = continuePaths(paths, now, { lower: -bounds[look], upper: bounds[look] }, t[look + 1], drift);
    going = paths.mass.reduce((sum, mass) => sum + mass, 0);
  }
  return { power, information };
}

interface Design {
  inflation: number;
  /** In units of the fixed design's information. */
  expected: { null: number; alternative: number } | null;
  bounds: number[];
}

function sequentialDesign(t: readonly number[], alpha: number, power: number, spending: "obf" | "pocock"): Design {
  const bounds = groupSequentialBounds(t, alpha / 2, spending);
  const fixed = normalQuantile(power) - normalQuantile(alpha / 2);
  const drift = solve((x) => passage(t, bounds, x).power - power, fixed, 2 * fixed);
  const inflation = (drift / fixed) ** 2;
  const rows = (of: number) => inflation * passage(t, bounds, of).information;
  return { inflation, expected: { null: rows(0), alternative: rows(drift) }, bounds };
}

/** Power at the last look alone: the looks before only add to it. */
function alwaysValidDesign(
  t: readonly number[],
  fixedRows: number,
  { alpha, power, tunedRows }: Pick<Required<AbPlanOptions>, "alpha" | "power" | "tunedRows">,
): Design {
  const fixed = normalQuantile(power) - normalQuantile(alpha / 2);
  const bound = (rows: number) => alwaysValid(0, 1, rows, { alpha, tunedRows }).bound;
  const log = solve((x) => fixed * Math.exp(x / 2) - bound(Math.exp(x) * fixedRows) - normalQuantile(power), 0, 50);
  const inflation = Math.exp(log);
  return { inflation, expected: null, bounds: t.map((share) => bound(share * inflation * fixedRows)) };
}

function effectOf(effect: AbPlanEffect): AbPlan["effect"] {
  if ("effectSize" in effect) {
    return { kind: "means", baseline: null, target: null, effect_size: effect.effectSize };
  }
  const { baseline, target } = effect;
  return { kind: "proportions", baseline, target, effect_size: arcsineEffect(baseline, target) };
}

/**
 * Rows that an A/B experiment needs: those of a test without looks (see {@link sampleSizeProportions} and
 * {@link sampleSizeMeans}), times what the looks of a design cost (Jennison & Turnbull 2000, ch. 7), with the bounds of
 * each look and the rows at the stop on average.
 *
 * @throws InputError for an effect, level, power or number of looks that cannot be meant
 * @example planAb({ baseline: 0.1, target: 0.12 }, { design: "obf" }).n_a // 3930, where fixed needs 3835
 */
export function planAb(effect: AbPlanEffect, options: AbPlanOptions = {}): AbPlan {
  const settings = { ...DEFAULT_AB_PLAN_OPTIONS, ...options };
  const { alpha, power, ratio, design, looks, dailyRows } = settings;
  checkDesign(design);
  if (dailyRows !== undefined && !(dailyRows > 0)) {
    throw new InputError(`daily rows must be above 0, got ${dailyRows}`, { dailyRows });
  }
  if (!(Number.isInteger(looks) && looks >= 1 && looks <= 1000)) {
    throw new InputError(`looks must be a whole number from 1 to 1000, got ${looks}`, { looks });
  }
  const needed =
    "effectSize" in effect
      ? sampleSizeMeans(effect.effectSize, settings)
      : sampleSizeProportions(effect.baseline, effect.target, settings);
  const fixed = { n_a: needed, n_b: needed * ratio };
  const fixedRows = fixed.n_a + fixed.n_b;
  const count = design === "fixed" ? 1 : looks;
  const t = Array.from({ length: count }, (_, i) => (i + 1) / count);
  const found: Design =
    design === "fixed"
      ? { inflation: 1, expected: { null: 1, alternative: 1 }, bounds: [-normalQuantile(alpha / 2)] }
      : design === "always-valid"
        ? alwaysValidDesign(t, fixedRows, settings)
        : sequentialDesign(t, alpha, power, design);
  const { inflation, expected, bounds } = found;
  const rows = (share: number) => ({
    n_a: Math.ceil(share * inflation * fixed.n_a),
    n_b: Math.ceil(share * inflation * fixed.n_b),
  });
  const { n_a, n_b } = rows(1);
  return {
    effect: effectOf(effect),
    ...{ alpha, power, ratio, design, fixed, inflation, n_a, n_b },
    expected: expected && { null: expected.null * fixedRows, alternative: expected.alternative * fixedRows },
    looks: t.map((information, i) => ({
      look: i + 1,
      information,
      ...rows(information),
      bound: Number.isFinite(bounds[i]) ? bounds[i] : null,
    })),
    days: dailyRows === undefined ? null : Math.ceil((n_a + n_b) / dailyRows),
  };
}
