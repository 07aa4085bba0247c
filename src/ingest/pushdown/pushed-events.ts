import { MAP_SIGNALS } from "../../backtest/map/map-columns.js";
import { createReplayer } from "../../backtest/replay/create-replayer.js";
import { derivedFor, signalsOf, signalsOfTrigger } from "../../backtest/replay/signals-of.js";
import type { ColumnarLog, EventTable, Policy } from "../../backtest/types.js";
import { InputError } from "../../core/errors.js";
import type { Batch, Engine } from "../../engine/engine.js";
import { dictionary } from "../backtest/dictionary.js";
import { MOST_MS } from "../backtest/log-columns.js";
import { clearMisplaced } from "../backtest/log-part.js";
import { missingColumn } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { eventRowsSql, type LogRelation } from "./event-rows-sql.js";
import { doubleSql, type PushedColumn, type PushedTable, withPushedTable } from "./pushed-table.js";

/** Events, and what it took to find them. */
export interface PushedEvents {
  engine: Engine["name"];
  events: EventTable;
  /** Rows of the logs. */
  rows: number;
  /** Rows without a vehicle or a time. */
  dropped: number;
  /** Rows that the engine sent. */
  kept: number;
}

/** Options of {@link pushDownEvents}. */
export interface PushedEventsOptions extends ReadOptions {
  onProgress?: (rows: number) => void;
}

/**
 * The events of `fleetlens backtest`, of logs that stay where they are: the engine sends only the rows that can matter
 * ({@link eventRowsSql}), and the machines run over those here.
 *
 * @param logs table with `vehicle_id`, `ts` (whole milliseconds or timestamps), the signals of the policy and, where it has
 *   positions, `lat` and `lon`
 * @throws InputError for a policy that compares derived signals or those of a map, which need all rows; for a column that is
 *   missing or of another type; for two rows of one vehicle and time, of which no engine could tell the last
 */
export async function pushDownEvents(
  policy: Policy,
  logs: string,
  engine: string,
  options: PushedEventsOptions = {},
): Promise<PushedEvents> {
  refuseDerived(policy);
  return withPushedTable(engine, logs, options, (table) => eventsOfTable(policy, table, options));
}

/** {@link pushDownEvents} of an open table, for a policy that can be pushed down. */
export async function eventsOfTable(
  policy: Policy,
  table: PushedTable,
  options: PushedEventsOptions = {},
): Promise<PushedEvents> {
  const log = logRelation(table, policy);
  const counts = await countRows(table, log);
  const replayer = createReplayer(policy);
  let kept = 0;
  for await (const batch of table.engine.query({ sql: eventRowsSql(policy, log) }, options)) {
    replayer.push(logOf(batch, log.signals));
    kept += batch.rows;
    options.onProgress?.(kept);
  }
  return { engine: table.engine.name, events: replayer.finish(), ...counts, kept };
}

function refuseDerived(policy: Policy): void {
  for (const trigger of policy.triggers.filter(({ enabled }) => enabled)) {
    const signals = signalsOfTrigger(trigger);
    const [derived] = derivedFor(policy, signals).map(({ name, op }) => `"${name}" (${op})`);
    const mapped = signals.find((name) => (MAP_SIGNALS as readonly string[]).includes(name));
    if (derived === undefined && mapped === undefined) continue;
    const what = derived ? `the derived signal ${derived}` : `"${mapped}", a signal of the map`;
    throw new InputError(
      `trigger "${trigger.id}" needs ${what}, which needs all rows of a vehicle; use fleetlens backtest, or store the signal as a column under another name`,
      { trigger: trigger.id, signal: derived ?? mapped },
    );
  }
}

