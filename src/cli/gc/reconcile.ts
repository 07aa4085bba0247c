import type { Command } from "commander";
import { action } from "../frame.js";
import { engineOptions, instant } from "./inputs.js";

const EXAMPLES = `
Examples:
  fleetlens gc reconcile --plan plan --objects 'after/*.parquet' --as-of 2026-06-08T00:00:00Z

Exit codes: 2 an input was refused, 3 an object went that the plan did not let go.`;

interface Options {
  plan: string;
  objects: string;
  asOf: number;
  maxMemory?: string;
  threads?: number;
}

/** `fleetlens gc reconcile`. */
export function registerGcReconcile(gc: Command): void {
  const command = engineOptions(
    gc.command("reconcile").description("Compare a plan with what is there after it was carried out."),
  )
    .requiredOption("--plan <dir>", "folder of the plan")
    .requiredOption("--objects <glob>", "objects as they are now")
    .requiredOption("--as-of <time>", "when they were listed, ISO 8601", instant)
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async (_args, { asOf, ...o }, { signal }) => {
    const { reconcileGc } = await import("../../ingest/gc/plan/index.js");
    const { reconciliationText } = await import("./words.js");
    const found = await reconcileGc({ ...o, asOfMs: asOf, signal });
    return { summary: { ...found }, text: reconciliationText(found), exitCode: found.ok ? 0 : 3 };
  });
}
