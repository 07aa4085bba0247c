import { type Command, InvalidArgumentError, Option } from "commander";
import { isInstant, monthName, nextMonth, parseInstant } from "../../core/time.js";
import { VERSION } from "../../core/version.js";
import { POLICIES, type PolicyName } from "../../simulate/policies/policy-names.js";
import { action, integer } from "../frame.js";

interface Options {
  jobs: string;
  cluster: string;
  policy: PolicyName;
  seed: number;
  origin: number;
  month?: string;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens simulate --jobs jobs.parquet --cluster cluster.yaml --policy easy --out simulation
  fleetlens simulate --jobs jobs.csv --cluster cluster.yaml --policy kueue --origin 2026-09-01 --out simulation

Jobs: job_id, submit_s, duration_s, num_gpus (and optional columns; docs/simulate.md has all), in whole seconds.
Writes jobs.parquet, timeline.parquet, summary.json, charts (Vega-Lite) and the section of capacity_plan_<month>.md.`;

function instant(text: string): number {
  if (!isInstant(text)) throw new InvalidArgumentError("expected a date or time such as 2026-09-01T00:00:00Z.");
  return parseInstant(text);
}

function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError("expected a month such as 2026-10.");
  return text;
}

/** `fleetlens simulate`: how long jobs wait, and what that costs, on a cluster under a policy. */
export function registerSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .description("Play jobs through a cluster under a queue policy: waits, use, cost, spot losses, outages.")
    .requiredOption("--jobs <file>", "jobs: Parquet, CSV, Arrow or JSON")
    .requiredOption("--cluster <file>", "pools, queues, targets, faults: YAML or JSON")
    .addOption(new Option("--policy <name>", "order and backfilling").choices(POLICIES).default("fifo"))
    .option("--seed <n>", "of the interruptions of spot pools", integer(0), 42)
    .option("--origin <time>", "instant of second 0; budgets are for months of UTC", instant, 0)
    .option("--month <YYYY-MM>", "plan that the section is for (default: the month after the last submit)", month)
    .requiredOption("--out <directory>", "folder to write to")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, o, { signal, onProgress }) => {
    const { readQueueJobs } = await import("../../ingest/index.js");
    const { parseCluster, simulate } = await import("../../simulate/index.js");
    const { readDocument } = await import("../../ingest/read-document.js");
    const { simulationText, simulationWarnings } = await import("../simulate/words.js");
    const { writeSimulation } = await import("../simulate/write-simulation.js");
    onProgress(0, 0, "reading");
    const document = await readDocument(o.cluster, "cluster file");
    const cluster = parseCluster(document.value, o.cluster);
    const { jobs, inputs } = await readQueueJobs(o.jobs, { signal });
    onProgress(0, 0, `simulating ${jobs.n} jobs`);
    const result = simulate(jobs, cluster, { policy: o.policy, seed: o.seed, originMs: o.origin });
    const summary = {
      schema: "fleetlens.simulation/1" as const,
      version: VERSION,
      createdFrom: {
        inputs: [...inputs, { name: o.cluster, sha256: document.sha256, rows: null }],
        options: { policy: o.policy, origin_ms: o.origin },
        seed: o.seed,
      },
      ...result.summary,
    };
    const last = jobs.submit.reduce((most, second) => Math.max(most, second), 0);
    const planned = o.month ?? monthName(nextMonth(o.origin + last * 1000, "UTC"), "UTC");
    const files = { jobs, result, summary, originMs: o.origin, month: planned };
    const outputs = await writeSimulation(o.out, files, signal);
    const { median_wait_s, p95_wait_s, p99_wait_s, mean_wait_s, gpu_util, completed, rejected } = summary;
    return {
      outputs,
      warnings: simulationWarnings(jobs, cluster, summary),
      summary: { jobs: jobs.n, completed, rejected, mean_wait_s, median_wait_s, p95_wait_s, p99_wait_s, gpu_util },
      text: simulationText(summary, o.out),
    };
  });
}
