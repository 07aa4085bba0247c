import type { InputFile } from "../../core/demand.js";
import { VERSION } from "../../core/version.js";
import { writeAtomically } from "../../ingest/atomic.js";
import type { CommandResult } from "../frame.js";

/** What a gate found, and what it was made from. */
export interface GateOutcome {
  /** Kind of the file, e.g. `canary`. */
  kind: string;
  found: { decision: string; warnings?: string[] };
  inputs: readonly InputFile[];
  options: Readonly<Record<string, unknown>>;
  seed?: number;
  /** Decisions from the best to the worst. */
  order: readonly string[];
  /** Facts for `--json`, besides the decision. */
  summary: Readonly<Record<string, unknown>>;
  /** What a person reads. */
  text: string;
}

/**
 * Writes what a gate found behind its head (schema, version, and what it was made from) to `--out`, or prints it instead
 * of the summary; exits 3 for the decision of `--fail-on` and for those that are worse.
 */
export async function writeGate(
  outcome: GateOutcome,
  { out, failOn }: { out?: string; failOn?: string },
): Promise<CommandResult> {
  const { kind, found, inputs, options, seed = null, order, summary, text } = outcome;
  const head = { schema: `fleetlens.${kind}/1`, version: VERSION, createdFrom: { inputs, options, seed } };
  const content = `${JSON.stringify({ ...head, ...found }, null, 2)}\n`;
  const failed = failOn !== undefined && order.indexOf(found.decision) >= order.indexOf(failOn);
  return {
    outputs: out === undefined ? [] : await writeAtomically((files) => files.write(out, content)),
    warnings: found.warnings,
    summary: { decision: found.decision, ...summary },
    text: out === undefined ? content : `${text}\n-> ${out}`,
    exitCode: failed ? 3 : 0,
  };
}
