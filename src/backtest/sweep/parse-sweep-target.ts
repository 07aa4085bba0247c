import { InputError } from "../../core/errors.js";
import { didYouMean } from "../../core/nearest-name.js";
import type { Policy, SweepTarget } from "../types.js";
import { sweepParameters } from "./sweep-parameters.js";

const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
const TARGET = new RegExp(`^(.+)\\.enter=(${NUMBER}):(${NUMBER}):(${NUMBER})$`, "s");

/**
 * Reads the target of a sweep, `TRIGGER.CONDITION.enter=LO:HI:STEP`, and checks it against the policy. Ids may hold dots and
 * equals signs: the policy says where the trigger's ends.
 *
 * @throws InputError if the text is malformed, names what the policy does not have or can be read in two ways, or if
 * {@link sweepParameters} refuses the thresholds
 * @example
 * parseSweepTarget("hard_brake.brake.enter=-0.4:-0.1:0.05", policy);
 * // { trigger: "hard_brake", condition: "brake", low: -0.4, high: -0.1, step: 0.05 }
 */
export function parseSweepTarget(text: string, policy: Policy): SweepTarget {
  const match = TARGET.exec(text);
  if (match === null) {
    throw new InputError(
      `sweep "${text}" is not of the form TRIGGER.CONDITION.enter=LO:HI:STEP, as in hard_brake.brake.enter=-0.4:-0.1:0.05`,
      { sweep: text },
    );
  }
  const [low, high, step] = match.slice(2).map(Number);
  const target = { ...named(match[1], policy), low, high, step };
  sweepParameters(policy, target);
  return target;
}

/** The one trigger and condition of the policy that together are named so. */
function named(name: string, policy: Policy): Pick<SweepTarget, "trigger" | "condition"> {
  const all = policy.triggers.flatMap((trigger) =>
    trigger.parameters.conditions.map((condition) => ({ trigger: trigger.id, condition: condition.name })),
  );
  const path = (pair: (typeof all)[number]): string => `${pair.trigger}.${pair.condition}`;
  const found = all.filter((pair) => path(pair) === name);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const readings = found.map((pair) => `"${pair.condition}" of "${pair.trigger}"`).join(" or ");
    throw new InputError(`sweep: "${name}" can be condition ${readings}; rename one of them`, { name });
  }
  const known = all.map(path);
  const trigger = policy.triggers.find(({ id }) => name === id || name.startsWith(`${id}.`));
  const listed = trigger ? known.filter((k) => k.startsWith(`${trigger.id}.`)) : known;
  const there = listed.length === 0 ? "it has none" : `there are: ${listed.slice(0, 20).join(", ")}`;
  throw new InputError(
    `sweep: the policy has no trigger and condition "${name}"${didYouMean(name, listed)}; ${there}`,
    { name, known },
  );
}
