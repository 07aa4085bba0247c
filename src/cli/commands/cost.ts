import { type Command, Option } from "commander";
import { InputError } from "../../core/errors.js";
import { VERSION } from "../../core/version.js";
import { action, integer } from "../frame.js";

interface Options {
  focus: string;
  out: string;
  utilisation?: string;
  asOf?: string;
  budget?: string;
  basis: "effective" | "billed";
  teamTag: string;
  poolTag: string;
  focusVersion?: "1.0" | "1.1" | "1.2";
  lenient?: boolean;
  seed: number;
  failOn?: string;
  threads?: number;
}

const EXAMPLES = `
Examples:
  fleetlens cost --focus "focus/*.parquet" --out cost
  fleetlens cost --focus "focus/*.csv.gz" --budget budgets.yaml --utilisation pools.csv --out cost
  fleetlens cost --focus "cur/2026-*.parquet" --as-of 2026-06-20T00:00:00Z --fail-on budget --out cost

Reads FOCUS 1.0 to 1.2, or an AWS Cost and Usage Report. Writes cost.json, daily_cost.parquet, showback.parquet,
recommendations.parquet and report.html. It never changes anything in a cloud. docs/cost.md has the columns.`;

/** Rejected rows that the result lists. */
const MOST_REJECTED = 100;

/** `fleetlens cost`: what a bill says, and what to do about it. */
export function registerCost(program: Command): void {
  const command = program
    .command("cost")
    .description("Cloud bill: daily cost, month end against budget, changes, savings, and who pays.")
    .requiredOption("--focus <glob>", "bill: FOCUS or an AWS Cost and Usage Report; CSV(.gz), Parquet, Arrow or JSON")
    .requiredOption("--out <directory>", "folder to write to")
    .option(
      "--utilisation <file>",
      "use of pools: resource_id or pool, and used_gpu_hours and total_gpu_hours, or gpu_util",
    )
    .option("--as-of <instant>", "days from here on are to come (default: end of the last complete day of the bill)")
    .option("--budget <file>", "monthly budgets as YAML: total, region, service, team, family")
    .addOption(
      new Option("--basis <cost>", "cost that days, budgets and forecast count: amortised, or as invoiced")
        .choices(["effective", "billed"])
        .default("effective"),
    )
    .option("--team-tag <name>", "tag, or column such as SubAccountName, that names the team", "team")
    .option("--pool-tag <name>", "tag, or column, that names the pool", "pool")
    .addOption(
      new Option("--focus-version <v>", "hold the bill against all mandatory columns of a version").choices([
        ...["1.0", "1.1", "1.2"],
      ]),
    )
    .option("--lenient", "go on when more than 1 % of the rows cannot be used")
    .addOption(
      new Option("--fail-on <finding>", "end with 3 when a budget is, or is likely to be, passed").choices(["budget"]),
    )
    .option("--seed <n>", "of the forecast's sample paths", integer(0), 0)
    .option("--threads <n>", "threads of the SQL engine (default: all, at most 8)", integer(1, 1024))
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { analyseCost, parseBudgets } = await import("../../cost/index.js");
    const { isInstant, parseInstant } = await import("../../core/time.js");
    const { readBill } = await import("../../ingest/cost/read-bill.js");
    const { readUse } = await import("../../ingest/cost/read-use.js");
    const { readDocument } = await import("../../ingest/read-document.js");
    const { folderPlace } = await import("../../ingest/write-folder.js");
    const { costText } = await import("../cost/cost-text.js");
    const { COST_FILES, writeCost } = await import("../cost/write-cost.js");
    if (o.asOf !== undefined && !isInstant(o.asOf)) {
      throw new InputError(`--as-of: got "${o.asOf}", expected an instant such as 2026-06-20T00:00:00Z`, {
        option: "--as-of",
      });
    }
    await folderPlace(o.out, COST_FILES);
    const { threads } = o;
    onProgress(0, 0, "reading");
    const use = o.utilisation === undefined ? null : await readUse(o.utilisation, { threads, signal });
    const names = (by: "resource" | "pool") =>
      new Set(use?.rows.filter((row) => row.by === by).map(({ name }) => name));
    const read = await readBill(o.focus, {
      ...{ teamTag: o.teamTag, poolTag: o.poolTag, focusVersion: o.focusVersion, lenient: o.lenient, threads, signal },
      ...{ resources: names("resource"), pools: names("pool") },
    });
    const budgetFile = o.budget === undefined ? null : await readDocument(o.budget, "budget file");
    const budgets = budgetFile ? parseBudgets(budgetFile.value, read.bill.currency, o.budget) : [];
    onProgress(0, 0, "analysing");
    const analysis = analyseCost(read.bill, {
      ...{ basis: o.basis, budgets, use: use?.rows, seed: o.seed },
      ...(o.asOf === undefined ? {} : { asOf: parseInstant(o.asOf) }),
    });
    const { format, version, rows, duplicates, rejected } = read;
    const result = {
      schema: "fleetlens.cost/1" as const,
      version: VERSION,
      createdFrom: {
        inputs: [
          ...read.inputs,
          ...(use?.inputs ?? []),
          ...(budgetFile && o.budget !== undefined ? [{ name: o.budget, sha256: budgetFile.sha256, rows: null }] : []),
        ],
        options: {
          ...{ basis: o.basis, as_of: o.asOf ?? null, team_tag: o.teamTag, pool_tag: o.poolTag },
          ...{ focus_version: o.focusVersion ?? null, lenient: o.lenient === true },
        },
        seed: o.seed,
      },
      ...analysis,
      source: {
        ...{ format, version, rows, duplicates, rejected: rejected.length },
        rejected_rows: rejected.slice(0, MOST_REJECTED),
      },
      warnings: [...read.warnings, ...analysis.warnings],
    };
    const outputs = await writeCost(o.out, result, read.bill, signal);
    const { bill, month, month_to_date, forecast } = result;
    const passed = result.budgets.some(({ status }) => status === "over" || status === "likely-over");
    return {
      outputs,
      warnings: result.warnings,
      summary: { month, billed: bill.billed, month_to_date, month_end: forecast.month_end, budgets: result.budgets },
      text: costText(result, o.out),
      exitCode: o.failOn !== undefined && passed ? 3 : 0,
    };
  });
}
