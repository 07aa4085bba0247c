import type { Command } from "commander";
import { DEFAULT_AUDIT_OPTIONS } from "../../backtest/audit/audit-policy.js";
import { action, integer, positive } from "../frame.js";
import type { AuditRun } from "./run-audit.js";

const EXAMPLES = `
Examples:
  fleetlens policy audit --policy policy.yaml --logs 'logs/*.parquet' --edge-events edge.parquet --out audit

Edge events: columns trigger_id, vehicle_id, onset_ts; as far as the vehicles report them also end_ts, policy_version,
threshold (enter of the first condition), extreme, n_samples.
DIR gets audit.json, differences.parquet (the events of one side alone, with their causes) and report.html.
Exit codes: 0 done, 2 bad policy, input or option.`;

/** `fleetlens policy audit`: what the vehicles reported against a replay of their logs, week by week. */
export function registerAudit(policy: Command): void {
  const command = policy
    .command("audit")
    .description(
      "Compare the events that vehicles reported with a replay of their logs, week by week, and say why they differ.",
    )
    .requiredOption("--policy <file>", "policy, YAML")
    .requiredOption("--logs <glob>", "fleet logs: Parquet, CSV or Arrow; a file, a directory or a glob")
    .requiredOption("--edge-events <file>", "events that the vehicles reported: Parquet, CSV or Arrow")
    .requiredOption("--out <dir>", "folder to write, whole or not at all")
    .option(
      "--tolerance-ms <ms>",
      "time that may lie between an event and its replay",
      integer(0),
      DEFAULT_AUDIT_OPTIONS.toleranceMs,
    )
    .option("--road-graph <files>", "roads for a policy with signals of the map: a GeoJSON file, or nodes,edges")
    .option("--match-url <url>", "service to match positions with instead: OSRM or Valhalla")
    .option("--sigma-m <m>", "standard deviation of a position", positive)
    .option("--beta-m <m>", "scale of the difference between route and great circle", positive)
    .option("--radius-m <m>", "how far a road may be from a position", positive)
    .option("--seed <n>", "seed of the intervals", integer(0), DEFAULT_AUDIT_OPTIONS.seed)
    .addHelpText("after", EXAMPLES);

  action<AuditRun>(command, async (_args, o, context) => {
    const { runAudit } = await import("./run-audit.js");
    return runAudit(o, context);
  });
}
