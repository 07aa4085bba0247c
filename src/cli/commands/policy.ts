import type { Command } from "commander";

/** `fleetlens policy`: checks, compares, signs and audits the policies of triggers and maps. */
export function registerPolicy(program: Command): void {
  program.command("policy").description("Check, compare, sign and audit policies of triggers and maps.");
}
