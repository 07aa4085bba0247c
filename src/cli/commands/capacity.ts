import { type Command, InvalidArgumentError } from "commander";
import { VERSION } from "../../core/version.js";
import type { EconomicsFiles } from "../capacity/read-economics-inputs.js";
import { action, integer } from "../frame.js";

interface Options extends EconomicsFiles {
  out: string;
  scenarios: number;
  hourCorrelation: number;
  familyCorrelation: number;
  seed: number;
  cvar?: number;
  riskWeight?: number;
  threads?: number;
}

const EXAMPLES = `
Examples:
  fleetlens capacity --demand scenarios.parquet --prices prices.json --out capacity
  fleetlens capacity --demand quantiles.parquet --quantiles --scenarios 1000 --prices prices.json --out capacity
  fleetlens capacity --demand scenarios.parquet --prices prices.json --usage teams.csv --catalog nodes.json \\
    --cvar 0.95 --risk-weight 0.3 --out capacity

Writes commitments.parquet, capacity.json, chargeback.parquet and, with --throughput, throughput_regressions.parquet. docs/capacity.md has the format of the prices.`;

/** Level and weight of the worst scenarios when only the other one is given. */
const DEFAULT_LEVEL = 0.95;
const DEFAULT_WEIGHT = 0.5;

/** commander parser for a number from 0, up to 1 or only below it. */
function fraction(open: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= 0) || value > 1 || (open && value === 1)) {
      throw new InvalidArgumentError(`expected a number from 0 to ${open ? "below 1" : "1"}.`);
    }
    return value;
  };
}

/** `fleetlens capacity`: what to commit for uncertain demand, and what it costs whom. */
export function registerCapacity(program: Command): void {
  const command = program
    .command("capacity")
    .description("What to reserve, and what demand then costs: the cheapest mix of commitments, spot and on demand.")
    .requiredOption("--demand <file>", "GPUs: columns family, scenario, hour, gpus; Parquet, CSV, Arrow or JSON")
    .option("--quantiles", "the demand holds forecast quantiles: columns family, hour, q, gpus")
    .requiredOption("--prices <file>", "prices per GPU-hour, existing commitments; JSON or YAML")
    .option("--usage <file>", "who used what, for the chargeback: columns team, family, gpu_hours and maybe hour")
    .option(
      "--focus <glob>",
      "spread this bill over the teams of --usage instead: FOCUS or AWS CUR, of the same period",
    )
    .option("--throughput <file>", "has a pool slowed down? columns pool, hour, throughput (e.g. tokens per GPU-hour)")
    .option("--catalog <file>", "node types (type, gpus, model, …), to give reservations in whole nodes; JSON or YAML")
    .option(
      "--cvar <level>",
      `also minimise the mean of the worst 1 − level scenarios (${DEFAULT_LEVEL})`,
      fraction(true),
    )
    .option(
      "--risk-weight <w>",
      `weight of that beside the mean, 0 to 1 (${DEFAULT_WEIGHT} with --cvar)`,
      fraction(false),
    )
    .option("--scenarios <n>", "scenarios drawn from quantiles", integer(1, 100_000), 500)
    .option("--hour-correlation <r>", "of neighbouring hours, in that draw", fraction(true), 0.95)
    .option("--family-correlation <r>", "of two families in the same hour, in that draw", fraction(false), 0.2)
    .option("--seed <n>", "of that draw", integer(0), 42)
    .option("--threads <n>", "threads of the SQL engine (default: all, at most 8)", integer(1, 1024))
    .requiredOption("--out <directory>", "folder to write to")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { capacityEconomics, DEFAULT_REGRESSION_OPTIONS, throughputRegressions } = await import(
      "../../capacity/index.js"
    );
    const { readEconomicsInputs } = await import("../capacity/read-economics-inputs.js");
    const { economicsText, economicsWarnings } = await import("../capacity/economics-words.js");
    const { throughputSection } = await import("../capacity/throughput-section.js");
    const { writeEconomics } = await import("../capacity/write-economics.js");
    onProgress(0, 0, "reading");
    const { scenarios, hourCorrelation, familyCorrelation, seed } = o;
    const sampling = { scenarios, hourCorrelation, familyCorrelation, seed };
    const read = await readEconomicsInputs(o, sampling, { threads: o.threads, signal });
    const { demand, prices, usage, bill, throughput, nodeTypes, inputs } = read;
    const asked = o.cvar !== undefined || o.riskWeight !== undefined;
    const risk = asked
      ? { level: o.cvar ?? DEFAULT_LEVEL, weight: o.riskWeight ?? DEFAULT_WEIGHT }
      : { level: DEFAULT_LEVEL, weight: 0 };
    const outcome = await capacityEconomics(demand, prices, { risk, usage, bill, nodeTypes, signal, onProgress });
    const regressions = throughput ? throughputRegressions(throughput) : null;
    const { seed: _, ...draw } = sampling;
    const figures = {
      schema: "fleetlens.capacity/1" as const,
      version: VERSION,
      createdFrom: {
        inputs,
        options: { quantiles: o.quantiles === true, ...(o.quantiles ? draw : {}), risk },
        seed: o.quantiles ? seed : null,
      },
      ...outcome.capacity,
      throughput: regressions && throughputSection(regressions, DEFAULT_REGRESSION_OPTIONS),
    };
    const warnings = economicsWarnings(figures, prices);
    const capacity = { ...figures, warnings };
    const outputs = await writeEconomics(o.out, capacity, outcome.chargeback, regressions, signal);
    const { expected_cost, on_demand_only_cost, perfect_foresight_cost, cvar95 } = capacity;
    return {
      outputs,
      warnings,
      summary: { expected_cost, on_demand_only_cost, perfect_foresight_cost, cvar95 },
      text: economicsText(capacity, o.out),
    };
  });
}
