import { type Command, InvalidArgumentError, Option } from "commander";
import type { ChangeModel, Penalty } from "../../changepoint/index.js";
import type { ChangepointCommandOptions } from "../changepoint/run-changepoint.js";
import { action, integer } from "../frame.js";
import { addShardOption } from "../shard-option.js";

const MODELS: readonly ChangeModel[] = [
  ...(["auto", "mean", "meanvar", "variance", "slope", "slope-continuous"] as const),
  ...(["poisson", "binomial", "nonparametric", "kernel"] as const),
];
const PENALTIES = ["auto", "aic", "bic", "mbic"] as const;

const EXAMPLES = `
Examples:
  fleetlens changepoint latency.csv --time time --value p95_ms --out changes.json
  fleetlens changepoint fleet.parquet --id service --time ts --value errors --exposure requests \\
    --model binomial --threads 2 --out changes.json
  fleetlens changepoint run.csv --time t --value pace,distance --period none --out changes.json
  fleetlens changepoint fleet.parquet --id service --time ts --value errors --shard 0/8 --out parts
  fleetlens report render changes.json --to html --out reports

Times: ISO 8601, Unix time in s or ms, or plain numbers; rows are sorted by them. A change's index is the 0-based row of
the first observation of the new segment. docs/changepoint.md explains models, penalties and intervals.`;

function penalty(text: string): Penalty {
  if ((PENALTIES as readonly string[]).includes(text)) return text as Penalty;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError(`expected ${PENALTIES.join(", ")} or a number above 0.`);
  }
  return value;
}

function period(text: string): "auto" | "none" | number {
  if (text === "auto" || text === "none") return text;
  if (!/^\d+$/.test(text) || Number(text) < 2) {
    throw new InvalidArgumentError("expected auto, none or a whole number of observations from 2.");
  }
  return Number(text);
}

function level(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("expected a level between 0 and 1, e.g. 0.95.");
  return value;
}

function columns(text: string): string[] {
  const names = [...new Set(text.split(","))];
  if (names.includes("")) throw new InvalidArgumentError("expected column names separated by commas.");
  return names;
}

/** `fleetlens changepoint`: when each series of a table changed, how sure that is, and by how much. */
export function registerChangepoint(program: Command): void {
  const command = program
    .command("changepoint")
    .description("Find when each series of a table changed, with intervals, and nothing where nothing did.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions")
    .requiredOption("--time <column>", "column with the time")
    .requiredOption("--value <columns>", "column with the value; several after commas", columns)
    .option("--id <column>", "column with the series' name (default: one series)")
    .addOption(new Option("--model <name>", "what a segment is").choices(MODELS).default("auto"))
    .option("--penalty <penalty>", "price of a change: auto, aic, bic, mbic or a number", penalty, "auto")
    .option("--min-size <n>", "fewest observations of a segment (default: the model's own)", integer(1))
    .option("--period <n>", "season in observations, auto or none", period, "auto")
    .option("--level <share>", "level of the location intervals", level, 0.95)
    .option("--exposure <column>", "what the counts are of: exposure (poisson) or total (binomial)")
    .addOption(
      new Option("--multivariate <mode>", "several columns: one search for all of them, or one each")
        .choices(["joint", "separate"])
        .default("joint"),
    )
    .option("--threads <n>", "worker threads; the result does not depend on it", integer(1, 256), 1)
    .option("--no-timing", "leave the run's times out of the file, so that two runs give the same bytes")
    .requiredOption("--out <file>", "file to write, .json")
    .addHelpText("after", EXAMPLES);
  addShardOption(command, "series");

  action<ChangepointCommandOptions>(command, async ([input], o, context) => {
    const { runChangepoint } = await import("../changepoint/run-changepoint.js");
    return runChangepoint(input, o, context);
  });
}
