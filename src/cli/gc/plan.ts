import type { Command } from "commander";
import { action } from "../frame.js";
import { gcInputs, type InputOptions, inputOptions } from "./inputs.js";

const EXAMPLES = `
Examples:
  fleetlens gc plan --objects 'objects/*.parquet' --edges 'edges/*.parquet' --policy retention_policy.yaml \\
    --protections registry.csv --holds holds.yaml --as-of 2026-06-01T00:00:00Z --out plan
  fleetlens report render plan/report.json --to html --out plan-report

Nothing is deleted. Writes candidates.parquet, kept.parquet, roots.parquet, report.json, integrity.json and actions/.
Exit codes: 2 an input was refused (error.json says why, there is no plan), 4 a limit of the policy stopped the plan.`;

/** `fleetlens gc plan`. */
export function registerGcPlan(gc: Command): void {
  const command = inputOptions(
    gc.command("plan").description("Decide which objects may go and why, and write the plan."),
  )
    .requiredOption("--out <dir>", "folder of the plan")
    .addHelpText("after", EXAMPLES);

  action<InputOptions & { out: string }>(command, async (_args, o, { signal, onProgress }) => {
    const { planGc } = await import("../../ingest/gc/plan/index.js");
    const { planText, planWarnings } = await import("./words.js");
    const { report, outputs, warnings } = await planGc({ ...gcInputs(o), out: o.out, signal, onProgress });
    const { status, candidates, kept, plan_digest, approvals_needed, method } = report;
    return {
      outputs,
      warnings: [...warnings, ...planWarnings(report)],
      summary: { status, candidates, kept, plan_digest, approvals_needed, method },
      text: planText(report, o.out),
      exitCode: status === "fused" ? 4 : 0,
    };
  });
}
