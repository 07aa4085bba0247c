import type { Comparison, TriggerParameters } from "../types.js";

/** Kleene's three truth values: `all` is the least of several, `any` the greatest. */
export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;

/** One signal against one number. */
export interface Test {
  /** Place of the signal among the columns. */
  column: number;
  op: Comparison;
  value: number;
}

/** What decides whether a row counts: the condition of a trigger with all that changes it. */
export interface TruthRule {
  mode: "all" | "any";
  tests: readonly Test[];
  suppress: readonly Test[];
  hold: readonly Test[];
  /** What becomes of a row whose condition is unknown. */
  onMissing: "hold" | "false";
  disabled: boolean;
}

/** @param signals names of the columns */
export function truthRule(
  parameters: TriggerParameters,
  threshold: "enter" | "exit",
  signals: readonly string[],
): TruthRule {
  const guards = (action: "suppress" | "hold"): Test[] =>
    parameters.guards
      .filter((guard) => guard.action === action)
      .map(({ signal, op, value }) => ({ column: signals.indexOf(signal), op, value }));
  return {
    mode: parameters.mode,
    tests: parameters.conditions.map((condition) => ({
      ...{ column: signals.indexOf(condition.signal), op: condition.op },
      value: condition[threshold],
    })),
    ...{ suppress: guards("suppress"), hold: guards("hold") },
    ...{ onMissing: parameters.on_missing, disabled: parameters.disabled },
  };
}

/**
 * A rule that is true wherever one of several is, and maybe elsewhere. A single one is given as it is; of several, each
 * signal is compared with the most lenient of their numbers.
 */
export function lenientRule(rules: readonly TruthRule[]): TruthRule {
  if (rules.length === 1) return rules[0];
  const enabled = rules.filter(({ disabled }) => !disabled);
  const tests = new Map<string, Test>();
  for (const test of enabled.flatMap((rule) => rule.tests)) {
    const key = `${test.op} ${test.column}`;
    const other = tests.get(key);
    if (other === undefined || stricter(other, test)) tests.set(key, test);
  }
  // All of these are true where all of a rule's tests are, if each rule tests the same.
  const same = enabled.every(({ mode, tests: own }) => mode === "all" && own.length === tests.size);
  return {
    mode: same ? "all" : "any",
    tests: [...tests.values()],
    ...{ suppress: [], hold: [], onMissing: "false" },
    disabled: enabled.length === 0,
  };
}

function stricter(a: Test, b: Test): boolean {
  return a.op === "<" || a.op === "<=" ? a.value < b.value : a.value > b.value;
}
