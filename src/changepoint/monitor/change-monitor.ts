import { InputError } from "../../core/errors.js";
import { LARGEST_VALUE } from "../../core/series.js";
import { type Detection, NOTHING, stronger } from "./detection.js";
import { EXTREMES, type Extremes, JUMPS, newExtremes } from "./extremes.js";
import { LEVEL_SHIFTS, type Levels, newLevels } from "./level-shift.js";
import { type ChangeMonitorOptions, completeOptions } from "./monitor-options.js";
import { DEFAULT_MONITOR_TUNING, type MonitorTuning } from "./monitor-tuning.js";
import { medianOf, newRunningMedian, pushMedian, type RunningMedian } from "./running-median.js";
import {
  advance,
  type Expectation,
  expect,
  newSeasonalBaseline,
  type SeasonalBaseline,
  settle,
} from "./seasonal-baseline.js";
import { type Evidence, newSequential, restartSequential, type Sequential, updateSequential } from "./sequential.js";
import { newSilence, type Silence, watchSilence } from "./silence.js";
import {
  judgeSustained,
  learnSustained,
  newSustained,
  restartSustained,
  type Sustained,
  weighSustained,
} from "./sustained.js";
import { judgeStreams, learnStreams } from "./tail-streams.js";

/** What a monitor says of an observation. */
export interface MonitorPoint {
  /** From 0 to 1; {@link ALERT_SCORE} and more is abnormal. */
  score: number;
  /** True once an episode, at its first abnormal observation. */
  alert: boolean;
  /** Of an alert, in words. */
  reason?: string;
}

/** Score from which an observation is abnormal. It is the same for every series. */
export const ALERT_SCORE = 0.5;

/** Everything a monitor knows, as plain JSON. */
export interface MonitorState {
  schema: "fleetlens.change-monitor/1";
  tuning: MonitorTuning;
  /** Observations that were there. */
  n: number;
  lastTime: number | null;
  lastValue: number | null;
  /** Smallest step that the values have made; 0 before the first. */
  quantum: number;
  baseline: SeasonalBaseline;
  /** Latest observations without season. */
  recent: RunningMedian;
  short: RunningMedian;
  extremes: Extremes | null;
  levels: Levels | null;
  silence: Silence | null;
  /** The detectors of lasting changes, of `auto`. */
  sustained: Sustained | null;
  /** The only detector. */
  sequential: Sequential | null;
  /** Count of the observation that raised the alert, and observations without a finding since the last one. */
  episode: { since: number; quiet: number } | null;
}

/** An observation as the streams see it. */
interface Seen extends Expectation {
  value: number;
  jump: number;
  short: number;
  long: number;
  /** What the detectors of lasting changes say; null while they do not watch. */
  evidence: Evidence[] | null;
}

function newState(options: ChangeMonitorOptions): MonitorState {
  const { detector, period, averageRunLength } = completeOptions(options);
  const tuning = { ...DEFAULT_MONITOR_TUNING, ...options.tuning };
  const auto = detector === "auto";
  const single = auto || detector === "extremes";
  return {
    schema: "fleetlens.change-monitor/1",
    tuning,
    n: 0,
    lastTime: null,
    lastValue: null,
    quantum: 0,
    baseline: newSeasonalBaseline(period),
    recent: newRunningMedian(tuning.longMedian),
    short: newRunningMedian(tuning.shortMedian),
    extremes: single ? newExtremes() : null,
    levels: auto ? newLevels() : null,
    silence: auto ? newSilence() : null,
    sustained: auto ? newSustained(tuning) : null,
    sequential: single ? null : newSequential(detector, averageRunLength),
    episode: null,
  };
}

/**
 * Watches one KPI as its observations come.
 *
 * A robust baseline learns level, day and week. An observation is abnormal when it, its distance from the baseline or from
 * the latest median, or a short median of the latest is further out than all of a long history that lags behind, by a
 * margin; or when the values stand still or stay away. One fixed threshold serves every series, because each is measured
 * by its own past. Detectors of lasting changes (BOCPD, CUSUM, Page-Hinkley, an e-detector) join in once their own history
 * tells what is rare. In an episode a value counts for the history as no further out than its limits; after a while the new
 * level is the normal one. Time and memory per observation are bounded, and nothing looks ahead.
 *
 * @example
 * const monitor = new ChangeMonitor();
 * for (let i = 0; i < 500; i++) monitor.push(i, 20 + (i * 7919 % 13));
 * monitor.push(500, 90).alert; // true
 */
export class ChangeMonitor {
  readonly #state: MonitorState;

  /** @throws InputError for an option that makes no sense */
  constructor(options: ChangeMonitorOptions = {}) {
    this.#state = newState(options);
  }

