import type { InputFile } from "../../core/demand.js";
import { VERSION } from "../../core/version.js";
import { writeAtomically } from "../../ingest/atomic.js";
import type { CommandResult } from "../frame.js";

/** What the file of a gate says, and what it was made from. */
interface GateContent {
  /** Kind of the file, e.g. `canary`. */
  kind: string;
  found: object;
  inputs: readonly InputFile[];
  options: Readonly<Record<string, unknown>>;
  seed?: number;
}

/** What a gate found. */
interface GateOutcome extends GateContent {
  found: { decision: string; warnings?: string[] };
  /** Decisions from the best to the worst. */
  order: readonly string[];
  /** Facts for `--json`, besides the decision. */
  summary: Readonly<Record<string, unknown>>;
  /** What a person reads. */
  text: string;
}

/** What a gate found behind its head: schema, version, and what it was made from. */
export function gateContent(content: GateContent): string {
  const { kind, found, inputs, options, seed = null } = content;
  const head = { schema: `fleetlens.${kind}/1`, version: VERSION, createdFrom: { inputs, options, seed } };
  return `${JSON.stringify({ ...head, ...found }, null, 2)}\n`;
}

/** Writes `--out`, if it was given. */
export const writeOut = async (out: string | undefined, content: string) =>
  out === undefined ? [] : await writeAtomically((files) => files.write(out, content));

/**
 * Writes what a gate found to `--out`, or prints it instead of the summary; exits 3 for the decision of `--fail-on` and
 * for those that are worse.
 */
export async function writeGate(
  outcome: GateOutcome,
  { out, failOn }: { out?: string; failOn?: string },
): Promise<CommandResult> {
  const { found, order, summary, text } = outcome;
  const content = gateContent(outcome);
  const failed = failOn !== undefined && order.indexOf(found.decision) >= order.indexOf(failOn);
  return {
    outputs: await writeOut(out, content),
    warnings: found.warnings,
    summary: { decision: found.decision, ...summary },
    text: out === undefined ? content : `${text}\n-> ${out}`,
    exitCode: failed ? 3 : 0,
  };
}
