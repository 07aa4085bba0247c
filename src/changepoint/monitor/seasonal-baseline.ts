import { DAY_MS, WEEK_MS } from "../../core/time.js";
import { type Cycle, cycleValue, followCycle, newCycle } from "./cycle.js";
import type { MonitorTuning } from "./monitor-tuning.js";
import { medianOf, newRunningMedian, pushMedian, type RunningMedian } from "./running-median.js";

/** Numbers from here on are epoch milliseconds (1973), which have days and weeks. */
const FIRST_INSTANT = 1e11;
/** Anchors of a season given in observations. */
const MOST_ANCHORS = 512;
/** Observations over which level and error of a prediction are averaged. */
const MEMORY = 500;
/** A single miss counts up to this many times the mean one. */
const CLIP = 4;

/** A way to predict the next value: a slowly moving level, with or without a cycle. */
interface Predictor {
  cycle: Cycle | null;
  level: number;
  /** Mean absolute error of the predictions, limited. */
  error: number;
  /** The same of the level alone, over the same observations. */
  plain: number;
  /** Predictions that were compared with their observation. */
  judged: number;
}

/** Robust expectation of the next value. Plain data, so that it can be stored as JSON. */
export interface SeasonalBaseline {
  /** Season in observations; null for that of the calendar, if the times are instants. */
  period: number | null;
  calendar: boolean;
  /** Observations that were there, and the place of the latest one among all that the times leave room for. */
  n: number;
  place: number;
  lastTime: number | null;
  /** Latest distances between different times. */
  steps: RunningMedian;
  /** Without a cycle, by the day, by the week; or without and by the period. */
  predictors: Predictor[];
  chosen: number;
  /** Observations on weekdays and at weekends. */
  daysSeen: [number, number];
}

/** What the baseline says of an observation. */
export interface Expectation {
  /** The observation without its season. */
  level: number;
  /** Observation less expectation; `z`: in standard deviations of the noise. */
  residual: number;
  z: number;
  /** Whether the season in use has changed, so that the history of `level` is that of another series. */
  changed: boolean;
  /** False as long as this part of a cycle that may exist has not been seen. */
  known: boolean;
}

const newPredictor = (cycle: Cycle | null, level = 0): Predictor => ({ cycle, level, error: 0, plain: 0, judged: 0 });

/** @param period season in observations; `auto` for day and week of instants */
export function newSeasonalBaseline(period: "auto" | "none" | number): SeasonalBaseline {
  const cycles = typeof period === "number" ? [newCycle(period, Math.min(period, MOST_ANCHORS))] : [];
  return {
    period: typeof period === "number" ? period : null,
    calendar: period === "auto",
    n: 0,
    place: 0,
    lastTime: null,
    steps: newRunningMedian(21),
    predictors: [newPredictor(null), ...cycles.map((cycle) => newPredictor(cycle))],
    chosen: 0,
    daysSeen: [0, 0],
  };
}

/**
 * Takes the time of an observation, missing or not.
 *
 * @returns observations that the distance to the time before leaves room for
 */
export function advance(baseline: SeasonalBaseline, t: number): number {
  const { lastTime, steps } = baseline;
  const by = lastTime === null ? 0 : t - lastTime;
  const skipped = steps.sorted.length < steps.size ? 0 : Math.max(0, Math.round(by / medianOf(steps)) - 1);
  if (by > 0) {
    pushMedian(steps, by);
    baseline.place += 1 + skipped;
  }
  baseline.lastTime = t;
  if (baseline.calendar && baseline.predictors.length === 1 && steps.sorted.length === steps.size)
    addCycles(baseline, t);
  return skipped;
}

/** Adds the cycles that times may have, once their step is known. */
function addCycles(baseline: SeasonalBaseline, t: number): void {
  const { predictors, steps } = baseline;
  const [{ level }] = predictors;
  const step = medianOf(steps);
  baseline.calendar = t >= FIRST_INSTANT && step <= DAY_MS;
  if (!baseline.calendar) return;
  if (step <= DAY_MS / 4) predictors.push(newPredictor(newCycle(DAY_MS, 24), level));
  predictors.push(newPredictor(newCycle(WEEK_MS, 168), level));
}

/** Observations in a predictor's cycle. */
function perCycle({ period, steps }: SeasonalBaseline, cycle: Cycle): number {
  return period ?? cycle.length / medianOf(steps);
}

/** A miss, limited so that a single one counts little. */
const limited = (miss: number, most: number): number => Math.max(-most, Math.min(most, miss));

