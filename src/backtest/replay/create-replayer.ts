import type { ColumnarLog, EventTable, Policy, Trigger } from "../types.js";
import { compileTrigger } from "./compile-trigger.js";
import { createDeriver, type Deriver } from "./derive.js";
import { createEventCollector } from "./events.js";
import { checkLengths } from "./order-log.js";
import { derivedFor, signalsOfTrigger } from "./signals-of.js";
import { createTriggerMachine, type TriggerMachine } from "./trigger-machine.js";
import { createVehicleRuns } from "./vehicle-runs.js";

/** Rows that are worked on at once: few enough to stay in the caches of a core. */
const BLOCK = 4096;

/** Replays a log that comes in pieces. */
export interface Replayer {
  /**
   * Takes rows in order ({@link ColumnarLog}). A vehicle may go on in the next piece, also under another code, but not come
   * again after another. How the rows are cut changes nothing.
   *
   * @throws InputError if the log lacks a signal that the policy needs, or is not in order
   */
  push(log: ColumnarLog): void;
  /** Ends the last vehicle; nothing is pushed afterwards. */
  finish(): EventTable;
}

/** Triggers with the same derived signals, and their machines. */
interface Group {
  deriver: Deriver;
  machines: TriggerMachine[];
}

/**
 * Makes a replayer of a policy: one machine for each enabled trigger, which every vehicle starts anew.
 *
 * @throws InputError if an override names a geofence that the policy does not have
 * @example
 * const replayer = createReplayer(policy);
 * for await (const log of pieces) replayer.push(log);
 * const events = replayer.finish();
 */
export function createReplayer(policy: Policy): Replayer {
  const events = createEventCollector(policy.triggers.map(({ id }) => id));
  const enabled = policy.triggers.filter(({ enabled }) => enabled);
  const gaps = new Set(enabled.map((trigger) => gapOfRates(policy, trigger)));
  const groups = Array.from(gaps, (gap): Group => {
    const triggers = enabled.filter((trigger) => gapOfRates(policy, trigger) === gap);
    const signals = [...new Set(triggers.flatMap(signalsOfTrigger))];
    const machines = triggers.map((trigger) =>
      createTriggerMachine(compileTrigger(policy, trigger, signals), BLOCK, events),
    );
    return { deriver: createDeriver(policy, signals, gap), machines };
  });
  const runsOf = createVehicleRuns();
  const end = (): void => {
    for (const { machines } of groups) for (const machine of machines) machine.end();
  };

  return {
    push(log) {
      checkLengths(log);
      for (let from = 0; from < log.ts.length; from += BLOCK) {
        const to = Math.min(from + BLOCK, log.ts.length);
        const runs = runsOf(log, from, to);
        const rows = {
          ts: log.ts.subarray(from, to),
          lat: log.lat.subarray(from, to),
          lon: log.lon.subarray(from, to),
        };
        for (const { deriver, machines } of groups) {
          const block = { ...rows, columns: deriver.push(log, from, to) };
          for (const machine of machines) {
            machine.load(block);
            for (const run of runs) {
              if (run.fresh) {
                machine.end();
                machine.begin(run.id);
              }
              machine.run(run.from - from, run.to - from, run.longestStep);
            }
          }
        }
      }
    },
    finish() {
      end();
      return events.table();
    },
  };
}

/** What counts as a gap to the rates that a trigger compares; any number where it compares none. */
function gapOfRates(policy: Policy, trigger: Trigger): number {
  const rates = derivedFor(policy, signalsOfTrigger(trigger)).some(({ op }) => op === "rate");
  return rates ? trigger.parameters.max_gap_ms : Number.POSITIVE_INFINITY;
}
