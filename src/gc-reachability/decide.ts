import { findConflicts } from "./conflicts.js";
import { createCostModel } from "./cost.js";
import { erasedObjects } from "./erased-objects.js";
import { ownReasons, ruleNames } from "./own-reasons.js";
import { reach } from "./reach.js";
import { ACTION, REASON } from "./reasons.js";
import type { RetentionPolicy } from "./retention-policy.js";
import { transitionClasses } from "./transition-classes.js";
import type { Csr, GcColumns, GcDecision, ReachRequest } from "./types.js";

/** Puts the places of some values to the start of `into`, and gives them. */
function placesOf(values: Uint8Array, test: (value: number) => boolean, into: Int32Array): Int32Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (test(values[i])) into[count++] = i;
  return into.subarray(0, count);
}

/**
 * The decision of {@link decide} as a generator that asks for its three walks, so that they can also be made where the
 * graph does not fit into memory. Whoever drives it writes each walk into the arrays of the request.
 */
export function* decisionSteps(
  columns: GcColumns,
  policy: RetentionPolicy,
  asOfMs: number,
  snapshotAtMs: number = asOfMs,
): Generator<ReachRequest, GcDecision, unknown> {
  const { n } = columns;
  const erased = erasedObjects(columns, policy, asOfMs);
  const { reason, rule } = ownReasons(columns, policy, asOfMs, snapshotAtMs, erased, { protect: true });
  const [depth, parent, root] = [0, 1, 2].map(() => new Int32Array(n).fill(-1));
  const blocked = erased;
  // Tips and queue in one: together with the rest 23.25 bytes an object at most.
  const queue = new Int32Array(n);

  /** Walks from some reasons and gives another to what is found of the reasons `open`. */
  function* walk(isTip: (reason: number) => boolean, isOpen: (reason: number) => boolean, found: number) {
    const tips = placesOf(reason, isTip, queue);
    for (let i = 0; i < n; i++) blocked[i] = Number(!isTip(reason[i]) && !isOpen(reason[i]));
    if (tips.length > 0) yield { tips, blocked, into: { depth, parent, root }, queue };
    for (let i = 0; i < n; i++) if (depth[i] > 0 && isOpen(reason[i])) reason[i] = found;
  }
  const { erasure, legal_hold, protected: guarded, reachable, referenced, uneconomic, unreached } = REASON;
  yield* walk(
    (r) => r === legal_hold || r === guarded,
    (r) => r > reachable,
    reachable,
  );
  yield* walk(
    (r) => r > reachable && r < referenced,
    (r) => r === unreached,
    referenced,
  );

  const action = new Uint8Array(n);
  const { isWorth } = createCostModel(columns, policy, asOfMs);
  const moves = transitionClasses(columns, policy);
  for (let i = 0; i < n; i++) {
    if (reason[i] !== unreached || !moves[columns.class[i]]) continue;
    reason[i] = uneconomic;
    if (isWorth(i)) action[i] = ACTION.transition;
  }
  yield* walk(
    (r) => r === uneconomic,
    (r) => r === unreached,
    referenced,
  );

  for (let i = 0; i < n; i++) {
    if (action[i] === ACTION.transition) {
      reason[i] = unreached;
      depth[i] = -1;
      root[i] = -1;
    } else if (reason[i] === unreached || reason[i] === erasure) action[i] = ACTION.delete;
    if (depth[i] > 0) rule[i] = rule[root[i]];
  }
  const rules = ruleNames(columns, policy);
  return { reason, action, depth, parent, root, rule, rules, ...findConflicts(columns, asOfMs) };
}

/**
 * Which objects may go and why, by a retention policy: for each the first rule that fits. Erased objects keep nothing
 * alive; whatever else stays is a tip of a walk along strong edges, so no object that stays needs one that goes.
 *
 * | reason | action | when |
 * |---|---|---|
 * | `erasure` | delete | an active erasure matches it, and no hold that wins |
 * | `legal_hold`, `protected` | keep | an active hold or protection matches it |
 * | `reachable` | keep | one of these needs it |
 * | `exception`, `minimal_keep` | keep | the policy lists it, or it is among the best of its group |
 * | `unknown` | keep | without a class of the policy or a time of creation |
 * | `grace`, `young`, `recent_access`, `class_keep` | keep | too new, used too lately, or of a class that stays |
 * | `referenced` | keep | an object of the four lines above needs it, or one of the next line |
 * | `uneconomic` | keep | moving it to cold storage would not pay; `unreached` with action transition when it would |
 * | `unreached` | delete | the rest |
 *
 * @param input columns of the objects and `csr`, the strong edges (a source needs its target) between them
 * @param asOfMs epoch ms at which ages are counted and selectors must be active
 * @param snapshotAtMs epoch ms from which the policy's grace is counted back, when the lists were made
 */
export function decide(
  input: GcColumns & { csr: Csr },
  policy: RetentionPolicy,
  asOfMs: number,
  snapshotAtMs: number = asOfMs,
): GcDecision {
  const steps = decisionSteps(input, policy, asOfMs, snapshotAtMs);
  let step = steps.next();
  while (!step.done) {
    const { tips, ...options } = step.value;
    reach(input.csr, tips, options);
    step = steps.next();
  }
  return step.value;
}
