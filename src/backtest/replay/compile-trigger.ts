import { InputError } from "../../core/errors.js";
import type { Policy, Trigger, TriggerParameters } from "../types.js";
import { createGeofenceIndex, type GeofenceIndex } from "./geofence-index.js";
import { lenientRule, type TruthRule, truthRule } from "./truth.js";

/** What a machine latches at onset: the parameters of a place, and their rules as places among those of the trigger. */
export interface Place {
  parameters: TriggerParameters;
  enter: number;
  exit: number;
  /** The onset makes the event: neither dwell nor further samples are asked for. */
  atOnce: boolean;
  /** The column whose extreme an event has, and the sign under which that is the greatest value. */
  extreme: { column: number; sign: 1 | -1 };
  geofence: string | null;
}

/** A trigger made ready to run over many rows. */
export interface CompiledTrigger {
  id: string;
  rules: TruthRule[];
  /** The rule without which nothing begins, wherever. */
  candidate: number;
  /** The base, and then the overrides in their order. */
  places: Place[];
  /** Of the overrides, in their order; null where there are none. */
  fences: GeofenceIndex | null;
}

/**
 * @param signals names of the columns that the machine will be given
 * @throws InputError if an override names a geofence that the policy does not have
 */
export function compileTrigger(policy: Policy, trigger: Trigger, signals: readonly string[]): CompiledTrigger {
  const keys = new Map<string, number>();
  const rules: TruthRule[] = [];
  const placeOf = (rule: TruthRule): number => {
    const key = JSON.stringify(rule);
    const known = keys.get(key);
    if (known !== undefined) return known;
    keys.set(key, rules.length);
    return rules.push(rule) - 1;
  };
  const places = [{ geofence: null, parameters: trigger.parameters }, ...trigger.overrides].map(
    ({ geofence, parameters }): Place => {
      const [first] = parameters.conditions;
      return {
        ...{ parameters, geofence, atOnce: parameters.dwell_ms === 0 && parameters.min_samples <= 1 },
        ...{
          enter: placeOf(truthRule(parameters, "enter", signals)),
          exit: placeOf(truthRule(parameters, "exit", signals)),
        },
        extreme: { column: signals.indexOf(first.signal), sign: first.op === "<" || first.op === "<=" ? -1 : 1 },
      };
    },
  );
  const entering = [...new Set(places.map(({ enter }) => enter))];
  const candidate = placeOf(lenientRule(entering.map((rule) => rules[rule])));
  const fences = trigger.overrides.map(({ geofence }) => {
    const fence = policy.geofences.find(({ id }) => id === geofence);
    if (fence) return fence;
    throw new InputError(`trigger "${trigger.id}": the policy has no geofence "${geofence}"`, {
      ...{ trigger: trigger.id, geofence },
    });
  });
  return {
    ...{ id: trigger.id, rules, candidate, places },
    fences: fences.length > 0 ? createGeofenceIndex(fences) : null,
  };
}
