import { type Command, InvalidArgumentError } from "commander";
import type { AlignRun } from "../backtest/run-align.js";
import { action } from "../frame.js";

const EXAMPLES = `
Examples:
  fleetlens align --logs phones.parquet --acceleration user_x,user_y,user_z --gravity gravity_x,gravity_y,gravity_z \\
      --speed speed_mps --out aligned.parquet

For sensors that are fixed in their vehicles, in any way: gravity tells up, and the changes of speed tell forward.
The file gets vehicle_id, ts, lat, lon, the speed, accel_long_g (forward), accel_lat_g (left) and accel_up_g.
Vehicles whose axes cannot be told have none, and are named on stderr.`;

function names(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function three(text: string): [string, string, string] {
  const given = names(text);
  if (given.length !== 3 || given.includes("") || new Set(given).size < 3) {
    throw new InvalidArgumentError("expected the names of three columns, e.g. user_x,user_y,user_z.");
  }
  return given as [string, string, string];
}

/** `fleetlens align`: turns the axes of sensors into those of their vehicles. */
export function registerAlign(program: Command): void {
  const command = program
    .command("align")
    .description("Turn accelerations along a sensor's axes into those of its vehicle, from gravity and speed.")
    .requiredOption("--logs <glob>", "fleet logs: Parquet, CSV or Arrow; a file, a directory or a glob")
    .requiredOption("--acceleration <x,y,z>", "columns of the acceleration without gravity, g", three)
    .requiredOption("--gravity <x,y,z>", "columns of gravity, pointing down", three)
    .requiredOption("--speed <column>", "column of the speed over ground, m/s")
    .option("--keep <columns>", "further columns of numbers to take over, separated by commas", names, [])
    .requiredOption("--out <file>", "table to write: .parquet, .csv or .json")
    .addHelpText("after", EXAMPLES);

  action<AlignRun>(command, async (_args, o, context) => {
    const { runAlign } = await import("../backtest/run-align.js");
    return runAlign(o, context);
  });
}
