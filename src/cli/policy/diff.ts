import { type Command, InvalidArgumentError } from "commander";
import { action } from "../frame.js";

interface Options {
  out?: string[];
}

const EXAMPLES = `
Examples:
  fleetlens policy diff old.yaml new.yaml
  fleetlens policy diff old.yaml new.yaml --out changes.md --out changes.json

Lists what was added, removed and changed, whether there can be more events or fewer, and the step of the version that it
calls for. Prints Markdown where no --out is given; --json has the change log under summary. docs/policy.md has the rules.
Exit codes: 0 done, 2 bad policy or option.`;

function collect(file: string, before: string[] = []): string[] {
  if (!/\.(md|json)$/i.test(file)) throw new InvalidArgumentError("expected a file that ends in .md or .json.");
  return [...before, file];
}

/** `fleetlens policy diff`: change log between two policies. */
export function registerDiff(policy: Command): void {
  const command = policy
    .command("diff")
    .description("List what differs between two policies, for a review.")
    .argument("<old>", "policy file before")
    .argument("<new>", "policy file after")
    .option("--out <file>", "file to write, .md or .json; may be given for each", collect)
    .addHelpText("after", EXAMPLES);
  action<Options>(command, async ([old, now], { out = [] }) => {
    const { diffPolicies } = await import("../../backtest/policy/diff/diff-policies.js");
    const { policyDiffMarkdown } = await import("../../backtest/policy/diff/policy-diff-markdown.js");
    const { VERSION } = await import("../../core/version.js");
    const { writeAtomically } = await import("../../ingest/atomic.js");
    const { readPolicy } = await import("../../ingest/backtest/read-policy.js");
    const { refuseOwnInput } = await import("../own-input.js");
    for (const input of [old, now]) refuseOwnInput(input, out);
    const [before, after] = [await readPolicy(old), await readPolicy(now)];
    const diff = diffPolicies(before.policy, after.policy);
    const createdFrom = { inputs: [before.input, after.input], options: {}, seed: null };
    const markdown = policyDiffMarkdown(diff);
    const json = `${JSON.stringify({ schema: "fleetlens.policy-diff/1", version: VERSION, createdFrom, ...diff }, null, 2)}\n`;
    const outputs = await writeAtomically(async (files) => {
      for (const file of out) await files.write(file, /\.md$/i.test(file) ? markdown : json);
    });
    const text = out.length === 0 ? markdown : `${diff.changes.length} changes\n-> ${out.join(", ")}`;
    return { outputs, warnings: diff.warnings, summary: diff, text };
  });
}
