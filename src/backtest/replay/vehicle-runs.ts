import { InputError } from "../../core/errors.js";
import type { ColumnarLog } from "../types.js";

/** Rows of one vehicle next to each other. */
export interface VehicleRun {
  id: string;
  /** Rows of the log, `to` not included. */
  from: number;
  to: number;
  /** The vehicle begins here; otherwise it goes on from the rows before. */
  fresh: boolean;
  /** The most time between two of the rows. */
  longestStep: number;
}

/**
 * Finds the runs of a log that comes in pieces, and checks its order. A vehicle may go on in the next piece, also under
 * another code.
 *
 * @returns a function of a log and its rows `from` to `to`; it throws an InputError where times of a vehicle do not ascend or
 * a vehicle comes again after another
 */
export function createVehicleRuns(): (log: ColumnarLog, from: number, to: number) => VehicleRun[] {
  const seen = new Set<string>();
  let id: string | null = null;
  let last = Number.NEGATIVE_INFINITY;
  return ({ vehicle, vehicleIds, ts }, start, end) => {
    const runs: VehicleRun[] = [];
    let from = start;
    while (from < end) {
      const code = vehicle[from];
      const name = vehicleIds[code];
      if (name === undefined) throw misplaced(from, `vehicle ${code} is not among its vehicleIds`);
      const fresh = name !== id;
      if (fresh) {
        if (seen.has(name)) throw misplaced(from, `vehicle "${name}" comes again after another`);
        seen.add(name);
        id = name;
        last = Number.NEGATIVE_INFINITY;
      }
      const { to, longestStep } = endOfRun(vehicle, ts, from, end, last);
      if (to > from) last = ts[to - 1];
      if ((to < end && vehicle[to] === code) || last === Number.POSITIVE_INFINITY) {
        throw misplaced(to, `the time ${ts[to]} of vehicle "${name}" does not come after ${last}`);
      }
      runs.push({ id: name, from, to, fresh, longestStep });
      from = to;
    }
    return runs;
  };
}

/** `to` is the first row at or after `from` of another vehicle, or whose time does not come after `last` or the row before. */
function endOfRun(
  vehicle: Int32Array,
  ts: Float64Array,
  from: number,
  end: number,
  last: number,
): Pick<VehicleRun, "to" | "longestStep"> {
  const code = vehicle[from];
  let longestStep = 0;
  if (!(ts[from] > last)) return { to: from, longestStep };
  let to = from + 1;
  for (; to < end && vehicle[to] === code; to++) {
    const step = ts[to] - ts[to - 1];
    if (!(step > 0)) break;
    if (step > longestStep) longestStep = step;
  }
  return { to, longestStep };
}

function misplaced(row: number, what: string): InputError {
  return new InputError(`row ${row} of the log: ${what}; order it first (orderLog)`, { row });
}
