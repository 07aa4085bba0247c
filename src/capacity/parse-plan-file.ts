import type { z } from "zod";
import { InputError } from "../core/errors.js";
import { checkPlanFile } from "./check-plan-file.js";
import { knownKeys } from "./known-keys.js";
import { nearestName } from "./nearest-name.js";
import { type PlanFile, PlanFileSchema } from "./plan-file.js";

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i ? "." : ""}${String(part)}`)).join("");
}

function issueText(issue: z.core.$ZodIssue, value: unknown): string {
  const path = pathText(issue.path);
  const message =
    issue.code === "unrecognized_keys"
      ? unknownKeys(issue.keys, knownKeys(PlanFileSchema, value, issue.path))
      : issue.message.replace(/^Invalid input: /, "");
  return `${path ? `${path}: ` : ""}${message}`;
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys.map((key) => `unknown key "${key}"; the nearest known key is "${nearestName(key, known)}"`).join("; ");
}

const SHOWN = 3;

/**
 * The plan file from parsed YAML or JSON, defaults filled in, levels ascending.
 *
 * @param name what to call the file in errors
 * @throws InputError with the first problems, each with its path (`pools[0].price: unknown key …`)
 */
export function parsePlanFile(value: unknown, name = "plan.yaml"): PlanFile {
  const parsed = PlanFileSchema.safeParse(value);
  const problems = parsed.success
    ? checkPlanFile(parsed.data)
    : parsed.error.issues.map((issue) => issueText(issue, value));
  if (problems.length > 0 || !parsed.success) {
    const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : "";
    throw new InputError(`${name}: ${problems.slice(0, SHOWN).join("; ")}${more}`, { file: name, problems });
  }
  return { ...parsed.data, levels: [...parsed.data.levels].sort((a, b) => a - b) };
}