/** @throws InputError naming table and column where one is missing or of a type that cannot be pushed down */
function logRelation(table: PushedTable, policy: Policy): LogRelation {
  const { dialect } = table.engine;
  const { columns } = table;
  const vehicle = typed(table, "vehicle_id", ["text", "integer"], "text or whole numbers");
  const position = ["lat", "lon"].filter((name) => columns.some((column) => column.name === name));
  if (position.length === 1)
    throw missingColumn(
      position[0] === "lat" ? "lon" : "lat",
      columns.map(({ name }) => name),
      table.name,
    );
  const signals = new Map(signalsOf(policy).map((name, i) => [name, `signal_${i}`]));
  const number = (name: string) => {
    const x = doubleSql(
      table,
      typed(table, name, ["integer", "float", "decimal", "boolean"], "numbers; cast it to DOUBLE"),
    );
    // A number that is none is missing, and engines take it for the largest.
    return `CASE WHEN NOT ${dialect.isNaN(x)} THEN ${x} END`;
  };
  const selected = [
    `${dialect.toText(vehicle.sql)} AS vehicle`,
    `${timeSql(table)} AS t`,
    ...["lat", "lon"].map((name) => `${position.length > 0 ? number(name) : "CAST(NULL AS DOUBLE)"} AS ${name}`),
    ...[...signals].map(([name, column]) => `${number(name)} AS ${column}`),
  ];
  return {
    relation: `(SELECT ${selected.join(", ")} FROM ${table.relation}) AS log_rows`,
    used: "vehicle IS NOT NULL AND t IS NOT NULL",
    signals,
  };
}

function typed(
  table: PushedTable,
  name: string,
  kinds: readonly PushedColumn["kind"][],
  expected: string,
): PushedColumn {
  const column = table.column(name);
  if (kinds.includes(column.kind)) return column;
  throw new InputError(`${table.name}: column "${name}" has type ${column.type}; expected ${expected}`, {
    file: table.name,
    column: name,
    type: column.type,
  });
}

/** BIGINT, whole ms; finer times are cut to the ms before them. */
function timeSql(table: PushedTable): string {
  const { name, dialect } = table.engine;
  const { kind, sql } = typed(table, "ts", ["integer", "time"], "whole milliseconds or timestamps");
  if (kind === "integer") return `CAST(${sql} AS BIGINT)`;
  const micros = dialect.epochMicros(sql);
  const whole = `(${micros} - (${micros} % 1000 + 1000) % 1000)`;
  // A quotient without rest, whichever way the engine would round.
  return name === "duckdb" ? `${whole} // 1000` : name === "spark" ? `${whole} div 1000` : `${whole} / 1000`;
}

/**
 * Counts the rows and those that cannot be used.
 *
 * @throws InputError for a time that is none, and for two rows of one vehicle and time
 */
async function countRows(
  { name, rows }: PushedTable,
  { relation, used }: LogRelation,
): Promise<{ rows: number; dropped: number }> {
  const beyond = `t < -${MOST_MS} OR t > ${MOST_MS}`;
  const [counted] = await rows(`SELECT count(*) AS n, count(CASE WHEN ${used} THEN 1 END) AS used,
    count(CASE WHEN vehicle IS NOT NULL AND (${beyond}) THEN 1 END) AS beyond FROM ${relation}`);
  if (Number(counted["beyond"]) > 0) {
    throw new InputError(
      `${name}: column "ts": ${counted["beyond"]} rows have no time, expected epoch milliseconds within ±${MOST_MS}`,
      { file: name, column: "ts" },
    );
  }
  const again = `(SELECT vehicle, t, lag(t) OVER (PARTITION BY vehicle ORDER BY t) AS before
    FROM ${relation} WHERE ${used}) AS pairs WHERE t = before`;
  const [{ n }] = await rows(`SELECT count(*) AS n FROM ${again}`);
  if (Number(n) > 0) {
    const [{ vehicle, t }] = await rows(`SELECT vehicle, t FROM ${again} ORDER BY vehicle, t LIMIT 1`);
    const first = `vehicle ${JSON.stringify(vehicle)} at ${t}`;
    throw new InputError(
      `${name}: ${n} rows have the vehicle_id and ts of another one, e.g. ${first}: tables have no order that tells which is the last; remove the duplicates, or use fleetlens backtest on the files`,
      { file: name, column: "ts", duplicates: Number(n), vehicle: vehicle as string, ts: Number(t) },
    );
  }
  return { rows: Number(counted["n"]), dropped: Number(counted["n"]) - Number(counted["used"]) };
}

function logOf({ rows, columns }: Batch, signals: ReadonlyMap<string, string>): ColumnarLog {
  const { values, codes } = dictionary(columns["vehicle"].data as string[]);
  const numbers = (name: string) => columns[name].data as Float64Array;
  const [lat, lon] = [numbers("lat"), numbers("lon")];
  clearMisplaced(lat, lon);
  return {
    ...{ vehicle: codes, vehicleIds: values, lat, lon },
    ts: Float64Array.from({ length: rows }, (_, i) => Number(columns["t"].data[i])),
    signals: Object.fromEntries([...signals].map(([name, column]) => [name, numbers(column)])),
  };
}
