import type { DerivedSignal, Policy, Trigger } from "../types.js";

/** Names of the signals that a trigger compares, columns and derived ones, wherever it is. */
export function signalsOfTrigger({ parameters, overrides }: Trigger): string[] {
  const sets = [parameters, ...overrides.map((override) => override.parameters)];
  return [...new Set(sets.flatMap(({ conditions, guards }) => [...conditions, ...guards].map(({ signal }) => signal)))];
}

/** The derived signals that these signals need, themselves included, in the order of the policy. */
export function derivedFor(policy: Policy, names: Iterable<string>): DerivedSignal[] {
  const wanted = new Set(names);
  const found: DerivedSignal[] = [];
  // Each is made of earlier ones only.
  for (const signal of policy.derived.toReversed()) {
    if (!wanted.has(signal.name)) continue;
    found.unshift(signal);
    for (const source of sourcesOf(signal)) wanted.add(source);
  }
  return found;
}

/**
 * Columns of the log that a policy needs, sorted: what its enabled triggers compare, in every place, with derived signals
 * traced to the columns that they come from.
 */
export function signalsOf(policy: Policy): string[] {
  const compared = policy.triggers.filter(({ enabled }) => enabled).flatMap(signalsOfTrigger);
  const derived = derivedFor(policy, compared);
  const made = new Set(derived.map(({ name }) => name));
  const all = new Set([...compared, ...derived.flatMap(sourcesOf)]);
  return [...all].filter((name) => !made.has(name)).sort();
}

export function sourcesOf(signal: DerivedSignal): readonly string[] {
  return signal.op === "norm" ? signal.from : [signal.from];
}
