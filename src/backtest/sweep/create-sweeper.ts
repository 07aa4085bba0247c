import { DAY_MS } from "../../core/utc.js";
import { createDeriver } from "../replay/derive.js";
import { checkLengths } from "../replay/order-log.js";
import { signalsOfTrigger } from "../replay/signals-of.js";
import { createVehicleRuns } from "../replay/vehicle-runs.js";
import { matchEvents } from "../score/match-events.js";
import type { ColumnarLog, LabelTable, Policy, SweepTarget } from "../types.js";
import { createEventBuffer } from "./event-buffer.js";
import { sweepParameters } from "./sweep-parameters.js";
import { createTally, type SweepTally } from "./sweep-tally.js";
import { createThresholdMachines } from "./threshold-machines.js";
import { triggerLabels } from "./trigger-labels.js";

/** So many events of vehicles with labels wait for their matching at most, those of one vehicle aside. */
const MOST_WAITING = 1 << 20;

/** Runs a sweep over logs that come in pieces. */
export interface Sweeper {
  /** Rows in order ({@link ColumnarLog}); a vehicle may go on in the next piece, but not come again after another. */
  push(log: ColumnarLog): void;
  /** Ends the last vehicle, and gives the counts of all. */
  finish(): SweepTally;
}

/** How events and labels are paired. */
export interface SweeperOptions {
  /** Most time between an event and its label, ms, inclusive. */
  toleranceMs: number;
}

export const DEFAULT_SWEEPER_OPTIONS: SweeperOptions = Object.freeze({ toleranceMs: 2000 });

/**
 * Makes a sweeper: all thresholds in one pass, with the events of a replay of the policy at each. Events are matched vehicle by
 * vehicle and only counts are kept. Parts of the vehicles may run in sweepers of their own; {@link mergeTallies} puts the
 * counts together.
 *
 * @param labels of whatever triggers and vehicles
 * @throws InputError as {@link sweepParameters} does, or on `push` if a column is missing or rows are not in order
 * @example
 * const sweeper = createSweeper(policy, parseSweepTarget("hard_brake.brake.enter=-0.4:-0.1:0.05", policy), labels);
 * for (const chunk of chunks) sweeper.push(chunk);
 * const tally = sweeper.finish();
 */
export function createSweeper(
  policy: Policy,
  target: SweepTarget,
  labels: LabelTable | null = null,
  options: Partial<SweeperOptions> = {},
): Sweeper {
  const { toleranceMs } = { ...DEFAULT_SWEEPER_OPTIONS, ...options };
  const parameters = sweepParameters(policy, target);
  const { trigger, values } = parameters;
  const names = signalsOfTrigger(trigger);
  const deriver = createDeriver(policy, names, trigger.parameters.max_gap_ms);
  const runsOf = createVehicleRuns();
  const known = labels && triggerLabels(labels, trigger.id);
  const tally = createTally(values);
  const buffer = createEventBuffer(trigger.id, values.length);
  let vehicle = "";
  let isLabelled = false;
  // Most events fall on the day of the one before.
  let day = Number.NaN;
  let events: Int32Array = new Int32Array(0);

  const machines = createThresholdMachines(parameters, policy.geofences, (value, onset, _trigger, end) => {
    const date = Math.floor(onset / DAY_MS);
    if (date !== day) {
      day = date;
      events = tally.of(vehicle, day).events;
    }
    events[value]++;
    if (isLabelled) buffer.add(value, vehicle, onset, end);
  });

  function match(): void {
    if (known === null || buffer.size() === 0) return;
    const own = known.of(buffer.vehicleIds());
    for (const [value, table] of buffer.tables()) {
      const { labelOfEvent, eventOfLabel } = matchEvents(table, own, toleranceMs);
      labelOfEvent.forEach((label, event) => {
        if (label < 0) return;
        tally.of(table.vehicleIds[table.vehicle[event]], Math.floor(table.onsetTs[event] / DAY_MS)).hits[value]++;
      });
      eventOfLabel.forEach((event, label) => {
        if (event < 0) return;
        tally.of(own.vehicleIds[own.vehicle[label]], Math.floor(own.ts[label] / DAY_MS)).found[value]++;
      });
    }
    buffer.clear();
  }

  function endVehicle(): void {
    machines.end();
    day = Number.NaN;
    if (buffer.size() >= MOST_WAITING) match();
  }

  return {
    push(log) {
      checkLengths(log);
      if (!trigger.enabled || log.ts.length === 0) return;
      const columns = deriver.push(log);
      machines.bind({ ...log, signals: new Map(names.map((name, i) => [name, columns[i]])) });
      for (const { id, from, to, fresh } of runsOf(log, 0, log.ts.length)) {
        if (fresh) {
          endVehicle();
          vehicle = id;
          isLabelled = known?.has(id) ?? false;
        }
        machines.run(from, to);
      }
    },
    finish() {
      endVehicle();
      match();
      return tally.tally();
    },
  };
}
