import type { Slice } from "../types.js";

/**
 * What slices say of an incident: the kind of the first one, or `external` when there is none: everything moved alike, or
 * nothing noticeably, so that the cause lies outside of what the dimensions tell apart.
 */
export function sliceVerdict(slices: readonly Slice[]): Slice["kind"] | "external" {
  return slices[0]?.kind ?? "external";
}
