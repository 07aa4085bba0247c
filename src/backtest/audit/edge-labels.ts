import type { LabelTable } from "../types.js";
import type { EdgeEvents } from "./types.js";

/** Edge events as what the replay's events are paired with. */
export function edgeLabels(edge: EdgeEvents): LabelTable {
  const { triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs } = edge;
  const labelIds = Array.from(trigger.keys(), String);
  return { labelIds, triggerIds, trigger, vehicleIds, vehicle, ts: onsetTs, endTs, severity: null };
}
