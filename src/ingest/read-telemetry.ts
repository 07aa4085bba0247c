import type { HourlyDemand } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { HOUR_MS, isoUtc } from "../core/time.js";
import { withTable } from "./read-table.js";
import type { SqlTable } from "./sql-table.js";
import { checkTelemetry, refuseConflicts } from "./telemetry-checks.js";
import { gapsStatement, hourlyStatement, SAMPLE_COUNTS, sampleStatements } from "./telemetry-sql.js";
import type { TelemetryGap, TelemetryOptions, TelemetryQuality, TelemetryTable } from "./types.js";

/** Longest carry of a sample unless told otherwise. */
export const DEFAULT_MAX_GAP_MINUTES = 15;
const MOST_GAPS_LISTED = 1000;
/** Most cells (queues × hours) of the hourly grid: about 1 GB of result. */
const MOST_CELLS = 40_000_000;
const MICROS_PER_MINUTE = 60_000_000;
const MICROS_PER_HOUR = 3_600_000_000;

function emptyGrid(queues: string[], start: number, hours: number, withCapacity: boolean): HourlyDemand {
  const grid = (value: number) => queues.map(() => new Float64Array(hours).fill(value));
  return {
    queues,
    start,
    hours,
    demand: grid(Number.NaN),
    usage: grid(Number.NaN),
    observed: grid(0),
    ...(withCapacity ? { capacity: grid(Number.NaN) } : {}),
  };
}

async function fillGrid(table: SqlTable, grid: HourlyDemand, position: Int32Array, options: TelemetryOptions) {
  const sql = hourlyStatement(grid.start * 1000);
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    const at = (name: string) => columns[name].data as BigInt64Array;
    for (let i = 0; i < rows; i++) {
      const queue = position[Number(at("q")[i])];
      const hour = Number(at("h")[i]);
      const observed = Number(at("observed")[i]);
      // The one division: thousandths of a GPU × µs over µs.
      grid.usage[queue][hour] = Number(at("used")[i]) / (observed * 1000);
      grid.demand[queue][hour] = Number(at("asked")[i]) / (observed * 1000);
      grid.observed[queue][hour] = observed / MICROS_PER_HOUR;
      const known = Number(at("known")[i]);
      if (grid.capacity && known > 0) grid.capacity[queue][hour] = Number(at("capacity")[i]) / (known * 1000);
    }
  }
}

/** Names by code, and for each code its position in code-unit order (SQL sorts by UTF-8 bytes). */
async function queueNames(table: SqlTable): Promise<{ names: string[]; queues: string[]; position: Int32Array }> {
  const rows = await table.engine.rows({ sql: "SELECT unnest(enum_range(NULL::fleetlens_name))::VARCHAR AS name" });
  const names = rows.map((row) => String(row["name"]));
  const queues = [...names].sort();
  const rank = new Map(queues.map((name, i) => [name, i]));
  return { names, queues, position: Int32Array.from(names, (name) => rank.get(name) as number) };
}

async function gapsOf(table: SqlTable, names: readonly string[]): Promise<TelemetryGap[]> {
  const rows = await table.engine.rows({ sql: gapsStatement(MOST_GAPS_LISTED) });
  return rows.map(({ q, t, next_t }) => ({
    queue: names[Number(q)],
    start: Number(t) / 1000,
    end: Number(next_t) / 1000,
  }));
}

/**
 * Reads queue telemetry and integrates it to hours inside the SQL engine; samples never enter JavaScript.
 *
 * Running and pending GPUs are step functions: each sample holds until the next one of its queue, but at most
 * `maxGapMinutes`; the last one holds for the queue's median spacing. All sums are of whole thousandths of a GPU times
 * µs, so the result does not depend on the order of rows or the number of threads. Demand is running + pending.
 *
 * @throws InputError naming file and row for bad cells; conflicting rows of one queue and time with the first three
 */
