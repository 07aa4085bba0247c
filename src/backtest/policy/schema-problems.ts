import type { z } from "zod";
import { knownKeys } from "../../core/known-keys.js";
import type { PolicyErrorCode, PolicyProblem } from "../types.js";
import { type Path, pointer } from "./json-pointer.js";
import { nearest } from "./policy-check.js";
import { PolicySchema } from "./policy-schema.js";
import { valueAt } from "./value-at.js";

function codeOf({ path, code }: z.core.$ZodIssue, value: unknown): PolicyErrorCode {
  const isGiven = value !== undefined;
  if (isGiven && (path[0] === "version" || (path[0] === "compat" && path.length === 2))) return "semver";
  const isNumber = typeof value === "number" || code === "too_small" || code === "too_big";
  return path[0] === "geofences" && path[2] === "polygon" && isNumber ? "bad_polygon" : "schema";
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function hint(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === null) return "; give a value or leave the key out";
  if (issue.path[0] === "triggers" && issue.path.at(-1) === "op") return '; comparisons stand in quotes, e.g. ">="';
  const wantsText = issue.code === "invalid_type" && issue.expected === "string";
  return wantsText && typeof value !== "object" ? `; put it in quotes: "${String(value)}"` : "";
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === "custom" && typeof value === "object") return issue.message;
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : null;
  const expected = options
    ? `expected one of ${options.map((option) => JSON.stringify(option)).join(", ")}`
    : issue.message
        .replace(/^Invalid (input|option): /, "")
        .replace(/, received \S+$/, "")
        .replace(/\bint$/, "a whole number");
  return value === undefined ? `missing; ${expected}` : `${expected}, got ${shown(value)}${hint(issue, value)}`;
}

/** What the schema finds wrong: one problem for each value, missing key and unknown key. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], root: unknown): PolicyProblem[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys(PolicySchema, root, issue.path);
      return issue.keys.map((key) => unknownKey([...issue.path, key], key, known));
    }
    const value = valueAt(root, issue.path);
    return [{ path: pointer(issue.path), code: codeOf(issue, value), message: messageOf(issue, value) }];
  });
}

function unknownKey(path: Path, key: string, known: readonly string[]): PolicyProblem {
  return { path: pointer(path), code: "schema", message: `unknown key ${shown(key)}${nearest(key, known)}` };
}
