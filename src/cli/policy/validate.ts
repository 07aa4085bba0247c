import type { Command } from "commander";
import { action, type CommandResult } from "../frame.js";

interface Options {
  edgeVersion?: string;
  cloudVersion?: string;
}

const EXAMPLES = `
Examples:
  fleetlens policy validate policy.yaml
  fleetlens policy validate policy.yaml --edge-version 1.9.2 --cloud-version 2.4.0

Prints {"ok":true,"errors":[]}, or every error as {"path","code","message"}; path is a JSON Pointer into the file.
Exit codes: 0 valid, 1 invalid, 2 the file cannot be read or an option is wrong.`;

/** `fleetlens policy validate`: everything that is wrong with a policy. */
export function registerValidate(policy: Command): void {
  const command = policy
    .command("validate")
    .description("Say what is wrong with a policy, as JSON.")
    .argument("<policy>", "policy file, YAML or JSON")
    .option("--edge-version <version>", "version of the vehicles' software that compat.edge has to allow")
    .option("--cloud-version <version>", "version of the cloud's software that compat.cloud has to allow")
    .addHelpText("after", EXAMPLES);
  action<Options>(command, async ([file], { edgeVersion, cloudVersion }): Promise<CommandResult> => {
    const { PolicyError } = await import("../../core/errors.js");
    const { readPolicy } = await import("../../ingest/backtest/read-policy.js");
    const { errors } = await readPolicy(file, { edgeVersion, cloudVersion }).then(
      () => ({ errors: [] }),
      (error: unknown) => {
        if (error instanceof PolicyError) return { errors: error.details["errors"] as unknown[] };
        throw error;
      },
    );
    const found = { ok: errors.length === 0, errors };
    return { text: JSON.stringify(found), summary: found, exitCode: found.ok ? 0 : 1 };
  });
}
