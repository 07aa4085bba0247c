import { InputError } from "../../core/errors.js";
import { writeAtomically } from "../../ingest/atomic.js";
import { readPolicy } from "../../ingest/backtest/read-policy.js";
import { writeEvents } from "../../ingest/backtest/write-events.js";
import { pushDownEvents } from "../../ingest/pushdown/pushed-events.js";
import type { CommandContext, CommandResult } from "../frame.js";
import { refuseOwnInput } from "../own-input.js";

/** Options of `fleetlens policy events`. */
export interface EventsRun {
  policy: string;
  logs: string;
  out: string;
  engine: string;
}

/** `fleetlens policy events`. */
export async function runEvents(o: EventsRun, { signal, onProgress }: CommandContext): Promise<CommandResult> {
  if (!/\.parquet$/i.test(o.out)) throw new InputError(`--out must end in .parquet, got "${o.out}"`, { out: o.out });
  for (const input of [o.policy, o.logs]) refuseOwnInput(input, [o.out]);
  const { policy } = await readPolicy(o.policy);
  const progress = (kept: number) => onProgress(kept, 0, "replaying rows that can matter, row");
  const { events, ...found } = await pushDownEvents(policy, o.logs, o.engine, { signal, onProgress: progress });
  const outputs = await writeAtomically(async (files) => {
    await writeEvents(await files.reserve(o.out), events, { signal });
  });
  const { engine, rows, kept, dropped } = found;
  const share = rows > 0 ? ((100 * kept) / rows).toFixed(2) : "0.00";
  return {
    outputs,
    warnings: dropped > 0 ? [`${o.logs}: ${dropped} rows without vehicle_id or ts were left out`] : [],
    summary: { ...found, events: events.trigger.length },
    text: `${events.trigger.length} events; ${engine} sent ${kept} of ${rows} rows (${share} %) -> ${o.out}`,
  };
}
