import { onesOf } from "./ones-of.js";
import { ACTION, REASON } from "./reasons.js";
import type { Csr, GcDecision } from "./types.js";

/** Edges that are listed. */
const LISTED = 1000;

export interface IntegrityCheck {
  /** Strong edges from an object that stays to one that goes, erased ones left aside; none, or the plan is wrong. */
  keptToDeleted: { src: number; dst: number }[];
  /** Objects that stay and need an erased one, ascending. */
  tainted: Int32Array;
}

/** Takes strong edges in any order, and says in the end what is wrong with a decision. */
export function integrityChecker({ action, reason }: GcDecision): {
  edge(src: number, dst: number): void;
  result(): IntegrityCheck;
} {
  const keptToDeleted: { src: number; dst: number }[] = [];
  const isTainted = new Uint8Array(action.length);
  return {
    edge(src, dst) {
      if (action[src] === ACTION.delete) return;
      if (reason[dst] === REASON.erasure) isTainted[src] = 1;
      else if (action[dst] === ACTION.delete && keptToDeleted.length < LISTED) keptToDeleted.push({ src, dst });
    },
    result: () => ({ keptToDeleted, tainted: onesOf(isTainted) }),
  };
}

/**
 * Checks a decision by its strong edges, apart from the walks that made it.
 *
 * @returns the first 1,000 edges that must not be
 */
export function checkIntegrity({ offsets, targets }: Csr, decision: GcDecision): IntegrityCheck {
  const checker = integrityChecker(decision);
  for (let src = 0; src + 1 < offsets.length; src++) {
    for (let e = offsets[src]; e < offsets[src + 1]; e++) checker.edge(src, targets[e]);
  }
  return checker.result();
}
