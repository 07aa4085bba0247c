import { type Axes, type AxesAlignment, alignAxes, alongAxis } from "../../backtest/align/align-axes.js";
import type { ColumnarLog } from "../../backtest/types.js";
import { InputError, NumericalError } from "../../core/errors.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { withLogs } from "../../ingest/backtest/read-logs.js";
import type { OutputColumn } from "../../ingest/types.js";
import { tableFormat, withTableFile } from "../../ingest/write-table.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { refuseOwnInput } from "../own-input.js";

/** Options of `fleetlens align`. */
export interface AlignRun {
  logs: string;
  acceleration: [string, string, string];
  gravity: [string, string, string];
  speed: string;
  keep: string[];
  out: string;
}

/** Vehicles named in text; the summary of `--json` has all. */
const NAMED = 10;

const ALIGNED = Object.freeze(["accel_long_g", "accel_lat_g", "accel_up_g"]);

const FIXED: readonly string[] = Object.freeze(["vehicle_id", "ts", "lat", "lon", ...ALIGNED]);

/** What was found of a vehicle, or why nothing was. */
type Found = { vehicle: string } & (AxesAlignment | { reason: string });

/** Rows `from` to `to` of a chunk, all of one vehicle. */
function alignVehicle(o: AlignRun, { ts, signals }: ColumnarLog, from: number, to: number) {
  const part = (name: string) => Float64Array.from(signals[name].subarray(from, to));
  const axes = (columns: AlignRun["gravity"]) => columns.map(part) as unknown as Axes;
  const acceleration = axes(o.acceleration);
  const drive = { ts: ts.subarray(from, to), acceleration, gravity: axes(o.gravity), speed: part(o.speed) };
  try {
    const found = alignAxes(drive);
    const { forward, left, up } = found;
    return { found, columns: [forward, left, up].map((direction) => alongAxis(acceleration, direction)) };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    return {
      found: { reason: error.message },
      columns: ALIGNED.map(() => new Float64Array(to - from).fill(Number.NaN)),
    };
  }
}

function describe(found: Found): string {
  if ("reason" in found) return `${found.vehicle}: ${found.reason}`;
  const { vehicle, r2, errorDegrees, lagMs } = found;
  return `${vehicle}: forward to within ${errorDegrees.toFixed(1)} degrees (standard error); explains ${(100 * r2).toFixed(0)} % of the changes of speed, which come ${lagMs} ms late`;
}

/** `fleetlens align`. */
export async function runAlign(o: AlignRun, { signal, onProgress }: CommandContext): Promise<CommandResult> {
  refuseOwnInput(o.logs, [o.out]);
  const kept = [...new Set([o.speed, ...o.keep])];
  const taken = kept.find((name) => FIXED.includes(name));
  if (taken !== undefined) {
    throw new InputError(`column "${taken}" is one that the output has anyway; give --keep and --speed others`, {
      column: taken,
    });
  }
  const signals = [...new Set([...o.acceleration, ...o.gravity, ...kept])];
  const heads: Pick<OutputColumn, "name" | "type">[] = [
    { name: "vehicle_id", type: "VARCHAR" },
    { name: "ts", type: "BIGINT" },
    ...["lat", "lon", ...kept, ...ALIGNED].map((name) => ({ name, type: "DOUBLE" as const })),
  ];
  const all: Found[] = [];
  const progress = (rows: number, total: number) => onProgress(rows, total, "reading logs");
  const outputs = await withLogs(o.logs, { signals, signal, onProgress: progress }, ({ chunks }) =>
    writeAtomically(async (files) => {
      const format = tableFormat(o.out);
      await withTableFile(await files.reserve(o.out), heads, { format, signal }, async (append) => {
        for await (const log of chunks()) {
          const { vehicle, vehicleIds, ts, lat, lon } = log;
          for (let from = 0, to = 0; from < ts.length; from = to) {
            while (to < ts.length && vehicle[to] === vehicle[from]) to++;
            const id = vehicleIds[vehicle[from]];
            const { found, columns } = alignVehicle(o, log, from, to);
            all.push({ vehicle: id, ...found });
            const rows = [
              new Array<string>(to - from).fill(id),
              ...[ts, lat, lon, ...kept.map((name) => log.signals[name])].map((column) => column.subarray(from, to)),
              ...columns,
            ];
            await append(heads.map((head, k) => ({ ...head, data: rows[k] }) as OutputColumn));
          }
        }
      });
    }),
  );
  const failed = all.filter((found) => "reason" in found);
  const shown = all.slice(0, NAMED).map(describe);
  if (all.length > NAMED) shown.push(`and ${all.length - NAMED} more vehicles`);
  return {
    outputs,
    warnings: failed.length === 0 ? [] : [`${failed.length} of ${all.length} vehicles have no aligned accelerations`],
    summary: { vehicles: all },
    text: [...shown, `-> ${o.out}`].join("\n"),
  };
}
