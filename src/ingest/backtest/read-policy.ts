import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parsePolicy } from "../../backtest/policy/parse-policy.js";
import type { ParsePolicyOptions } from "../../backtest/policy/parse-policy-options.js";
import type { Policy, PolicyProblem } from "../../backtest/types.js";
import { InputError, PolicyError } from "../../core/errors.js";

/** A policy as read. */
export interface PolicyRead {
  policy: Policy;
  /** The file; it is no table, and has no rows. */
  input: { name: string; sha256: string; rows: null };
  bytes: Uint8Array;
}

/** Faults that a message lists; all are in its details. */
const SHOWN = 20;

/**
 * Reads a policy file.
 *
 * @throws InputError where there is no such file; PolicyError listing the JSON Pointers of all faults
 */
export async function readPolicy(file: string, options: ParsePolicyOptions = {}): Promise<PolicyRead> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file}: cannot be read: ${error.message}`, { file }, { cause: error });
  });
  return parsePolicyBytes(bytes, file, options);
}

/** The policy of a file that has been read. @throws PolicyError as {@link readPolicy} does */
export function parsePolicyBytes(bytes: Uint8Array, file: string, options: ParsePolicyOptions = {}): PolicyRead {
  const text = decoded(bytes, file);
  const parsed = parsePolicy(text, options);
  if (parsed.ok) {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { policy: parsed.policy, input: { name: file, sha256, rows: null }, bytes };
  }
  const { errors } = parsed;
  const listed = errors
    .slice(0, SHOWN)
    .map(({ path, code, message }) => `${path || "(the whole file)"}: ${code}: ${message}`);
  const more = errors.length > SHOWN ? `; and ${errors.length - SHOWN} more` : "";
  throw new PolicyError(`${file}: ${listed.join("; ")}${more}`, { file, errors });
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const errors: PolicyProblem[] = [{ path: "", code: "schema", message: "is not UTF-8 text" }];
    throw new PolicyError(`${file}: (the whole file): schema: is not UTF-8 text`, { file, errors });
  }
}
