import { parsePolicy } from "../../../../src/backtest/policy/parse-policy.js";
import type { Policy } from "../../../../src/backtest/types.js";

/** A policy from all but its head. */
export function policyOf(body: string): Policy {
  const parsed = parsePolicy(`schema: fleetlens.policy/1\nversion: 1.0.0\n${body}`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
}
