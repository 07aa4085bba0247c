/** What a bad forecast can be put down to; every kind is a statement about the numbers that is checked, not guessed. */
export const FINDING_KINDS = [
  "missing_values",
  "missing_history",
  "short_history",
  "idle",
  "woke_up",
  "level_shift",
  "left_range",
  "new_peak",
  "new_low",
  "one_sided",
  "bursts",
  "small_error",
  "naive_better",
] as const;

/** One finding and the figures that show it; values in the unit of the series, shares 0 to 1. */
export interface Finding {
  kind: (typeof FINDING_KINDS)[number];
  figures: Record<string, number>;
}

/** A forecast to be explained. NaN is missing. */
export interface ForecastCase {
  /** Everything before the origin. */
  history: Float64Array;
  /** What came; as long as `forecast`. */
  actual: Float64Array;
  forecast: Float64Array;
  /** What seasonal naive would have said. */
  seasonalNaive: Float64Array;
  /** Season lengths. */
  seasons: readonly number[];
  /** In-sample naive error, > 0. */
  scale: number;
}

const LIMITS = Object.freeze({
  /** Shares of missing values from which they are named. */
  missing: 0.1,
  /** Shortest run of zeros that is a spell, in steps and as a share of the horizon. */
  spellSteps: 3,
  spellShare: 0.25,
  /** How much larger than any change before a change of level must be, of at least so many changes. */
  shift: 1.5,
  shiftChanges: 3,
  /** Share of the horizon that must lie outside all stretches before, of at least so many stretches. */
  range: 0.25,
  rangeStretches: 4,
  /** Share of the values on one side of the forecast. */
  oneSided: 0.9,
  /** Share of the error that the worst tenth of the steps must hold, of at least so many steps. */
  bursts: 0.5,
  burstSteps: 10,
  /** Error relative to the level below which it is small, whatever its MASE. */
  small: 0.1,
});

/** Checks in the order in which a reader wants to hear of them: the data first, then what happened, then the model. */
const CHECKS: readonly ((c: ForecastCase) => Finding | null)[] = Object.freeze([
  missingValues,
  missingHistory,
  shortHistory,
  idle,
  wokeUp,
  levelShift,
  leftRange,
  newPeak,
  newLow,
  oneSided,
  bursts,
  smallError,
  naiveBetter,
]);

/**
 * Why a forecast went wrong, as far as the numbers tell: the findings that hold, none when nothing stands out.
 *
 * @example diagnose({ history, actual, forecast, seasonalNaive, seasons: [24], scale }) // [{ kind: "level_shift", … }]
 */
export function diagnose(c: ForecastCase): Finding[] {
  return CHECKS.flatMap((check) => check(c) ?? []);
}

const observed = (x: Float64Array): Float64Array => x.filter((v) => !Number.isNaN(v));
const meanOf = (x: Float64Array): number => observed(x).reduce((a, b) => a + b, 0) / observed(x).length;
const largest = (x: Float64Array): number => observed(x).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
const least = (x: Float64Array): number => observed(x).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const errors = ({ actual }: ForecastCase, f: Float64Array): Float64Array =>
  observed(actual.map((v, h) => Math.abs(v - f[h])));

function missingValues({ actual }: ForecastCase): Finding | null {
  const missing = actual.length - observed(actual).length;
  if (missing <= LIMITS.missing * actual.length) return null;
  return { kind: "missing_values", figures: { missing, steps: actual.length } };
}

function missingHistory({ history, actual, seasons }: ForecastCase): Finding | null {
  const recent = history.slice(-2 * Math.max(actual.length, ...seasons));
  const missing = recent.length - observed(recent).length;
  if (missing <= LIMITS.missing * recent.length) return null;
  return { kind: "missing_history", figures: { missing, steps: recent.length } };
}

function shortHistory({ history, seasons }: ForecastCase): Finding | null {
  const season = Math.max(0, ...seasons);
  if (history.length >= 2 * season) return null;
  return { kind: "short_history", figures: { steps: history.length, season } };
}

/** Start and length of the longest run of zeros. */
function longestIdle(x: Float64Array): { from: number; steps: number } {
  let best = { from: 0, steps: 0 };
  let steps = 0;
  for (let h = 0; h < x.length; h++) {
    steps = x[h] === 0 ? steps + 1 : 0;
    if (steps > best.steps) best = { from: h - steps + 1, steps };
  }
  return best;
}

function idle({ actual, forecast, scale }: ForecastCase): Finding | null {
  const { from, steps } = longestIdle(actual);
  if (steps < Math.max(LIMITS.spellSteps, LIMITS.spellShare * actual.length)) return null;
  const expected = meanOf(forecast.subarray(from, from + steps));
  return expected > scale ? { kind: "idle", figures: { steps, of: actual.length, expected } } : null;
}

function wokeUp({ history, actual, scale }: ForecastCase): Finding | null {
  let steps = 0;
  while (steps < history.length && history[history.length - 1 - steps] === 0) steps++;
  if (steps < Math.max(LIMITS.spellSteps, LIMITS.spellShare * actual.length)) return null;
  const after = meanOf(actual);
  return after > scale ? { kind: "woke_up", figures: { steps, after } } : null;
}

