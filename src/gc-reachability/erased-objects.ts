import { firstMatches } from "./first-matches.js";
import type { RetentionPolicy } from "./retention-policy.js";
import { isErasing, isHolding } from "./selector-rows.js";
import type { GcColumns } from "./types.js";

/** Which objects an active erasure takes (1): not those also held where the policy says that holds win. */
export function erasedObjects(columns: GcColumns, policy: RetentionPolicy, asOfMs: number): Uint8Array {
  const { n, erasures, erasureRanges, holds, holdRanges } = columns;
  const erased = new Uint8Array(n);
  firstMatches(
    n,
    erasureRanges,
    (row) => isErasing(erasures[row]),
    (object) => {
      erased[object] = 1;
    },
  );
  if (policy.erasure_vs_hold === "hold" && erased.includes(1)) {
    firstMatches(
      n,
      holdRanges,
      (row) => isHolding(holds[row], asOfMs),
      (object) => {
        erased[object] = 0;
      },
    );
  }
  return erased;
}
