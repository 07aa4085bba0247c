import type { Command } from "commander";
import { action } from "../frame.js";

const EXAMPLES = `
Examples:
  fleetlens policy verify policy.dsse.json --key key.pub.pem policy.yaml

Exit codes: 0 the signature holds for this file, 1 it does not, 2 a file cannot be read or the key is no Ed25519 key.`;

/** `fleetlens policy verify`: whether a bundle was signed with a key for exactly this file. */
export function registerVerify(policy: Command): void {
  const command = policy
    .command("verify")
    .description("Check a signed bundle against a public key and the policy file.")
    .argument("<bundle>", "what policy sign wrote")
    .argument("<policy>", "policy file")
    .requiredOption("--key <file>", "public Ed25519 key, PEM")
    .addHelpText("after", EXAMPLES);
  action<{ key: string }>(command, async ([bundle, file], { key }) => {
    const { verifyPolicy } = await import("../../ingest/backtest/dsse.js");
    const { readBytes } = await import("../../ingest/read-document.js");
    const signed = await readBytes(bundle, "bundle");
    const pem = await readBytes(key, "key");
    const bytes = await readBytes(file, "policy");
    const { predicate, subject } = verifyPolicy(signed.toString("utf8"), pem.toString("utf8"), bytes);
    const [{ name, digest }] = subject;
    return {
      summary: { version: predicate.version, name, sha256: digest.sha256 },
      text: `verified: ${name}, version ${predicate.version} (SHA-256 ${digest.sha256})`,
    };
  });
}
