import type { Command } from "commander";
import { action } from "../frame.js";

/** Adds `plan init`. */
export function registerPlanInit(plan: Command): void {
  const command = plan
    .command("init")
    .description("Print a commented plan file that validates, or write it with --out.")
    .option("--out <file>", "where to write it; an existing file is refused")
    .addHelpText("after", "\nExamples:\n  fleetlens plan init --out plan.yaml");
  action<{ out?: string }>(command, async (_args, { out }) => {
    const { InputError } = await import("../../core/errors.js");
    const { PLAN_TEMPLATE } = await import("./plan-template.js");
    if (out === undefined) return { text: PLAN_TEMPLATE };
    const { existsSync } = await import("node:fs");
    const { writeAtomically } = await import("../../ingest/atomic.js");
    if (existsSync(out))
      throw new InputError(`"${out}" is already there; move it away or name another file`, { file: out });
    const outputs = await writeAtomically((files) => files.write(out, PLAN_TEMPLATE));
    return { outputs, text: `${out} written; edit it, then run: fleetlens plan ${out} --out plan` };
  });
}
