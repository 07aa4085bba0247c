import type { Comparison, EventTable, MatchResult, Policy, TriggerParameters } from "../types.js";
import type { SpanRows } from "./span-rows.js";
import type { AuditCause, AuditDifference, EdgeEvents } from "./types.js";
import { weekOf } from "./week-of.js";

/** Both sides of an audit. */
export interface AuditSides {
  policy: Policy;
  edge: EdgeEvents;
  cloud: EventTable;
  /** Edge events as labels of the cloud's. */
  match: MatchResult;
  /** The same, of what `match` left over, with a far greater tolerance. */
  farMatch: MatchResult;
  /** Of each edge event, rows of the log from its onset to its end. */
  rows: SpanRows;
}

type Found = readonly [AuditCause, string];

const UNEXPLAINED: Found = ["unexplained", "same policy as far as is known, and the log has the rows"];

/** Edge events of a vehicle in a week, which tell what it had at that time. */
class VehicleWeeks {
  private readonly rows = new Map<string, number[]>();

  constructor(private readonly edge: EdgeEvents) {
    for (const row of edge.vehicle.keys()) {
      const key = this.key(edge.vehicleIds[edge.vehicle[row]], edge.onsetTs[row]);
      const list = this.rows.get(key);
      if (list) list.push(row);
      else this.rows.set(key, [row]);
    }
  }

  private key(vehicle: string, ts: number): string {
    return `${weekOf(ts)} ${vehicle}`;
  }

  /** The row nearest in time among those of a vehicle's week that `counts`; −1 is none. */
  nearest(vehicle: string, ts: number, counts: (row: number) => boolean): number {
    let best = -1;
    for (const row of this.rows.get(this.key(vehicle, ts)) ?? []) {
      if (!counts(row)) continue;
      const distance = Math.abs(this.edge.onsetTs[row] - ts);
      if (best < 0 || distance < Math.abs(this.edge.onsetTs[best] - ts)) best = row;
    }
    return best;
  }
}

function reaches(value: number, op: Comparison, bound: number): boolean {
  if (op === "<") return value < bound;
  if (op === "<=") return value <= bound;
  return op === ">" ? value > bound : value >= bound;
}

/** Parameters of each trigger, at all places. */
function parametersOf(policy: Policy): Map<string, readonly TriggerParameters[]> {
  return new Map(
    policy.triggers.map(({ id, parameters, overrides }) => [
      id,
      [parameters, ...overrides.map((override) => override.parameters)],
    ]),
  );
}

/** Reported values; NaN where the vehicle does not tell. */
const reported = (column: Float64Array | null, row: number) => (column ? column[row] : Number.NaN);

function otherVersion(edge: EdgeEvents, row: number, { version }: Policy): Found | null {
  const had = row < 0 ? null : (edge.policyVersion?.[row] ?? null);
  return had === null || had === version
    ? null
    : ["version", `the vehicle had policy ${had}, the replay has ${version}`];
}

