import type { Comparison, PolicyProblem } from "../types.js";
import { type SignalRanges, unknownSignal } from "./check-signals.js";
import type { Path } from "./json-pointer.js";
import { problem, quoted } from "./policy-check.js";

type Threshold = "enter" | "exit" | "value";

/** A comparison of which anything may be absent. */
export interface LooseComparison {
  readonly signal?: string;
  readonly op?: Comparison;
  readonly enter?: number;
  readonly exit?: number;
  readonly value?: number;
}

/** Thresholds outside of the range of the signal. */
export function checkRange(compared: LooseComparison, ranges: SignalRanges, path: Path): PolicyProblem[] {
  const range = compared.signal === undefined ? null : ranges.get(compared.signal);
  if (!range) return [];
  return (["enter", "exit", "value"] as const satisfies Threshold[]).flatMap((key) => {
    const threshold = compared[key];
    if (threshold === undefined || (range[0] <= threshold && threshold <= range[1])) return [];
    const message = `${key} ${threshold} lies outside of the range [${range[0]}, ${range[1]}] of ${quoted(compared.signal ?? "")}; move it or widen the range`;
    return [problem([...path, key], "out_of_range", message)];
  });
}

/** The signal and the thresholds of a condition or a guard. */
export function checkComparison(compared: LooseComparison, ranges: SignalRanges, path: Path): PolicyProblem[] {
  const { signal } = compared;
  if (signal !== undefined && !ranges.has(signal)) return [unknownSignal(signal, ranges, [...path, "signal"])];
  return checkRange(compared, ranges, path);
}

/** An `exit` that is harder to keep than `enter` is to reach. */
export function checkHysteresis({ op, enter, exit }: LooseComparison, path: Path): PolicyProblem[] {
  if (op === undefined || enter === undefined || exit === undefined) return [];
  const isBelow = op === "<" || op === "<=";
  if (isBelow ? exit >= enter : exit <= enter) return [];
  const message = `exit ${exit} is stricter than enter ${enter}: for ${op} it must not be ${isBelow ? "less" : "greater"}`;
  return [problem([...path, "exit"], "inverted_hysteresis", message)];
}
