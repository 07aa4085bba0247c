import { type Command, Option } from "commander";
import { action } from "../frame.js";

const EXAMPLES = `
Examples:
  fleetlens gc explain s3://lake/gold/2026-05.parquet --plan plan
  fleetlens gc explain wandb://team/project/run-7 --plan plan --format json`;

/** `fleetlens gc explain`. */
export function registerGcExplain(gc: Command): void {
  const command = gc
    .command("explain")
    .description("Say why one object stays or goes, and what keeps it by which way.")
    .argument("<id>", "id of the object")
    .requiredOption("--plan <dir>", "folder of the plan")
    .addOption(new Option("--format <format>", "of the answer").choices(["text", "json"]).default("text"))
    .addHelpText("after", EXAMPLES);

  action<{ plan: string; format: "text" | "json" }>(command, async ([id], o) => {
    const { explainGc } = await import("../../ingest/gc/plan/index.js");
    const { explanationText } = await import("./words.js");
    const found = await explainGc(o.plan, id);
    return { summary: { ...found }, text: o.format === "json" ? JSON.stringify(found) : explanationText(found) };
  });
}
