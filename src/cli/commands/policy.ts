import type { Command } from "commander";
import { registerAudit } from "../policy/audit.js";
import { registerDiff } from "../policy/diff.js";
import { registerEvents } from "../policy/events.js";
import { registerSign } from "../policy/sign.js";
import { registerValidate } from "../policy/validate.js";
import { registerVerify } from "../policy/verify.js";

/** `fleetlens policy`: checks, compares, signs and audits the policies of triggers and maps. */
export function registerPolicy(program: Command): void {
  const policy = program.command("policy").description("Check, compare, sign and audit policies of triggers and maps.");
  for (const register of [registerValidate, registerDiff, registerSign, registerVerify, registerAudit, registerEvents])
    register(policy);
}