  /**
   * Takes the next observation.
   *
   * @param t epoch ms or any number that does not go back; equal times are taken one after the other
   * @param v NaN for a missing value
   * @throws InputError for a time that is not finite or before the last one, or a value that is infinite or beyond 1e100;
   *   the monitor then is as it was before
   */
  push(t: number, v: number): MonitorPoint {
    const state = this.#state;
    this.#check(t, v);
    const { tuning } = state;
    const skipped = advance(state.baseline, t);
    state.lastTime = t;
    let found: Detection = state.silence ? watchSilence(state.silence, skipped, v, tuning) : NOTHING;
    if (Number.isNaN(v)) return this.#decide(found, false);
    state.n++;
    const seen = this.#see(t, v);
    found = stronger(found, this.#judge(seen));
    const point = this.#decide(found, true);
    this.#learn(seen);
    return point;
  }

  /** Everything the monitor knows, as plain JSON. */
  toJSON(): MonitorState {
    return structuredClone(this.#state);
  }

  /**
   * A monitor that goes on as the one whose state it is given.
   *
   * @throws InputError when it is no such state
   */
  static fromJSON(state: MonitorState): ChangeMonitor {
    if (state?.schema !== "fleetlens.change-monitor/1") {
      throw new InputError(`not the state of a monitor: its schema is "${state?.schema}"`, { schema: state?.schema });
    }
    const monitor = new ChangeMonitor();
    Object.assign(monitor.#state, structuredClone(state));
    return monitor;
  }

  #check(t: number, v: number): void {
    const { lastTime } = this.#state;
    if (!Number.isFinite(t)) throw new InputError(`time must be a finite number, got ${t}`, { t });
    if (lastTime !== null && t < lastTime) {
      throw new InputError(`time ${t} comes after ${lastTime}: push observations in the order of their times`, {
        t,
        lastTime,
      });
    }
    if (Math.abs(v) > LARGEST_VALUE) {
      throw new InputError(`value must be NaN or within ±${LARGEST_VALUE}, got ${v}`, { t, v });
    }
  }

  #see(t: number, v: number): Seen {
    const state = this.#state;
    const { tuning } = state;
    const expectation = expect(state.baseline, t, v, tuning);
    if (expectation.changed) {
      // Without the season, or with another one, these are other series.
      state.recent = newRunningMedian(tuning.longMedian);
      state.short = newRunningMedian(tuning.shortMedian);
      if (state.extremes) state.extremes = { ...newExtremes(), value: state.extremes.value };
      if (state.levels) state.levels = newLevels();
      if (state.sustained) state.sustained = newSustained(tuning);
    }
    const { recent, short, sustained } = state;
    const jump = recent.sorted.length < tuning.longMedian / 6 ? 0 : expectation.level - medianOf(recent);
    pushMedian(recent, expectation.level);
    pushMedian(short, expectation.level);
    const watch = sustained && expectation.known && state.n > tuning.warmUp;
    const evidence = watch ? weighSustained(sustained, expectation.level, expectation.z) : null;
    return { ...expectation, value: v, jump, short: medianOf(short), long: medianOf(recent), evidence };
  }

  #judge(seen: Seen): Detection {
    const { n, tuning, extremes, levels, sustained, sequential, quantum } = this.#state;
    const late = sequential ? updateSequential(sequential, seen.level, seen.z) : NOTHING;
    if (n <= tuning.warmUp) return NOTHING;
    if (extremes && !seen.known) return judgeStreams(JUMPS, extremes, seen, quantum, tuning);
    const single = extremes ? judgeStreams(EXTREMES, extremes, seen, quantum, tuning) : late;
    if (!levels || !sustained || !seen.evidence) return single;
    const shift = judgeStreams(LEVEL_SHIFTS, levels, seen, quantum, tuning);
    return stronger(stronger(single, shift), judgeSustained(sustained, seen.evidence, tuning));
  }

  #decide(found: Detection, there: boolean): MonitorPoint {
    const state = this.#state;
    const abnormal = found.strength >= 1;
    const alert = abnormal && state.episode === null;
    if (alert) state.episode = { since: state.n, quiet: 0 };
    if (state.episode && abnormal) state.episode.quiet = 0;
    else if (state.episode && there) state.episode.quiet++;
    const score = 1 - 1 / (1 + found.strength);
    return alert ? { score, alert, reason: found.reason() } : { score, alert };
  }

  #learn(seen: Seen): void {
    const state = this.#state;
    const { tuning, extremes, levels, episode, lastValue } = state;
    const step = lastValue === null ? 0 : Math.abs(seen.value - lastValue);
    if (step > 0 && (state.quantum === 0 || step < state.quantum)) state.quantum = step;
    state.lastValue = seen.value;
    const age = episode ? state.n - episode.since : 0;
    const limited = episode !== null && age < tuning.settle;
    if (extremes) learnStreams(EXTREMES, extremes, seen, limited, state.quantum, tuning);
    if (levels) learnStreams(LEVEL_SHIFTS, levels, seen, limited, state.quantum, tuning);
    const { sustained } = state;
    if (sustained && seen.evidence) learnSustained(sustained, seen.evidence, limited, tuning);
    if (episode && age === tuning.settle) {
      settle(state.baseline, seen.long);
      if (sustained) restartSustained(sustained);
      if (state.sequential) restartSequential(state.sequential);
    }
    if (episode && episode.quiet >= tuning.quiet) state.episode = null;
  }
}
