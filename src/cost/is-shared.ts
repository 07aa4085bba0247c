import type { Charge } from "./types.js";

/** Whether a charge without a team is everybody's: taxes, support, and commitments that nothing used. */
export function isShared({
  team,
  category,
  unused,
  service,
}: Pick<Charge, "team" | "category" | "unused" | "service">): boolean {
  return team === null && (category === "tax" || unused || /\bsupport\b/i.test(service));
}
