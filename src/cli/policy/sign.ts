import { basename } from "node:path";
import type { Command } from "commander";
import { action } from "../frame.js";

const EXAMPLES = `
Examples:
  fleetlens policy sign policy.yaml --key key.pem --out policy.dsse.json

A pair of keys: openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out key.pub.pem

The bundle is a DSSE envelope over an in-toto statement that holds the SHA-256 of the file. An invalid policy is not signed.
Exit codes: 0 signed, 2 bad policy, key or option.`;

/** `fleetlens policy sign`: a signed bundle for a valid policy. */
export function registerSign(policy: Command): void {
  const command = policy
    .command("sign")
    .description("Sign a policy with an Ed25519 key.")
    .argument("<policy>", "policy file, YAML or JSON")
    .requiredOption("--key <file>", "private Ed25519 key, PEM")
    .requiredOption("--out <file>", "bundle to write, JSON")
    .addHelpText("after", EXAMPLES);
  action<{ key: string; out: string }>(command, async ([file], { key, out }) => {
    const { writeAtomically } = await import("../../ingest/atomic.js");
    const { signPolicy } = await import("../../ingest/backtest/dsse.js");
    const { readBytes } = await import("../../ingest/read-document.js");
    const { readPolicy } = await import("../../ingest/backtest/read-policy.js");
    const { refuseOwnInput } = await import("../own-input.js");
    for (const input of [file, key]) refuseOwnInput(input, [out]);
    const { policy: checked, input, bytes } = await readPolicy(file);
    const pem = await readBytes(key, "key");
    const bundle = signPolicy({ name: basename(file), bytes, policy: checked }, pem.toString("utf8"));
    const outputs = await writeAtomically((files) => files.write(out, `${JSON.stringify(bundle)}\n`));
    const { keyid } = bundle.signatures[0];
    return {
      outputs,
      summary: { version: checked.version, sha256: input.sha256, keyid },
      text: `signed version ${checked.version} (SHA-256 ${input.sha256})\nwith the key ${keyid}\n-> ${out}`,
    };
  });
}
