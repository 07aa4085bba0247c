import type { Command } from "commander";
import { action } from "../frame.js";
import { engineOptions } from "./inputs.js";

const EXAMPLES = `
Examples:
  fleetlens gc what-if --plan plan --drop golden-2024
  fleetlens gc what-if --plan plan --drop hold-17,s3://lake/models/old.pt

A name is that of a protection or a hold (all rows with it), or the id of an object.
Decides anew from the inputs of the plan, which must not have changed.`;

/** `fleetlens gc what-if`. */
export function registerGcWhatIf(gc: Command): void {
  const command = engineOptions(
    gc.command("what-if").description("Tell what would be freed without a protection, a hold or an object."),
  )
    .requiredOption("--plan <dir>", "folder of the plan")
    .requiredOption("--drop <names>", "names, separated by commas", (text) => text.split(",").filter(Boolean))
    .addHelpText("after", EXAMPLES);

  action<{ plan: string; drop: string[]; maxMemory?: string; threads?: number }>(
    command,
    async (_args, o, { signal, onProgress }) => {
      const { whatIfGc } = await import("../../ingest/gc/plan/index.js");
      const { whatIfText } = await import("./words.js");
      const found = await whatIfGc({ ...o, signal, onProgress });
      return { summary: { ...found }, text: whatIfText(found) };
    },
  );
}
