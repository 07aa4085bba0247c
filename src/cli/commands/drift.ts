import { type Command, InvalidArgumentError, Option } from "commander";
import { CORRECTIONS, DEFAULT_DRIFT_OPTIONS } from "../../drift/types.js";
import { columnNames } from "../drift/column-names.js";
import type { DriftCommandOptions } from "../drift/command-options.js";
import { addModelOptions } from "../drift/model-options.js";
import { action, integer } from "../frame.js";
import { addShardOption } from "../shard-option.js";

const EXAMPLES = `
Examples:
  fleetlens drift --reference train.parquet --current today.parquet --out drift.json
  fleetlens drift --reference train.parquet --current week.parquet --slices region,model \\
      --time ts --window 1d --threshold 0.1 --threshold latency_ms=0.2 --out drift.json --fail-on drift
  fleetlens drift --reference train.parquet --current today.parquet --save-profile train.json --out drift.json
  fleetlens drift --reference train.json --current tomorrow.parquet --out drift.json
  fleetlens drift --reference ml.train --current ml.today --engine spark://localhost:10000 --out drift.json
  fleetlens drift --reference train.parquet --current today.parquet --prediction pred --score p --label y \\
      --multivariate --out drift.json
  fleetlens drift --reference train.parquet --current today.parquet --slices region --shard 0/8 --out parts

Verdicts: drift (significant, and the effect at least the threshold), stable (the effect is below the threshold), or
inconclusive (too few rows to tell; the file says how many would do). Effects: the Kolmogorov-Smirnov distance of numbers,
the total variation of levels, both 0 to 1. docs/drift.md explains them.
Exit codes: 0 done, 2 usage or bad input, 3 done with drift and --fail-on drift, 4 the engine cannot be reached or gave up.`;

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("expected a share between 0 and 1, e.g. 0.05.");
  return value;
}

/** `N`, or `column=N`; what is given later counts. */
function threshold(text: string, before: DriftCommandOptions["threshold"]): DriftCommandOptions["threshold"] {
  const at = text.lastIndexOf("=");
  const value = Number(text.slice(at + 1));
  if (text.slice(at + 1).trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("expected a number from 0 to 1, or column=number.");
  }
  return at < 0
    ? { ...before, all: value }
    : { ...before, features: new Map([...before.features, [text.slice(0, at), value]]) };
}

/** `fleetlens drift`: which features of a table have drifted, which have not, and which cannot be told. */
export function registerDrift(program: Command): void {
  const command = program
    .command("drift")
    .description(
      "Tell which features drifted against a reference, which are stable, and where rows are too few to tell.",
    )
    .requiredOption("--reference <file>", "rows as they should be: Parquet, CSV, JSON, Arrow IPC, or a saved profile")
    .requiredOption("--current <file>", "rows to judge, in the same columns")
    .requiredOption("--out <file>", "JSON file to write")
    .option("--features <columns>", "columns to compare, separated by commas (default: all that can be)", columnNames)
    .option("--slices <columns>", "columns whose values are looked at one by one besides all rows", columnNames)
    .option("--time <column>", "column of the time; without a zone it is UTC")
    .option("--window <duration>", "cut the current rows into windows of a length, e.g. 1d or 6h; needs --time")
    .addOption(
      new Option("--stats <which>", "statistics in the file: those of test and effect, or all")
        .choices(["default", "all"])
        .default(DEFAULT_DRIFT_OPTIONS.stats),
    )
    .option("--alpha <share>", "significance level, after correction", share, DEFAULT_DRIFT_OPTIONS.alpha)
    .addOption(
      new Option("--correction <method>", "for many tests: Benjamini-Hochberg, Benjamini-Yekutieli, Holm")
        .choices(CORRECTIONS)
        .default(DEFAULT_DRIFT_OPTIONS.correction),
    )
    .option("--min-n <n>", "rows that each side needs for a verdict", integer(1), DEFAULT_DRIFT_OPTIONS.minN)
    .addOption(
      new Option("--threshold <[column=]effect>", "least effect that is drift, of all features or of one; repeatable")
        .argParser(threshold)
        .default({ features: new Map() }, String(DEFAULT_DRIFT_OPTIONS.threshold)),
    )
    .addOption(
      new Option("--psi <bins>", "bins of the population stability index: the reference's deciles, or Evidently's")
        .choices(["deciles", "evidently"])
        .default(DEFAULT_DRIFT_OPTIONS.psi),
    )
    .option("--exact-limit <rows>", "rows of a side above which sketches are compared", integer(0), 2_000_000)
    .option(
      "--engine <url>",
      "count both tables where they lie and compare the counts: duckdb, spark://host:port or trino+https://host",
    )
    .option("--save-profile <file>", "also write the reference as a profile: a small file for later --reference")
    .option("--latencies <columns>", "features of the profile whose quantiles must be within 1 %", columnNames)
    .option("--seed <n>", "seed of what is drawn at random", integer(0), DEFAULT_DRIFT_OPTIONS.seed)
    .addOption(new Option("--fail-on <what>", "exit with code 3 when there is drift").choices(["drift"]))
    .addHelpText("after", EXAMPLES);
  addModelOptions(addShardOption(command, "features"));

  action<DriftCommandOptions>(command, async (_args, o, context) => {
    const { runDrift } = await import("../drift/run-drift.js");
    return runDrift(o, context);
  });
}
