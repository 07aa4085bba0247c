import type { Command } from "commander";
import { action } from "../frame.js";
import { gcInputs, type InputOptions, inputOptions } from "./inputs.js";

const EXAMPLES = `
Examples:
  fleetlens gc verify --plan plan --objects 'objects/*.parquet' --edges 'edges/*.parquet' \\
    --policy retention_policy.yaml --protections registry.csv --as-of 2026-06-02T00:00:00Z

Run it with fresh inputs right before each phase. Prints {ok, plan_digest, revoked: [{id, reason}]}.
Exit codes: 2 an input was refused, 3 a row must not be carried out, or a file of the plan was changed.`;

/** `fleetlens gc verify`. */
export function registerGcVerify(gc: Command): void {
  const command = inputOptions(
    gc.command("verify").description("Check that every row of a plan may still be carried out."),
  )
    .requiredOption("--plan <dir>", "folder of the plan")
    .addHelpText("after", EXAMPLES);

  action<InputOptions & { plan: string }>(command, async (_args, o, { signal, onProgress }) => {
    const { verifyGc } = await import("../../ingest/gc/plan/index.js");
    const found = await verifyGc({ ...gcInputs(o), plan: o.plan, signal, onProgress });
    return { summary: { ...found }, text: JSON.stringify(found), exitCode: found.ok ? 0 : 3 };
  });
}
