import type { ChangesFile, ChangesFileSeries } from "../../changepoint/index.js";
import { VERSION } from "../../core/version.js";

/** Text of the file of `fleetlens changepoint`, in pieces: a series a line, so that many of them are never one string. */
export function* changesJson(
  { inputs, options, clock }: Pick<ChangesFile["createdFrom"], "inputs"> & Pick<ChangesFile, "options" | "clock">,
  series: readonly ChangesFileSeries[],
  timing: ChangesFile["timing"] | null,
): Generator<string> {
  const head = {
    schema: "fleetlens.changepoint/1" as const,
    version: VERSION,
    createdFrom: { inputs, seed: null },
    options,
    clock,
  };
  yield `${JSON.stringify(head).slice(0, -1)},\n"series":[`;
  for (const [i, one] of series.entries()) yield `${i > 0 ? "," : ""}\n${JSON.stringify(one)}`;
  yield "\n]";
  if (timing) yield `,\n"timing":${JSON.stringify(timing, (_, ms) => (typeof ms === "number" ? Math.round(ms) : ms))}`;
  yield "}\n";
}
