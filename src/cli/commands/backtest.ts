import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { BacktestCommandOptions } from "../backtest/command-options.js";
import { action, integer, positive } from "../frame.js";
import { addShardOption } from "../shard-option.js";

/** commander parser for a number from 0. */
function fromZero(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("expected a number from 0.");
  }
  return value;
}

/** commander parser for a share that is not 0. */
function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("expected a share above 0 and up to 1, e.g. 0.95.");
  return value;
}

const RULES = ["missCost", "maxNuisance", "minRecall"];

/** One of the rules that pick a threshold of `--sweep`; without one it is the greatest F1. */
function rule(flags: string, description: string, parse: (text: string) => number): Option {
  const option = new Option(flags, description).argParser(parse);
  return option.conflicts(RULES.filter((name) => name !== option.attributeName()));
}

const EXAMPLES = `
Examples:
  fleetlens backtest --policy policy.yaml --logs 'logs/*.parquet' --out out
  fleetlens backtest --policy policy.yaml --logs logs --labels labels.parquet --baseline released.yaml --out out
  fleetlens backtest --policy policy.yaml --logs logs --labels labels.csv \\
    --sweep hard_brake.brake.enter=-0.4:-0.1:0.01 --split vehicle --out out
  fleetlens backtest --policy policy.yaml --logs logs --cohorts cohorts.csv --road-graph roads.geojson --out out
  fleetlens backtest --policy policy.yaml --logs logs --labels labels.parquet --shard 0/8 --out parts

Logs: columns vehicle_id, ts (epoch ms or a timestamp, UTC), lat, lon and the signals of the policy. Labels: label_id,
vehicle_id, trigger_id, ts and, where there, end_ts and severity. Cohorts: vehicle_id, cohort.
The folder gets events.parquet, metrics.json, heatmap.geojson, report.html and, with --sweep, sweep.json; it is written whole
or not at all, and takes the place of that of an earlier run. The files are the same for any --threads.
Exit codes: 0 done; 2 a bad policy, input or option; 1 anything else.`;

/** `fleetlens backtest`: replays fleet logs through a policy and scores its events. */
export function registerBacktest(program: Command): void {
  const command = program
    .command("backtest")
    .description("Replay fleet logs through a policy and score its events against labels.")
    .requiredOption("--policy <file>", "policy to replay, YAML")
    .requiredOption(
      "--logs <files...>",
      "fleet logs: Parquet, CSV or Arrow IPC; a file, several, a directory or a glob",
    )
    .option("--labels <files...>", "what should have been an event")
    .option("--tolerance-ms <ms>", "most time between an event and its label", integer(0, 86_400_000), 2000)
    .option("--max-gap-ms <ms>", "most time between two positions of a vehicle that count as driven", positive, 2000)
    .option("--baseline <file>", "policy to compare with, over the same rows")
    .option("--sweep <target>", "score a threshold at many values: TRIGGER.CONDITION.enter=LO:HI:STEP")
    .addOption(
      new Option("--split <by>", "pick the threshold of --sweep on one half, and score it on the other").choices([
        "vehicle",
      ]),
    )
    .addOption(rule("--miss-cost <alerts>", "pick by a miss that costs as much as so many wrong alerts", positive))
    .addOption(
      rule("--max-nuisance <rate>", "pick the fewest misses within so many wrong alerts per 1000 km", fromZero),
    )
    .addOption(rule("--min-recall <share>", "pick the fewest wrong alerts with at least that recall", share))
    .option("--h3 <resolution>", "H3 resolution of the map", integer(0, 15), 9)
    .option(
      "--regions <kind>",
      "regions of the metrics: geohash:N, tiles:ZOOM, geofences or a GeoJSON file (default: H3)",
    )
    .option("--min-km <km>", "mark regions where less was driven", fromZero)
    .option("--cohorts <files...>", "cohort of each vehicle, to compare canary with control")
    .option("--road-graph <files>", "roads to match positions to: a GeoJSON file, or nodes,edges")
    .option("--match-url <url>", "service to match positions with instead: OSRM or Valhalla")
    .option("--sigma-m <m>", "standard deviation of a position", positive)
    .option("--beta-m <m>", "scale of the difference between route and great circle", positive)
    .option("--radius-m <m>", "how far a road may be from a position", positive)
    .option("--strict-order", "refuse rows that are not ordered by vehicle_id and ts")
    .option("--seed <n>", "seed of the intervals and of --split", integer(0), 1)
    .option("--threads <n>", "worker threads (default: all, at most 8)", integer(1, 256))
    .option("--as-of <instant>", "date of the report (default: that of the last row)")
    .requiredOption("--out <dir>", "folder to write")
    .addHelpText("after", EXAMPLES);
  addShardOption(command, "vehicles");

  action<BacktestCommandOptions>(command, async (_args, o, context) => {
    const { runBacktest } = await import("../backtest/run-backtest.js");
    return runBacktest(o, context);
  });
}
