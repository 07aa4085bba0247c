import { InputError } from "../../core/errors.js";
import { didYouMean } from "../../core/nearest-name.js";
import type { ColumnarLog, DerivedSignal, Policy } from "../types.js";
import type { Derivation } from "./derivation.js";
import { derivedFor, sourcesOf } from "./signals-of.js";
import { createTrailingMean } from "./trailing-mean.js";
import { createVehicleRuns } from "./vehicle-runs.js";

/** Computes derived signals of a log that comes in pieces; what it knows of a vehicle never reaches another. */
export interface Deriver {
  /**
   * The signals asked for, of rows `from` (0) to `to` (all), in the order asked for. Rows come in order
   * ({@link ColumnarLog}); a vehicle may go on from one piece to the next. Columns of the log are widened to float64, not
   * copied where they are that.
   *
   * @throws InputError if the log lacks a column, or has one under the name of a derived signal
   */
  push(log: ColumnarLog, from?: number, to?: number): Float64Array[];
}

/**
 * Makes a deriver of signals of a policy, columns or derived. Missing is NaN.
 *
 * - `trailing_mean` is the mean of the values in (t − window_ms, t] that are not missing, also where that at t is: the exact
 *   sum, rounded once, over their count (as Python's `statistics.fmean`), so that the result does not show in which order
 *   values came and went. Missing where there is none. Values beyond 1e290 count as infinite.
 * - `rate` is the difference to the vehicle's last value that was not missing, per second: `1000 (v − v') / (t − t')`.
 *   Missing at the first value, and across a gap: where t − t' > `maxGapMs`.
 * - `norm` is √(Σv²), added in the order of `from`; missing if a part is.
 *
 * @param names signals wanted
 * @param maxGapMs what is a gap to the trigger that compares them: its `max_gap_ms` (of its base)
 * @example
 * const deriver = createDeriver(policy, ["accel_s"], trigger.parameters.max_gap_ms);
 * const [accelS] = deriver.push(log);
 */
export function createDeriver(policy: Policy, names: readonly string[], maxGapMs: number): Deriver {
  const steps = derivedFor(policy, names).map((signal) => ({ ...signal, ...createDerivation(signal, maxGapMs) }));
  const made = new Set(steps.map(({ name }) => name));
  const read = new Set([...names, ...steps.flatMap((step) => sourcesOf(step))].filter((name) => !made.has(name)));
  const runsOf = createVehicleRuns();
  return {
    push(log, from = 0, to = log.ts.length) {
      const signals = new Map<string, Float64Array>();
      for (const name of read) signals.set(name, columnOf(log, name, from, to));
      if (steps.length === 0) return names.map((name) => signals.get(name)!);
      const shadowed = steps.find(({ name }) => Object.hasOwn(log.signals, name));
      if (shadowed) throw shadow(shadowed.name);
      const ts = log.ts.subarray(from, to);
      const runs = runsOf(log, from, to);
      for (const step of steps) {
        const inputs = sourcesOf(step).map((name) => signals.get(name)!);
        const out = new Float64Array(to - from);
        for (const run of runs) {
          if (run.fresh) step.reset();
          step.run(inputs, ts, run.from - from, run.to - from, out);
        }
        signals.set(step.name, out);
      }
      return names.map((name) => signals.get(name)!);
    },
  };
}

function createDerivation(signal: DerivedSignal, maxGapMs: number): Derivation {
  if (signal.op === "trailing_mean") return createTrailingMean(signal.window_ms);
  return signal.op === "rate" ? createRate(maxGapMs) : NORM;
}

function createRate(maxGapMs: number): Derivation {
  let time = Number.NaN;
  let value = Number.NaN;
  return {
    reset() {
      time = Number.NaN;
    },
    run([input], ts, from, to, out) {
      for (let i = from; i < to; i++) {
        const next = input[i];
        const elapsed = ts[i] - time;
        out[i] = elapsed <= maxGapMs ? (1000 * (next - value)) / elapsed : Number.NaN;
        if (Number.isNaN(next)) continue;
        time = ts[i];
        value = next;
      }
    },
  };
}

const NORM: Derivation = Object.freeze({
  reset() {},
  run(inputs: readonly Float64Array[], _: Float64Array, from: number, to: number, out: Float64Array) {
    for (const input of inputs) for (let i = from; i < to; i++) out[i] += input[i] * input[i];
    for (let i = from; i < to; i++) out[i] = Math.sqrt(out[i]);
  },
});

function columnOf(log: ColumnarLog, name: string, from: number, to: number): Float64Array {
  const column = Object.hasOwn(log.signals, name) ? log.signals[name] : undefined;
  const known = Object.keys(log.signals);
  if (column === undefined) {
    throw new InputError(
      `the policy needs signal "${name}", which the log does not have${didYouMean(name, known)}; ` +
        `it has: ${known.join(", ") || "none"}`,
      { signal: name, known },
    );
  }
  if (column.length !== log.ts.length) {
    throw new InputError(`signal "${name}" of the log has ${column.length} rows, ts has ${log.ts.length}`, {
      signal: name,
    });
  }
  const rows = column.subarray(from, to);
  return rows instanceof Float64Array ? rows : new Float64Array(rows);
}

function shadow(name: string): InputError {
  return new InputError(
    `the log has a column "${name}", and the policy a derived signal of that name; give the derived signal another one`,
    { signal: name },
  );
}
