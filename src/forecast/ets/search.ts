import { mean } from "../../core/statistics.js";
import { initialStates } from "./initial.js";
import { minimiseSquares } from "./levenberg-marquardt.js";
import { EtsProblem } from "./problem.js";
import type { EtsRegion } from "./region.js";
import type { EtsForm, EtsParameters, EtsState } from "./types.js";

/** Searches start from combinations of these; beta and gamma are shares of the room that alpha leaves. */
const ALPHAS = [0.05, 0.3, 0.6, 0.95] as const;
const BETAS = [0.02, 0.3] as const;
const GAMMAS = [0.02, 0.3, 0.9] as const;
const PHI = 0.95;
/** Iterations after which only the best search goes on. */
const FIRST_ITERATIONS = 4;

/** Smoothing parameters and the states before the first value. */
export interface EtsPoint {
  parameters: EtsParameters;
  initial: EtsState;
}

/**
 * Most likely smoothing parameters and initial states of a form.
 *
 * The likelihood has several peaks, mostly along gamma with a season and along alpha without one: the best start of each
 * gamma (of low and of high alphas) is followed some way, and the best of these to the end.
 *
 * @param near points of kindred forms, followed too
 * @param thorough false leaves out the starts of the form's own where one of `near` is valid
 * @returns null when no start is valid
 */
export function searchEts(
  y: Float64Array,
  form: EtsForm,
  period: number,
  region: EtsRegion,
  near: readonly EtsPoint[],
  thorough: boolean,
): EtsPoint | null {
  const scale = powerOfTwo(y);
  const scaled = y.map((v) => v / scale);
  const guess = initialStates(scaled, form, period);
  const problem = new EtsProblem(scaled, form, period, region, guess.level);
  const kindred = near
    .map(({ parameters, initial }) =>
      problem.encode(parameters, withLevel(form, times(form, initial, 1 / scale), guess.level)),
    )
    .filter((x) => Number.isFinite(problem.value(x)));
  const own = thorough || kindred.length === 0 ? ownStarts(problem, form, guess) : [];
  const reached = [...kindred, ...own].map((start) => minimiseSquares(problem, start, FIRST_ITERATIONS));
  const { x, value } = minimiseSquares(problem, reached.reduce((a, b) => (b.value < a.value ? b : a)).x);
  if (!Number.isFinite(value)) return null;
  const initial = times(form, problem.statesAt(x), scale);
  // The constant (factor) that level and season share goes to the level.
  const level = form.season === "M" ? initial.level * mean(initial.season) : initial.level + mean(initial.season);
  return {
    parameters: problem.parametersAt(x),
    initial: withLevel(form, initial, level),
  };
}

/** The power of two below the largest absolute value: dividing by it keeps every digit. */
function powerOfTwo(y: Float64Array): number {
  const largest = y.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return largest > 0 ? 2 ** Math.max(-1000, Math.floor(Math.log2(largest))) : 1;
}

/** States of the series times a factor. */
function times(form: EtsForm, { level, trend, season }: EtsState, factor: number): EtsState {
  return {
    level: level * factor,
    trend: trend * factor,
    season: form.season === "A" ? season.map((s) => s * factor) : season,
  };
}

/** The same forecasts from another level: the season takes up the difference (the factor). */
function withLevel(form: EtsForm, { level, trend, season }: EtsState, wanted: number): EtsState {
  if (form.season === "N") return { level, trend, season };
  if (form.season === "A") return { level: wanted, trend, season: season.map((s) => s + level - wanted) };
  const factor = level / wanted;
  return { level: wanted, trend: trend / factor, season: season.map((s) => s * factor) };
}

function ownStarts(problem: EtsProblem, form: EtsForm, guess: EtsState): Float64Array[] {
  if (form.season !== "N") return GAMMAS.map((gamma) => bestStart(problem, form, guess, ALPHAS, gamma));
  return [ALPHAS.slice(0, 2), ALPHAS.slice(2)].map((alphas) => bestStart(problem, form, guess, alphas, 0));
}

/** The likeliest combination of alpha and beta, with the guessed states or a flat line. */
function bestStart(
  problem: EtsProblem,
  form: EtsForm,
  guess: EtsState,
  alphas: readonly number[],
  gamma: number,
): Float64Array {
  const trended = form.trend !== "N";
  let best: Float64Array | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const alpha of alphas) {
    for (const beta of trended ? BETAS : [0]) {
      for (const states of trended ? [{ ...guess, trend: 0 }, guess] : [guess]) {
        const x = problem.encode({ alpha, beta: beta * alpha, gamma: gamma * (1 - alpha), phi: PHI }, states);
        const value = problem.value(x);
        if (best === null || value < least) [best, least] = [x, value];
      }
    }
  }
  return best ?? new Float64Array(0);
}
