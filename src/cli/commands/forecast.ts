import type { Command } from "commander";
import type { ForecastCommandOptions } from "../forecast/command-options.js";
import { addHierarchyOptions } from "../forecast/hierarchy-options.js";
import { addNeuralOptions, addSaveWeights } from "../forecast/neural-options.js";
import { addSeriesOptions, addZoneOption, forecastModels, levels, probabilities } from "../forecast/series-options.js";
import { action } from "../frame.js";
import { addShardOption } from "../shard-option.js";

const EXAMPLES = `
Examples:
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --out forecast.parquet
  fleetlens forecast 'parts/*.parquet' --id id --time t --value y --horizon 48 --season 24,168 --threads 2 --out f.csv
  fleetlens forecast demand.csv --id queue --time day --value gpus --horizon 28 --freq D --model lag_ridge --meta --out f.json
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --tz Europe/Berlin \\
    --hierarchy region,pool,queue --out forecast.parquet
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --shard 0/8 --out parts
  fleetlens forecast demand.parquet --id queue --time time --value gpus --horizon 168 --neural auto \\
    --save-weights net.json --meta --out forecast.parquet
  fleetlens forecast new-queues.parquet --id queue --time time --value gpus --horizon 168 --weights net.json --out f.parquet`;

export function registerForecast(program: Command): void {
  const command = program
    .command("forecast")
    .description("Forecast every series of a table with calibrated intervals.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions");
  addSaveWeights(
    addNeuralOptions(addHierarchyOptions(addZoneOption(addSeriesOptions(addShardOption(command, "series"))))),
  )
    .option("--model <names>", "auto, or models whose step-wise median is taken", forecastModels, ["auto"])
    .option("--level <list>", "interval levels in per cent", levels, [80, 95])
    .option("--quantiles <list>", "extra quantile columns, e.g. 0.1,0.5,0.9", probabilities, [])
    .option("--paths <file>", "also write joint sample paths (id, path, step, time, value)")
    .option(
      "--meta",
      "also write the metadata beside it (f.parquet: f.meta.json): version, seed, members and weights by series, warnings",
    )
    .requiredOption("--out <file>", "output .parquet, .csv or .json")
    .addHelpText("after", EXAMPLES);

  action<ForecastCommandOptions>(command, async ([input], o, context) => {
    const { runForecast } = await import("../forecast/run-forecast.js");
    return runForecast(input, o, context);
  });
}
