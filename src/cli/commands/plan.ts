import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import type { PlanFile } from "../../capacity/index.js";
import { action, integer } from "../frame.js";
import { PLAN_FORMATS, type PlanFormat, parseFormats, parseMonth } from "../plan/plan-arguments.js";
import { registerPlanInit } from "../plan/register-plan-init.js";

interface Options {
  out?: string;
  telemetry?: string[];
  jobs?: string[];
  format?: string;
  tz?: string;
  lenient?: boolean;
  capacity?: string;
  paths?: boolean;
  threads: number;
  seed?: number;
  month?: string;
  asOf?: string;
  to: PlanFormat[];
}

const EXAMPLES = `
Examples:
  fleetlens plan plan.yaml --out plan
  fleetlens plan --telemetry 'telemetry/*.parquet' --out plan      # no configuration: writes the plan.yaml that it used
  fleetlens plan --jobs sacct.psv --format sacct --tz Europe/Berlin --out plan
  fleetlens plan plan.yaml --out plan --to html,json --threads 2 --seed 7
  fleetlens plan init --out plan.yaml                              # a commented template`;

export function registerPlan(program: Command): void {
  // Options stand after the command that they belong to, so that `plan init --out` is not taken for `plan --out`.
  const command = program
    .enablePositionalOptions()
    .command("plan")
    .description("Plan GPU capacity: demand, peaks, pools, purchases and cost for the next weeks.")
    .argument("[plan.yaml]", "the plan file; without it, --telemetry or --jobs is enough")
    .enablePositionalOptions()
    .option("--out <dir>", "folder for the plan's files")
    .option("--telemetry <files...>", "telemetry files or globs, instead of the plan file's")
    .option("--jobs <files...>", "job accounting instead of telemetry, with --format")
    .addOption(
      new Option("--format <format>", "what exported the jobs").choices(["sacct", "kueue", "sagemaker", "wandb"]),
    )
    .option("--tz <zone>", "time zone of the plan and of sacct's local times (default: the plan file's, else UTC)")
    .option("--lenient", "go on when more than 1 % of the jobs or samples of an export cannot be read")
    .option("--capacity <file>", "GPUs per queue over time, instead of the plan file's")
    .option("--paths", "also write paths.parquet: every sample path of every queue")
    .option("--threads <n>", "worker threads; the result does not depend on it", integer(1, 256), defaultThreads())
    .option("--seed <n>", "seed of the sample paths (default: the plan file's, else 0)", integer(0))
    .option(
      "--month <month>",
      "name of the plan, YYYY-MM (default: the plan file's, else the month after the data)",
      parseMonth,
    )
    .option("--as-of <instant>", "date of the plan; later observations are refused (default: the end of the data)")
    .option("--to <formats>", "formats of the plan", parseFormats, [...PLAN_FORMATS])
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([path], o, context) => {
    const { InputError } = await import("../../core/errors.js");
    const { checkPlanQueues, DEFAULT_PLAN_OPTIONS, planPanel, planWithTables, usableHistory } = await import(
      "../../capacity/index.js"
    );
    const { readInputs } = await import("../plan/read-inputs.js");
    const { runForecasts } = await import("../plan/run-forecasts.js");
    const { planFacts, planWords, shownWarnings } = await import("../plan/plan-words.js");
    const { writePlan } = await import("../plan/write-plan.js");
    const { inferredWords, usedPlanFile } = await import("../plan/zero-configuration.js");
    if (o.out === undefined) throw new InputError("name the folder for the plan: --out DIR", {}, { code: "E_USAGE" });
    const faults = usageFaults(path, o);
    if (faults.length > 0) throw new InputError(faults[0], {}, { code: "E_USAGE" });
    const plan = await planOf(path, o);
    context.onProgress(0, 0, "reading");
    const asOf = await asOfMs(o.asOf);
    const inputs = await readInputs(plan, path, { ...o, asOf, signal: context.signal });
    if (inputs.inferred) process.stderr.write(`${inferredWords(inputs.inferred)}\n`);
    const { hourly } = usableHistory(inputs.hourly);
    checkPlanQueues(plan, hourly.queues);
    const setting = {
      ...DEFAULT_PLAN_OPTIONS,
      horizon: plan.horizon_weeks * 168,
      levels: plan.levels,
      seed: plan.seed,
    };
    const forecasts = await runForecasts(planPanel(hourly), setting, o.threads, context);
    const { version: _version, ...sections } = plan;
    const outcome = planWithTables({ ...inputs, plan: sections }, { ...context, asOf, forecasts });
    context.onProgress(0, 0, "writing");
    const files = o.telemetry ?? o.jobs;
    const planFile =
      path === undefined && files
        ? usedPlanFile(plan, outcome.plan, { ...o, files, columns: inputs.inferred, out: o.out })
        : null;
    const what = { formats: o.to, paths: o.paths === true, planFile, signal: context.signal };
    const outputs = await writePlan(o.out, outcome, what);
    return {
      outputs,
      warnings: shownWarnings(outcome.plan),
      summary: planFacts(outcome.plan),
      text: planWords(outcome.plan, outputs),
    };
  });
  registerPlanInit(command);
}

function defaultThreads(): number {
  return Math.min(4, availableParallelism());
}

function usageFaults(path: string | undefined, { telemetry, jobs, format }: Options): string[] {
  const without = path === undefined && telemetry === undefined && jobs === undefined;
  return [
    ...(without ? ["name a plan file, or telemetry: fleetlens plan --telemetry FILES --out DIR"] : []),
    ...(telemetry && jobs ? ["--telemetry and --jobs are two sources of the demand: give one"] : []),
    ...((jobs === undefined) !== (format === undefined) ? ["--jobs and --format go together"] : []),
  ];
}

/** The plan file with what the command line overrides; without a file, its defaults. */
async function planOf(path: string | undefined, o: Options): Promise<PlanFile> {
  const { parsePlanFile } = await import("../../capacity/index.js");
  const { readPlanFile } = await import("../plan/read-plan-file.js");
  const over = {
    ...(o.tz === undefined ? {} : { time_zone: o.tz }),
    ...(o.jobs === undefined ? {} : { demand: { source: "jobs", files: o.jobs, format: o.format } }),
  };
  const plan = path === undefined ? parsePlanFile({ version: 1, ...over }, "plan") : await readPlanFile(path, over);
  return { ...plan, seed: o.seed ?? plan.seed, month: o.month ?? plan.month };
}

async function asOfMs(text: string | undefined): Promise<number | undefined> {
  const { parseInstant } = await import("../../core/time.js");
  return text === undefined ? undefined : parseInstant(text, "--as-of");
}
