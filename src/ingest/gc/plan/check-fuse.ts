import { addExact, emptySum, exactTotal, wholeNumber } from "../../../gc-reachability/exact-sum.js";
import type { GcReport } from "../../../gc-reachability/gc-report.js";
import { ACTION } from "../../../gc-reachability/reasons.js";
import type { Decided } from "./with-decision.js";

/** Limits of the policy that the plan exceeds; none without `limits`. */
export function checkFuse({
  policy,
  columns,
  decision,
}: Pick<Decided, "policy" | "columns" | "decision">): GcReport["fuse"] {
  if (!policy.limits) return [];
  const { max_delete_bytes: mostBytes, max_delete_fraction: mostFraction } = policy.limits;
  const [deleted, all] = [emptySum(), emptySum()];
  for (let i = 0; i < columns.n; i++) {
    addExact(all, columns.sizeBytes[i]);
    if (decision.action[i] === ACTION.delete) addExact(deleted, columns.sizeBytes[i]);
  }
  const [bytes, total] = [exactTotal(deleted), exactTotal(all)];
  const fraction = total === 0n ? 0 : Number(bytes) / Number(total);
  const exceeded: GcReport["fuse"] = [];
  if (mostBytes !== null && bytes > BigInt(mostBytes)) {
    exceeded.push({ limit: "max_delete_bytes", allowed: mostBytes, planned: wholeNumber(bytes) });
  }
  if (mostFraction !== null && fraction > mostFraction) {
    exceeded.push({ limit: "max_delete_fraction", allowed: mostFraction, planned: fraction });
  }
  return exceeded;
}