export async function readTelemetry(options: TelemetryOptions): Promise<TelemetryTable> {
  const { columns, maxGapMinutes } = options;
  if (maxGapMinutes !== undefined && !(maxGapMinutes > 0 && maxGapMinutes <= 1_000_000)) {
    throw new InputError(`maxGapMinutes must be a positive number, got ${maxGapMinutes}`, { maxGapMinutes });
  }
  const wanted = [columns.queue, columns.time, columns.running, columns.pending, columns.capacity];
  return withTable(
    options.files,
    { ...options, columns: wanted.filter((name) => name !== undefined) },
    async (opened) => {
      const table = await byQueue(opened, columns.queue);
      const { source, rows, missing, warnings: doubts } = await checkTelemetry(table, columns, options);
      const warnings = [...table.warnings, ...doubts];
      const micros = Math.round((maxGapMinutes ?? DEFAULT_MAX_GAP_MINUTES) * MICROS_PER_MINUTE);
      for (const sql of sampleStatements(source, { micros, strict: maxGapMinutes !== undefined })) {
        await table.engine.run(sql, options);
      }
      const { names, queues, position } = await queueNames(table);
      await refuseConflicts(table, names, columns, source);
      const [count] = await table.engine.rows({ sql: SAMPLE_COUNTS });
      const start = Math.floor(Number(count["first_t"]) / MICROS_PER_HOUR) * HOUR_MS;
      const hours = Math.ceil((Number(count["end_t"]) / 1000 - start) / HOUR_MS);
      if (hours * queues.length > MOST_CELLS) {
        throw new InputError(
          `the times span ${isoUtc(start)} to ${isoUtc(Number(count["end_t"]) / 1000)}, ${hours} hours for ${queues.length} queues; that is more than fleetlens lays out, so is one of the times wrong?`,
          { hours, queues: queues.length },
        );
      }
      const hourly = emptyGrid(queues, start, hours, columns.capacity !== undefined);
      await fillGrid(table, hourly, position, options);

      const samplingMs = new Float64Array(queues.length).fill(Number.NaN);
      const sampled = new Uint8Array(queues.length);
      const coarse: string[] = [];
      for (const { q, spacing } of await table.engine.rows({
        sql: "SELECT q, spacing FROM fleetlens_queue ORDER BY q",
      })) {
        const queue = position[Number(q)];
        sampled[queue] = 1;
        if (spacing !== null) samplingMs[queue] = Number(spacing) / 1000;
        if (maxGapMinutes === undefined && Number(spacing) > micros) coarse.push(queues[queue]);
      }
      if (coarse.length > 0) {
        warnings.push(
          `sampled more coarsely than every ${DEFAULT_MAX_GAP_MINUTES} minutes, so a sample is carried for the queue's median spacing: ${list(coarse)}`,
        );
      }
      const emptyQueues = queues.filter((_, i) => sampled[i] === 0);
      if (emptyQueues.length > 0) warnings.push(`queues without a single value: ${list(emptyQueues)}`);
      const quality: TelemetryQuality = {
        rows,
        duplicates: Number(count["duplicates"]),
        missing,
        gaps: await gapsOf(table, names),
        gapCount: Number(count["gaps"]),
        emptyQueues,
        samplingMs,
      };
      if (quality.duplicates > 0) warnings.push(`${counted(quality.duplicates, "exact duplicate row")} dropped`);
      if (quality.gapCount > 0)
        warnings.push(`${counted(quality.gapCount, "gap")} in the telemetry, left out, not filled`);
      return { hourly, inputs: await table.inputs(), quality, warnings };
    },
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Of Prometheus' answers a queue is a label, whose series are added up. */
async function byQueue(table: SqlTable, queue: string): Promise<SqlTable> {
  if (!table.sumByQueue) return table;
  table.column(queue);
  return { ...table, relation: await table.sumByQueue(queue) };
}

/** Some names of many. */
function list(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
}