function causeAtEdge(sides: AuditSides, places: readonly TriggerParameters[] | undefined, row: number): Found {
  const { edge, policy, rows, farMatch } = sides;
  const version = otherVersion(edge, row, policy);
  if (version) return version;
  if (!places) return ["version", "the replay's policy has no such trigger"];
  const first = places.map((place) => place.conditions[0]);
  const threshold = reported(edge.threshold, row);
  if (!Number.isNaN(threshold) && !first.some(({ enter }) => enter === threshold)) {
    return ["threshold", `the vehicle entered at ${threshold}, the replay at ${first[0].enter}`];
  }
  const extreme = reported(edge.extreme, row);
  if (!Number.isNaN(extreme) && !first.some(({ op, enter }) => reaches(extreme, op, enter))) {
    return ["threshold", `${first[0].signal} went to ${extreme}, which is not ${first[0].op} ${first[0].enter}`];
  }
  const mostGap = Math.max(...places.map((place) => place.max_gap_ms));
  if (rows.rows[row] === 0) return ["missing_rows", "the log has no row from its onset to its end"];
  if (rows.longestGap[row] === Number.POSITIVE_INFINITY) return ["missing_rows", "the log begins or ends within it"];
  if (rows.longestGap[row] > mostGap) {
    return ["missing_rows", `the log has a gap of ${rows.longestGap[row]} ms there, and max_gap_ms is ${mostGap}`];
  }
  const counted = edge.nSamples?.[row] ?? -1;
  if (counted > rows.rows[row]) {
    return ["missing_rows", `the vehicle counted ${counted} true rows, and the log has ${rows.rows[row]} there`];
  }
  const far = farMatch.eventOfLabel[row];
  if (far < 0) return UNEXPLAINED;
  return ["other_time", `the replay has it at a distance of ${sides.cloud.onsetTs[far] - edge.onsetTs[row]} ms`];
}

function causeInCloud(sides: AuditSides, weeks: VehicleWeeks, row: number): Found {
  const { edge, cloud, policy, farMatch } = sides;
  const [vehicle, trigger] = [cloud.vehicleIds[cloud.vehicle[row]], cloud.triggerIds[cloud.trigger[row]]];
  const told = weeks.nearest(vehicle, cloud.onsetTs[row], () => true);
  if (told < 0) return ["edge_silent", "the vehicle reported no event at all in this week"];
  const version = otherVersion(edge, told, policy);
  if (version) return version;
  const same = weeks.nearest(
    vehicle,
    cloud.onsetTs[row],
    (other) => edge.triggerIds[edge.trigger[other]] === trigger && !Number.isNaN(reported(edge.threshold, other)),
  );
  const op = policy.triggers.find(({ id }) => id === trigger)?.parameters.conditions[0].op;
  if (
    same >= 0 &&
    op &&
    !Number.isNaN(cloud.extreme[row]) &&
    !reaches(cloud.extreme[row], op, reported(edge.threshold, same))
  ) {
    return [
      "threshold",
      `it went to ${cloud.extreme[row]}, and the vehicle entered at ${reported(edge.threshold, same)}`,
    ];
  }
  const far = farMatch.labelOfEvent[row];
  if (far < 0) return UNEXPLAINED;
  return ["other_time", `the vehicle has it at a distance of ${edge.onsetTs[far] - cloud.onsetTs[row]} ms`];
}

/**
 * Tells of every event that one side has alone why that may be: another version of the policy, another threshold, rows
 * that the log lacks, a vehicle that reported nothing in the week, another time; the first of these that holds.
 *
 * @returns differences of the edge, then of the cloud, each in the order of its table
 */
export function findCauses(sides: AuditSides): AuditDifference[] {
  const { edge, cloud, match, policy } = sides;
  const places = parametersOf(policy);
  const weeks = new VehicleWeeks(edge);
  const alone = (partners: Int32Array) => Array.from(partners.keys()).filter((row) => partners[row] < 0);
  return [
    ...alone(match.eventOfLabel).map((row) => {
      const trigger = edge.triggerIds[edge.trigger[row]];
      return differenceOf("edge", edge, row, causeAtEdge(sides, places.get(trigger), row));
    }),
    ...alone(match.labelOfEvent).map((row) => differenceOf("cloud", cloud, row, causeInCloud(sides, weeks, row))),
  ];
}

function differenceOf(
  side: AuditDifference["side"],
  { triggerIds, trigger, vehicleIds, vehicle, onsetTs, endTs }: EdgeEvents | EventTable,
  row: number,
  [cause, reason]: Found,
): AuditDifference {
  return {
    side,
    trigger: triggerIds[trigger[row]],
    vehicle: vehicleIds[vehicle[row]],
    onset_ts: onsetTs[row],
    end_ts: endTs[row],
    cause,
    reason,
  };
}