/**
 * Lets level and errors of a predictor follow an observation without its season.
 *
 * @param plainMiss what the level alone missed the observation by
 * @param memory observations over which the errors are averaged
 * @returns the limited miss
 */
function judge(predictor: Predictor, x: number, plainMiss: number, memory: number): number {
  const { judged, level, error, plain } = predictor;
  const miss = judged > 20 ? limited(x - level, CLIP * error) : x - level;
  const gain = Math.max(1 / (judged + 1), 1 / memory);
  predictor.error += gain * (Math.abs(miss) - error);
  predictor.plain += gain * (Math.abs(judged > 20 ? limited(plainMiss, CLIP * plain) : plainMiss) - plain);
  predictor.level += Math.max(1 / (judged + 2), 1 / MEMORY) * miss;
  predictor.judged++;
  return miss;
}

/** Position in a predictor's cycle, in units of its length. */
const clock = ({ period, place }: SeasonalBaseline, t: number): number => (period === null ? t : place);

function follow(baseline: SeasonalBaseline, predictor: Predictor, t: number, v: number, plainMiss: number): void {
  const { cycle } = predictor;
  if (baseline.n === 0) predictor.level = v;
  if (cycle === null) {
    judge(predictor, v, plainMiss, MEMORY);
    return;
  }
  const [at, turn] = [clock(baseline, t), perCycle(baseline, cycle)];
  const season = cycleValue(cycle, at, turn);
  const deviation = v - predictor.level;
  const memory = Math.max(MEMORY, Math.min(3 * turn, 3000));
  const miss = season === null ? null : judge(predictor, v - season, plainMiss, memory);
  followCycle(cycle, at, deviation, miss, turn);
}

/** The predictor to use: a season must earn its place, the week also against the day, and keeps it more easily. */
function choose(baseline: SeasonalBaseline, seasonGain: number): number {
  const { predictors, chosen } = baseline;
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  predictors.forEach(({ cycle, judged, error, plain }, p) => {
    if (cycle === null || judged < Math.min(2000, Math.max(100, 2 * perCycle(baseline, cycle)))) return;
    const left = error / plain;
    const needed = p === chosen ? Math.sqrt(seasonGain) : seasonGain;
    // Of a constant, NaN is left: that earns nothing.
    if (!(left < Math.min(needed, 0.9 * least))) return;
    best = p;
    least = left;
  });
  return best;
}

/** Whether every part of the cycles that the data may have was there before. */
function isKnown(baseline: SeasonalBaseline, weekend: number): boolean {
  const { predictors, chosen, n, daysSeen, period } = baseline;
  const cycle = predictors[1]?.cycle;
  if (!cycle) return true;
  const turn = perCycle(baseline, cycle);
  if (n < Math.min(2 * turn, 600)) return false;
  return period !== null || chosen !== 1 || cycle.length !== DAY_MS || daysSeen[weekend] >= turn;
}

/** Takes an observation that is there, after {@link advance}: what was expected, and what is learnt. */
export function expect(
  baseline: SeasonalBaseline,
  t: number,
  v: number,
  { seasonGain }: Pick<MonitorTuning, "seasonGain">,
): Expectation {
  // 1 January 1970 was a Thursday.
  const day = Math.floor(t / DAY_MS) % 7;
  const weekend = day === 2 || day === 3 ? 1 : 0;
  const known = isKnown(baseline, weekend);
  const before = baseline.chosen;
  baseline.chosen = choose(baseline, seasonGain);
  const { cycle, level, error } = baseline.predictors[baseline.chosen];
  const season = cycle && cycleValue(cycle, clock(baseline, t), perCycle(baseline, cycle));
  const x = v - (season ?? 0);
  const residual = baseline.n === 0 ? 0 : x - level;
  const plainMiss = baseline.n === 0 ? 0 : v - baseline.predictors[0].level;
  for (const predictor of baseline.predictors) follow(baseline, predictor, t, v, plainMiss);
  baseline.n++;
  baseline.daysSeen[weekend]++;
  return {
    level: x,
    residual,
    z: residual === 0 ? 0 : residual / (Math.sqrt(Math.PI / 2) * error),
    changed: baseline.chosen !== before,
    known: known && (cycle === null || season !== null),
  };
}

/** Makes a level the normal one, after a change that has come to stay. */
export function settle(baseline: SeasonalBaseline, level: number): void {
  const by = level - baseline.predictors[baseline.chosen].level;
  for (const predictor of baseline.predictors) predictor.level += by;
}
