import { relative, resolve, sep } from "node:path";
import { stringify } from "yaml";
import type { CapacityPlan, PlanFile } from "../../capacity/index.js";
import type { TelemetryColumns } from "../../ingest/index.js";

/** What was taken for what, in one line for stderr. */
export function inferredWords(columns: TelemetryColumns): string {
  const named = Object.entries(columns).map(([role, column]) => `${role} = "${column}"`);
  const missing = columns.pending === undefined ? "; no pending column: demand is what ran" : "";
  return `columns by their names: ${named.join(", ")}${missing}`;
}

function fromFolder(folder: string, path: string): string {
  const local = relative(resolve(folder), resolve(path)).split(sep).join("/");
  return local === "" ? "." : local;
}

/** The plan file that a run without one amounts to; its paths are relative to the output folder. */
export function usedPlanFile(
  plan: PlanFile,
  result: CapacityPlan,
  from: { files: readonly string[]; columns: TelemetryColumns | null; capacity?: string; out: string },
): string {
  const files = from.files.map((file) => fromFolder(from.out, file));
  const { horizon_weeks, time_zone, seed, levels } = plan;
  const demand = {
    source: "telemetry",
    ...plan.demand,
    files: files.length === 1 ? files[0] : files,
    ...(from.columns ? { columns: from.columns } : {}),
  };
  const capacity = from.capacity ? { capacity: { files: fromFolder(from.out, from.capacity) } } : {};
  const body = { version: 1, month: result.month, horizon_weeks, time_zone, seed, levels, demand, ...capacity };
  return (
    "# The plan that fleetlens used; edit it and run: fleetlens plan plan.yaml --out DIR\n" +
    "# Pools, mapping, scenarios, commitments and budget are explained by: fleetlens plan init\n" +
    stringify(body, { lineWidth: 0 })
  );
}
