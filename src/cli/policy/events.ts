import type { Command } from "commander";
import { action } from "../frame.js";
import type { EventsRun } from "./run-events.js";

const EXAMPLES = `
Examples:
  fleetlens policy events --policy policy.yaml --logs logs.parquet --out events.parquet
  fleetlens policy events --policy policy.yaml --logs fleet.logs --engine spark://localhost:10000 --out events.parquet

Logs: columns vehicle_id, ts (epoch ms or a timestamp, UTC), lat, lon and the signals of the policy. The engine keeps the
rows that can matter to a trigger, by window functions, and only these come here; the events are those of
fleetlens backtest, byte for byte. Derived signals, signals of a map and duplicate rows are refused.
Exit codes: 0 done, 2 bad policy, input or option, 4 the engine cannot be reached or gave up.`;

/** `fleetlens policy events`: the events of a policy over logs that stay where they are. */
export function registerEvents(policy: Command): void {
  const command = policy
    .command("events")
    .description("Find the events of a policy in logs that stay on a Spark cluster, or in Parquet files.")
    .requiredOption("--policy <file>", "policy, YAML")
    .requiredOption("--logs <table>", "fleet logs: Parquet, as the engine sees it, or a table of the engine")
    .requiredOption("--out <file>", "Parquet file to write")
    .option("--engine <url>", "duckdb, spark://host:port or trino+https://host", "duckdb")
    .addHelpText("after", EXAMPLES);

  action<EventsRun>(command, async (_args, o, context) => {
    const { runEvents } = await import("./run-events.js");
    return runEvents(o, context);
  });
}
