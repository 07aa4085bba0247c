import { didYouMean } from "../../core/nearest-name.js";
import type { PolicyErrorCode, PolicyProblem } from "../types.js";
import { type Path, pointer } from "./json-pointer.js";
import type { PolicyDraft } from "./policy-draft.js";

/** A file as it was read, and what of it the schema lets stand. */
export interface PolicyUnderCheck {
  value: unknown;
  draft: PolicyDraft;
  /** Whether the schema has nothing against what a path leads to, nor against anything below it. */
  isSound(path: Path): boolean;
}

export function problem(path: Path, code: PolicyErrorCode, message: string): PolicyProblem {
  return { path: pointer(path), code, message };
}

/** A name in a message. */
export const quoted = (name: string): string => JSON.stringify(name);

/** Comparing every name of a hostile file with every other would take hours. */
const MOST_NAMES = 200;

/** The end of a message about a name that is not there. */
export function nearest(name: string, known: readonly string[]): string {
  return known.length <= MOST_NAMES ? didYouMean(name.slice(0, MOST_NAMES), known) : "";
}

/** A problem for each name that an earlier one of the list has already. */
export function duplicateIds(
  list: readonly ({ readonly [key: string]: unknown } | undefined)[] | undefined,
  path: Path,
  key: "id" | "name",
): PolicyProblem[] {
  const seen = new Set<unknown>();
  return (list ?? []).flatMap((item, i) => {
    const name = item?.[key];
    if (typeof name !== "string") return [];
    if (seen.has(name)) {
      const message = `${quoted(name)} is the ${key} of an earlier one; give each another`;
      return [problem([...path, i, key], "duplicate_id", message)];
    }
    seen.add(name);
    return [];
  });
}
