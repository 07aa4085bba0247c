import type { z } from "zod";
import type { Path } from "./json-pointer.js";
import type { PolicyFile } from "./policy-schema.js";
import { valueAt } from "./value-at.js";

type Loose<T> = T extends readonly (infer Item)[]
  ? readonly (Loose<Item> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Loose<T[K]> }
    : T;

/** A policy file of which any value may be absent; what is there has the type that the schema says, but for defaults. */
export type PolicyDraft = Loose<PolicyFile>;

/**
 * The value without what the schema refuses, so that the rest can be checked too. Items of lists keep their places; keys
 * that are unknown go.
 */
export function policyDraft(value: unknown, issues: readonly z.core.$ZodIssue[]): PolicyDraft {
  // What aliases share must not be changed in all its places.
  const draft: unknown = JSON.parse(JSON.stringify(value));
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") for (const key of issue.keys) remove(draft, [...issue.path, key]);
    // Nothing of a union was looked at where its kind is not known.
    else remove(draft, issue.code === "invalid_union" ? issue.path.slice(0, -1) : issue.path);
  }
  return draft as PolicyDraft;
}

function remove(draft: unknown, path: Path): void {
  const parent = valueAt(draft, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined || typeof parent !== "object" || parent === null) return;
  // An item leaves a hole.
  delete (parent as Record<PropertyKey, unknown>)[key];
}