/** Means of parts of the history as long as the horizon, whole seasons before it; latest first. */
function earlierMeans(history: Float64Array, horizon: number, season: number): number[] {
  const distance = Math.ceil(horizon / season) * season;
  const means: number[] = [];
  for (let from = history.length - distance; from >= 0; from -= distance) {
    means.push(meanOf(history.subarray(from, from + horizon)));
  }
  return means.filter((v) => !Number.isNaN(v));
}

/** A change of the mean clearly larger than any change between such parts before; by the longest season that allows it. */
function levelShift({ history, actual, seasons }: ForecastCase): Finding | null {
  const after = meanOf(actual);
  for (const season of [...new Set([...seasons, 1])].sort((a, b) => b - a)) {
    const means = earlierMeans(history, actual.length, season);
    const changes = means.slice(1).map((v, i) => Math.abs(means[i] - v));
    if (changes.length < LIMITS.shiftChanges) continue;
    const most = Math.max(...changes);
    const before = means[0];
    if (!(Math.abs(after - before) > LIMITS.shift * most)) return null;
    return { kind: "level_shift", figures: { before, after, largest_before: most, changes: changes.length } };
  }
  return null;
}

/** Means of neighbouring stretches of `width` steps up to the end; NaN for one without a value. */
function stretchMeans(x: Float64Array, width: number): number[] {
  const first = x.length % width;
  return Array.from({ length: Math.floor(x.length / width) }, (_, i) =>
    meanOf(x.subarray(first + i * width, first + (i + 1) * width)),
  );
}

/**
 * From some step on to the end of the horizon every stretch (a shortest season, else a quarter of the horizon) has a
 * mean above, or below, that of every stretch of the two horizons before the origin.
 */
function leftRange({ history, actual, seasons, scale }: ForecastCase): Finding | null {
  const season = Math.min(...seasons.filter((s) => s > 1));
  const width = season <= actual.length ? season : Math.max(1, Math.floor(actual.length / 4));
  const most = Math.max(LIMITS.rangeStretches, Math.ceil((2 * actual.length) / width));
  const before = stretchMeans(history, width)
    .slice(-most)
    .filter((v) => !Number.isNaN(v));
  const after = stretchMeans(actual, width);
  if (before.length < LIMITS.rangeStretches) return null;
  const [low, high] = [Math.min(...before), Math.max(...before)];
  const out = (side: 1 | -1): number => after.length - 1 - after.findLastIndex((v) => !(side > 0 ? v > high : v < low));
  const side = out(1) > 0 ? 1 : -1;
  const stretches = out(side);
  const tail = after.slice(after.length - stretches);
  const bound = side > 0 ? high : low;
  const beyond = Math.abs(tail.reduce((a, b) => a + b, 0) / stretches - bound);
  if (stretches * width < LIMITS.range * actual.length || !(beyond > scale)) return null;
  return {
    kind: "left_range",
    figures: {
      from: actual.length - stretches * width + 1,
      width,
      above: side > 0 ? 1 : 0,
      least: Math.min(...tail),
      most: Math.max(...tail),
      bound,
      stretches: before.length,
    },
  };
}

function newPeak({ history, actual, scale }: ForecastCase): Finding | null {
  const [peak, before] = [largest(actual), largest(history)];
  return peak - before > scale ? { kind: "new_peak", figures: { peak, before } } : null;
}

function newLow({ history, actual, scale }: ForecastCase): Finding | null {
  const [low, before] = [least(actual), least(history)];
  return before - low > scale ? { kind: "new_low", figures: { low, before } } : null;
}

function oneSided({ actual, forecast }: ForecastCase): Finding | null {
  const n = observed(actual).length;
  const above = actual.filter((v, h) => v > forecast[h]).length / n;
  const below = actual.filter((v, h) => v < forecast[h]).length / n;
  const share = Math.max(above, below);
  if (n < LIMITS.burstSteps || share < LIMITS.oneSided) return null;
  return { kind: "one_sided", figures: { share, above: above > below ? 1 : 0 } };
}

function bursts(c: ForecastCase): Finding | null {
  const sorted = errors(c, c.forecast).sort().reverse();
  const steps = Math.ceil(sorted.length / 10);
  const share = sorted.subarray(0, steps).reduce((a, b) => a + b, 0) / sorted.reduce((a, b) => a + b, 0);
  if (sorted.length < LIMITS.burstSteps || !(share >= LIMITS.bursts)) return null;
  return { kind: "bursts", figures: { steps, share } };
}

function smallError(c: ForecastCase): Finding | null {
  const relative = meanOf(errors(c, c.forecast)) / meanOf(c.actual.map(Math.abs));
  const naive = c.scale / meanOf(c.history.map(Math.abs));
  return relative < LIMITS.small ? { kind: "small_error", figures: { relative, naive } } : null;
}

function naiveBetter(c: ForecastCase): Finding | null {
  const own = meanOf(errors(c, c.forecast)) / c.scale;
  const naive = meanOf(errors(c, c.seasonalNaive)) / c.scale;
  return naive < own ? { kind: "naive_better", figures: { mase: own, seasonal_naive: naive } } : null;
}
