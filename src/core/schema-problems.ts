import type { z } from "zod";
import { knownKeys } from "./known-keys.js";
import { nearestName } from "./nearest-name.js";

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : `${i ? "." : ""}${String(part)}`)).join("");
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys.map((key) => `unknown key "${key}"; the nearest known key is "${nearestName(key, known)}"`).join("; ");
}

/** What a strict schema finds wrong with a value, each with its path: `pools[0].price: unknown key …`. */
export function schemaProblems(schema: z.ZodType, value: unknown, error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const path = pathText(issue.path);
    const message =
      issue.code === "unrecognized_keys"
        ? unknownKeys(issue.keys, knownKeys(schema, value, issue.path))
        : issue.message.replace(/^Invalid input: /, "");
    return `${path ? `${path}: ` : ""}${message}`;
  });
}

const SHOWN = 3;

/** The first problems in one line. */
export function problemText(problems: readonly string[]): string {
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : "";
  return `${problems.slice(0, SHOWN).join("; ")}${more}`;
}
