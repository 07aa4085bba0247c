import type { ColumnarLog, EventTable, Policy } from "../types.js";
import { createReplayer } from "./create-replayer.js";
import { orderLog } from "./order-log.js";

/**
 * Runs the triggers of a policy over logs, and gives their events: one machine (IDLE, PENDING, ACTIVE, RELEASING) for each
 * trigger and vehicle, with dwell, hysteresis, release, cooldown, gaps, guards, and parameters by geofence.
 *
 * Rows in any order are put into order first ({@link orderLog}); what is missing (NaN) is unknown, and `all` and `any` follow
 * Kleene's logic. Nothing depends on how rows are cut into files, on other vehicles, or on where the clock starts.
 *
 * @throws InputError if the log lacks a signal that the policy needs, or is malformed
 * @example
 * const events = replay(policy, log);
 * for (const { vehicle, onsetTs, endTs } of eventRows(events)) console.log(vehicle, onsetTs, endTs);
 */
export function replay(policy: Policy, log: ColumnarLog): EventTable {
  const replayer = createReplayer(policy);
  replayer.push(orderLog(log).log);
  return replayer.finish();
}
