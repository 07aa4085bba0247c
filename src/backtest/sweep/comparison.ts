import { FALSE, TRUE, UNKNOWN } from "../replay/truth.js";
import type { Comparison } from "../types.js";

/** Columns by signal, NaN where missing. */
export type Signals = ReadonlyMap<string, Float64Array>;

/** A comparison turned so that small values pass: y = sign · x against θ = sign · threshold, y < θ or y ≤ θ. */
export interface Turned {
  signal: string;
  sign: 1 | -1;
  strict: boolean;
}

export function turned({ signal, op }: { signal: string; op: Comparison }): Turned {
  return { signal, sign: op[0] === "<" ? 1 : -1, strict: op.length === 1 };
}

/** A column that the log is known to have. */
export function columnOf(signals: Signals, name: string): Float64Array {
  return signals.get(name) as Float64Array;
}

/** Three-valued result of a turned comparison. */
export function compare({ sign, strict }: Turned, x: number, theta: number): number {
  if (Number.isNaN(x)) return UNKNOWN;
  const y = sign * x;
  return (strict ? y < theta : y <= theta) ? TRUE : FALSE;
}
