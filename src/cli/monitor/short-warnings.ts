import { DEFAULT_MONITOR_TUNING } from "../../changepoint/monitor/monitor-tuning.js";
import type { TimedValues } from "../../ingest/index.js";

/** Says how many series are no longer than what a monitor learns from before it judges values. */
export function shortWarnings(blocks: readonly Pick<TimedValues, "id" | "values">[]): string[] {
  const { warmUp } = DEFAULT_MONITOR_TUNING;
  const short = blocks.filter(({ values: [value] }) => value.filter((v) => !Number.isNaN(v)).length <= warmUp);
  if (short.length === 0) return [];
  const first = short[0].id === "" ? "" : ` (first "${short[0].id}")`;
  return [
    `series of at most ${warmUp} values: ${short.length}${first}; a monitor learns from the first ones and judges none of them`,
  ];
}
