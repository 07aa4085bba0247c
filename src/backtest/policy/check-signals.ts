import type { PolicyProblem } from "../types.js";
import type { Path } from "./json-pointer.js";
import { nearest, type PolicyUnderCheck, problem, quoted } from "./policy-check.js";
import { valueAt } from "./value-at.js";

/** Range of each signal, derived ones too, by name; null where the file says none that makes sense. */
export type SignalRanges = ReadonlyMap<string, readonly [number, number] | null>;

type LooseRange = readonly (number | undefined)[] | undefined;

function soundRange(range: LooseRange): readonly [number, number] | null {
  const [low, high] = range ?? [];
  return low !== undefined && high !== undefined && low < high ? [low, high] : null;
}

function rangeProblems(range: LooseRange, path: Path): PolicyProblem[] {
  const [low, high] = range ?? [];
  if (low === undefined || high === undefined || low < high) return [];
  return [problem([...path, "range"], "bad_interval", `the least value ${low} is not below the greatest ${high}`)];
}

/** A problem for a signal that is not there. */
export function unknownSignal(name: string, ranges: SignalRanges, path: Path): PolicyProblem {
  const message = `signals and derived declare no ${quoted(name)}${nearest(name, [...ranges.keys()])}`;
  return problem(path, "unknown_signal", message);
}

/** Signals and what is derived from them, in the order of the file. */
export function checkSignals({ value, draft }: PolicyUnderCheck): { ranges: SignalRanges; problems: PolicyProblem[] } {
  const problems: PolicyProblem[] = [];
  const ranges = new Map<string, readonly [number, number] | null>();
  for (const name of Object.keys((valueAt(value, ["signals"]) as object | null | undefined) ?? {})) {
    const range = valueAt(draft, ["signals", name, "range"]) as LooseRange;
    problems.push(...rangeProblems(range, ["signals", name]));
    ranges.set(name, soundRange(range));
  }
  const given = valueAt(value, ["derived"]);
  const list: unknown[] = Array.isArray(given) ? given : [];
  for (const [i, raw] of list.entries()) {
    const derived = draft.derived?.[i];
    const sources = typeof derived?.from === "string" ? [derived.from] : (derived?.from ?? []);
    for (const [k, source] of sources.entries()) {
      const at = typeof derived?.from === "string" ? ["derived", i, "from"] : ["derived", i, "from", k];
      if (source !== undefined && !ranges.has(source)) problems.push(unknownSource(source, list, i, ranges, at));
    }
    problems.push(...rangeProblems(derived?.range, ["derived", i]));
    const name: unknown = valueAt(raw, ["name"]);
    if (typeof name !== "string") continue;
    if (ranges.has(name)) {
      const message = `${quoted(name)} is the name of a signal already; give each another`;
      problems.push(problem(["derived", i, "name"], "duplicate_id", message));
    } else ranges.set(name, soundRange(derived?.range));
  }
  return { ranges, problems };
}

function unknownSource(
  source: string,
  list: readonly unknown[],
  i: number,
  ranges: SignalRanges,
  path: Path,
): PolicyProblem {
  const isLater = list.slice(i).some((derived) => valueAt(derived, ["name"]) === source);
  if (!isLater) return unknownSignal(source, ranges, path);
  const message = `${quoted(source)} is not derived yet; signals are derived in the order of the list: move it up`;
  return problem(path, "unknown_signal", message);
}
