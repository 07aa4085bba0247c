import type { Condition, Guard, Policy, Trigger, TriggerParameters } from "../../backtest/types.js";
import { doubleLiteral } from "./double-sql.js";

/** A log as columns of SQL. */
export interface LogRelation {
  /** Stands after FROM; has `vehicle` (text), `t` (BIGINT, ms), `lat`, `lon` and the signals. */
  relation: string;
  /** Condition of the rows that have a vehicle and a time. */
  used: string;
  /** Column of each signal: DOUBLE, NULL where it is missing. */
  signals: ReadonlyMap<string, string>;
}

/**
 * The rows that can matter to the triggers of a policy, in the order of vehicle and time: an SQL statement of window
 * functions. Replaying these gives the events of all rows.
 *
 * Take one trigger. A *rule* is its condition in one of its places (the base and every override that does not turn it off), against `enter` or `exit`,
 * as SQL's logic of three values has it. Of every row it is known whether
 *
 * - `start`: some rule of `enter` is true, so that an idle machine may begin an event here;
 * - `hit`: some rule at all is true; `miss`: all rules are false; otherwise, if all are unknown, the row is `blank`.
 *
 * Where a machine is not idle, an `end` row makes it so. It is one of
 *
 * - a miss at or after which a release must be over: an earlier miss (or, without a release time, the very row) is at least
 *   the longest `release_ms` of all places ago, and there was no hit since. At that earlier miss a machine that is pending
 *   has become idle, and an active one has begun its release, or had before; nothing is true until now that could have
 *   taken it back; now it closes;
 * - a row that comes more than the longest `max_gap_ms` after the last row before it that is not blank. A machine's latest
 *   used row is no later than that, since whatever rule it looks at is unknown in a blank row: it closes by the gap.
 *
 * A row is kept if it is a start, or if there is a start before it and no end between the last such start and it. (An end
 * that is a start itself is not between: an event may begin there, after the gap.) Suppose that a row is left out and the
 * machine is not idle before it. It has been so since some start, no later than the last one before the row; but between
 * this one and the row there was an end, which would have made it idle: so it is idle, and as the row is no start, it stays
 * so. A row left out thus changes nothing but the time of the latest used row, which an idle machine does not ask for, and
 * every row in which a machine does anything is there, gaps before it included. What `max_event_ms` closes is idle sooner.
 */
export function eventRowsSql(policy: Policy, { relation, used, signals }: LogRelation): string {
  const triggers = policy.triggers
    .map((trigger) => placesOf(trigger))
    .filter((places) => places.length > 0)
    .map((places) => triggerSql(places, signals));
  const also = (parts: readonly string[]) => parts.map((part) => `, ${part}`).join("");
  const each = (sql: (trigger: TriggerSql, i: number) => string[]) => also(triggers.flatMap(sql));
  const upToHere = "OVER (PARTITION BY vehicle ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)";
  const before = "OVER (PARTITION BY vehicle ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)";
  const ago = (ms: number) =>
    `OVER (PARTITION BY vehicle ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND ${ms} PRECEDING)`;
  const seen = `SELECT *${each(({ start, hit, miss, known }, i) => [
    `CASE WHEN ${start} THEN t END AS start_${i}`,
    `CASE WHEN ${hit} THEN t END AS hit_${i}`,
    `CASE WHEN ${miss} THEN t END AS miss_${i}`,
    `CASE WHEN ${known} THEN t END AS known_${i}`,
  ])} FROM ${relation} WHERE ${used}`;
  const last = `SELECT *${each(({ releaseMs }, i) => [
    `max(hit_${i}) ${upToHere} AS last_hit_${i}`,
    `max(miss_${i}) ${releaseMs > 0 ? ago(releaseMs) : upToHere} AS early_miss_${i}`,
    `max(known_${i}) ${before} AS last_known_${i}`,
    `max(start_${i}) ${before} AS last_start_${i}`,
  ])} FROM (${seen}) AS seen`;
  const ends = `SELECT *${each(({ maxGapMs }, i) => [
    `CASE WHEN (miss_${i} IS NOT NULL AND early_miss_${i} > coalesce(last_hit_${i}, early_miss_${i} - 1))
      OR t - last_known_${i} > ${maxGapMs} THEN t END AS end_${i}`,
  ])} FROM (${last}) AS lasts`;
  const zones = `SELECT *${each((_, i) => [`max(end_${i}) ${before} AS last_end_${i}`])} FROM (${ends}) AS ends`;
  const kept = triggers.map(
    (_, i) => `start_${i} IS NOT NULL OR last_start_${i} >= coalesce(last_end_${i}, last_start_${i})`,
  );
  return `SELECT vehicle, t, lat, lon${also([...signals.values()])} FROM (${zones}) AS zones
    WHERE ${kept.length > 0 ? kept.join(" OR ") : "false"} ORDER BY vehicle, t`;
}

/** A trigger as conditions of SQL, each true or false. */
interface TriggerSql {
  start: string;
  hit: string;
  miss: string;
  known: string;
  releaseMs: number;
  maxGapMs: number;
}

/** Parameters of the places where a trigger has events. */
function placesOf({ enabled, parameters, overrides }: Trigger): TriggerParameters[] {
  const places = [parameters, ...overrides.map((override) => override.parameters)];
  return enabled ? places.filter(({ disabled }) => !disabled) : [];
}

function triggerSql(places: readonly TriggerParameters[], signals: ReadonlyMap<string, string>): TriggerSql {
  const enter = distinct(places.map((place) => ruleSql(place, "enter", signals)));
  const all = distinct([...enter, ...places.map((place) => ruleSql(place, "exit", signals))]);
  return {
    start: `coalesce(${enter.join(" OR ")}, false)`,
    hit: `coalesce(${all.join(" OR ")}, false)`,
    miss: `NOT coalesce(${all.join(" OR ")}, true)`,
    known: all.map((rule) => `(${rule}) IS NOT NULL`).join(" OR "),
    // Times are whole.
    releaseMs: Math.ceil(Math.max(...places.map(({ release_ms }) => release_ms))),
    maxGapMs: Math.floor(Math.max(...places.map(({ max_gap_ms }) => max_gap_ms))),
  };
}

const distinct = (rules: readonly string[]): string[] => [...new Set(rules)];

/** The condition of a place with all that changes it, as `TruthRule`: true, false or unknown. */
function ruleSql(
  { mode, conditions, guards, on_missing }: TriggerParameters,
  threshold: "enter" | "exit",
  signals: ReadonlyMap<string, string>,
): string {
  const compare = ({ signal, op }: Condition | Guard, value: number) =>
    `${signals.get(signal)} ${op} ${doubleLiteral(value)}`;
  const guarded = (action: Guard["action"]) =>
    guards.filter((guard) => guard.action === action).map((guard) => compare(guard, guard.value));
  const tests = conditions.map((condition) => compare(condition, condition[threshold]));
  const [hold, suppress] = [guarded("hold"), guarded("suppress")];
  let rule = `(${tests.join(mode === "all" ? " AND " : " OR ")})`;
  if (hold.length > 0) rule = `CASE WHEN ${hold.join(" AND ")} THEN ${rule} END`;
  if (suppress.length > 0) rule = `CASE WHEN ${suppress.join(" AND ")} THEN ${rule} ELSE false END`;
  return on_missing === "false" ? `coalesce(${rule}, false)` : rule;
}
