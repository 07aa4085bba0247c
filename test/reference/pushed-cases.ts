// Random policies and logs as tables of an engine, for tests of push-down.
import type { Policy, TriggerParameters } from "../../src/backtest/types.js";
import { createRandom } from "../../src/core/random.js";
import { type CaseRow, logOf, randomCase } from "./replay-cases.js";

const SIGNALS = ["x", "y", "z", "u"];

/** A random case without derived signals, duplicates and rows that are no rows. */
export function pushedCase(seed: number, mostRows?: number) {
  const random = createRandom(seed).child("pushed");
  const { policy, rows: all, log } = randomCase(random, mostRows);
  const floats = SIGNALS.filter((name) => log.signals[name] instanceof Float32Array);
  const last = new Map(all.map((row) => [JSON.stringify([row.vehicle, row.ts]), row]));
  const rows = all.filter((row) => last.get(JSON.stringify([row.vehicle, row.ts])) === row).map(wholePosition);
  return { policy: withoutDerived(policy), rows, floats, log: logOf(rows, SIGNALS, floats) };
}

/** As readers have it: half a position is none. */
function wholePosition(row: CaseRow): CaseRow {
  return Number.isNaN(row.lat + row.lon) ? { ...row, lat: Number.NaN, lon: Number.NaN } : row;
}

function withoutDerived(policy: Policy): Policy {
  const plain = <T extends { signal: string }>(one: T): T =>
    SIGNALS.includes(one.signal) ? one : { ...one, signal: "y" };
  const parameters = (p: TriggerParameters): TriggerParameters => ({
    ...p,
    conditions: p.conditions.map(plain),
    guards: p.guards.map(plain),
  });
  const triggers = policy.triggers.map((trigger) => ({
    ...trigger,
    parameters: parameters(trigger.parameters),
    overrides: trigger.overrides.map((one) => ({ ...one, parameters: parameters(one.parameters) })),
  }));
  return { ...policy, derived: [], triggers };
}

/** DuckDB's statement of the rows as a relation: what is missing is null or NaN by turns. */
export function rowsSql(rows: readonly CaseRow[], floats: readonly string[]): string {
  const text = (value: string | null) => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);
  const number = (value: number, i: number) =>
    Number.isNaN(value) ? (i % 2 ? "NULL" : "'NaN'::DOUBLE") : value.toExponential();
  const whole = (value: number) => (Number.isNaN(value) ? "NULL" : String(value));
  const values = rows.map(({ vehicle, ts, lat, lon, values }, i) => {
    const signals = SIGNALS.map((name, k) => number(values[name], i + k));
    return `(${[text(vehicle), whole(ts), number(lat, i), number(lon, i), ...signals].join(", ")})`;
  });
  const types = SIGNALS.map((name) => `CAST(${name} AS ${floats.includes(name) ? "FLOAT" : "DOUBLE"}) AS ${name}`);
  const first = "('', 0, 0e0, 0e0, 0e0, 0e0, 0e0, 0e0)";
  return `SELECT CAST(vehicle_id AS VARCHAR) AS vehicle_id, CAST(ts AS BIGINT) AS ts, CAST(lat AS DOUBLE) AS lat,
    CAST(lon AS DOUBLE) AS lon, ${types.join(", ")}
    FROM (VALUES ${[first, ...values].join(", ")}) AS rows_in (vehicle_id, ts, lat, lon, ${SIGNALS.join(", ")}) OFFSET 1`;
}
