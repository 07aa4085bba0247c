import { decide } from "./decide.js";
import { erasedObjects } from "./erased-objects.js";
import { type ExclusiveByRoot, exclusiveByRoot } from "./exclusive-by-root.js";
import { firstMatches } from "./first-matches.js";
import { mergeRanges } from "./merge-ranges.js";
import { ownReasons } from "./own-reasons.js";
import { type ReachableByRow, reachableByRow } from "./reachable-by-row.js";
import { ACTION, REASON } from "./reasons.js";
import type { RetentionPolicy } from "./retention-policy.js";
import { isErasing, isHolding, isProtecting } from "./selector-rows.js";
import { transitionClasses } from "./transition-classes.js";
import type { Csr, GcColumns, GcDecision, SelectorRanges } from "./types.js";

/** What a hold or a protection matches, keeps and alone keeps. */
export interface RootRow {
  table: "holds" | "protections";
  /** In its table. */
  row: number;
  /** Hold id, or name of the protection. */
  name: string;
  /** Of the protection, or `legal_hold`. */
  type: string;
  /** Whether it counts at the time; one that does not keeps nothing. */
  active: boolean;
  /** Matched by its selector, erased ones too. */
  objects: number;
  /** Matched, or needed by those by strong edges, not through erased ones. */
  reachableObjects: number;
  reachableBytes: bigint;
  /** Deleted in addition if this row alone were dropped and everything decided anew. */
  exclusiveObjects: number;
  exclusiveBytes: bigint;
}

type Input = GcColumns & { csr: Csr };
/** Rows of holds and then of protections under one numbering, as {@link ruleNames} has it. */
type Rows = { ranges: SelectorRanges; isActive: (row: number) => boolean };

function allRows({ holds, holdRanges, protections, protectionRanges }: GcColumns, asOfMs: number): Rows {
  const join = (a: Int32Array, b: Int32Array): Int32Array => {
    const joined = new Int32Array(a.length + b.length);
    joined.set(a);
    joined.set(b, a.length);
    return joined;
  };
  return {
    ranges: {
      row: join(
        holdRanges.row,
        protectionRanges.row.map((row) => row + holds.length),
      ),
      from: join(holdRanges.from, protectionRanges.from),
      to: join(holdRanges.to, protectionRanges.to),
    },
    isActive: (row) =>
      row < holds.length ? isHolding(holds[row], asOfMs) : isProtecting(protections[row - holds.length], asOfMs),
  };
}

/** How many ranges cover each object. */
function coverage(n: number, { from, to }: SelectorRanges): Int32Array {
  const covers = new Int32Array(n + 1);
  for (let k = 0; k < from.length; k++) {
    covers[from[k]]++;
    covers[to[k]]--;
  }
  for (let i = 1; i < n; i++) covers[i] += covers[i - 1];
  return covers;
}

/** Rows of holds without which an object would be erased, where holds win over erasures. */
function shieldingHolds(input: GcColumns, policy: RetentionPolicy, asOfMs: number): Set<number> {
  const shielding = new Set<number>();
  if (policy.erasure_vs_hold !== "hold") return shielding;
  const { n, holds, erasures } = input;
  const active = mergeRanges(input.holdRanges, (row) => isHolding(holds[row], asOfMs));
  const covers = coverage(n, active);
  const holdOf = new Int32Array(n).fill(-1);
  firstMatches(
    n,
    active,
    () => true,
    (object, row) => {
      if (covers[object] === 1) holdOf[object] = row;
    },
  );
  firstMatches(
    n,
    input.erasureRanges,
    (row) => isErasing(erasures[row]),
    (object) => {
      if (holdOf[object] >= 0) shielding.add(holdOf[object]);
    },
  );
  return shielding;
}

/** Something that takes the edges: asked for by {@link rootSummarySteps}, answered as the function of that name does. */
export type RootRequest =
  | { ask: "reachableByRow"; rows: number; ranges: SelectorRanges; blocked: Uint8Array }
  | { ask: "exclusiveByRoot"; rootOf: Int32Array; shared: Uint8Array; blocked: Uint8Array }
  | { ask: "decide"; columns: GcColumns };
export type RootAnswer = ReachableByRow | ExclusiveByRoot | GcDecision;

/** Objects deleted in addition without one hold, by deciding anew: it changes what is erased and what is counted. */
function* freedWithoutHold(
  input: GcColumns,
  decision: GcDecision,
  row: number,
): Generator<RootRequest, { objects: number; bytes: bigint }, RootAnswer> {
  const holds = input.holds.map((hold, i) => (i === row ? { ...hold, releasedAtMs: Number.NEGATIVE_INFINITY } : hold));
  const { action } = (yield { ask: "decide", columns: { ...input, holds } }) as GcDecision;
  const freed = Int32Array.from(action.keys()).filter(
    (i) => action[i] === ACTION.delete && decision.action[i] !== ACTION.delete,
  );
  return { objects: freed.length, bytes: freed.reduce((sum, i) => sum + BigInt(input.sizeBytes[i]), 0n) };
}

/** Objects that no protection and no hold is needed for: the policy keeps them, or would only move them. */
function keptAnyway(
  input: GcColumns,
  policy: RetentionPolicy,
  asOfMs: number,
  snapshotAtMs: number,
  erased: Uint8Array,
): Uint8Array {
  const { reason } = ownReasons(input, policy, asOfMs, snapshotAtMs, erased, { protect: false });
  const moves = transitionClasses(input, policy);
  return reason.map((r, i) => Number(r !== REASON.erasure && (r !== REASON.unreached || moves[input.class[i]])));
}

/**
 * {@link rootSummaries} as a generator that asks for all that takes the edges, so that they can also be walked where the
 * graph does not fit into memory.
 */
export function* rootSummarySteps(
  input: GcColumns,
  policy: RetentionPolicy,
  decision: GcDecision,
  asOfMs: number,
  snapshotAtMs: number = asOfMs,
): Generator<RootRequest, RootRow[], RootAnswer> {
  const { n, holds, protections } = input;
  const rowCount = holds.length + protections.length;
  const { ranges, isActive } = allRows(input, asOfMs);
  const matched = mergeRanges(ranges, () => true);
  const objects = new Int32Array(rowCount);
  matched.row.forEach((row, k) => {
    objects[row] += matched.to[k] - matched.from[k];
  });

  const blocked = erasedObjects(input, policy, asOfMs);
  const active = mergeRanges(matched, isActive);
  const reachable = (yield { ask: "reachableByRow", rows: rowCount, ranges: active, blocked }) as ReachableByRow;
  const shared = keptAnyway(input, policy, asOfMs, snapshotAtMs, blocked);
  const covers = coverage(n, active);
  for (let i = 0; i < n; i++) if (covers[i] > 1) shared[i] = 1;
  const rootOf = new Int32Array(n).fill(-1);
  firstMatches(n, active, isActive, (object, row) => {
    rootOf[object] = row;
  });
  const exclusive = (yield { ask: "exclusiveByRoot", rootOf, shared, blocked }) as ExclusiveByRoot;
  const shielding = shieldingHolds(input, policy, asOfMs);

  const summaries: RootRow[] = [];
  for (let rule = 0; rule < rowCount; rule++) {
    const isHold = rule < holds.length;
    const row = isHold ? rule : rule - holds.length;
    const freed =
      isHold && shielding.has(row)
        ? yield* freedWithoutHold(input, decision, row)
        : { objects: exclusive.objects[rule] ?? 0, bytes: exclusive.exactBytes[rule] ?? 0n };
    summaries.push({
      table: isHold ? "holds" : "protections",
      row,
      name: isHold ? holds[row].holdId : protections[row].name,
      type: isHold ? "legal_hold" : protections[row].type,
      active: isActive(rule),
      objects: objects[rule],
      reachableObjects: reachable.objects[rule],
      reachableBytes: reachable.bytes[rule],
      exclusiveObjects: freed.objects,
      exclusiveBytes: freed.bytes,
    });
  }
  return summaries;
}

/**
 * One row for each hold and then each protection, in their order: what it matches, what it keeps alive, and what would
 * be deleted if it alone were dropped under the whole policy. Rows that do not count at the time keep nothing.
 *
 * Exclusive figures come from {@link exclusiveByRoot} for all rows at once; objects of two rows are shared, and so is
 * what the policy keeps or only moves in any case. A hold that shields an object from erasure is decided anew without
 * it, since erased objects neither keep others nor count in minimal_keep; objects that this brings back from deletion
 * are not subtracted.
 *
 * @param decision of {@link decide} for the same arguments
 */
export function rootSummaries(
  input: Input,
  policy: RetentionPolicy,
  decision: GcDecision,
  asOfMs: number,
  snapshotAtMs: number = asOfMs,
): RootRow[] {
  const { csr, sizeBytes } = input;
  const answer = (request: RootRequest): RootAnswer => {
    if (request.ask === "decide") return decide({ ...request.columns, csr }, policy, asOfMs, snapshotAtMs);
    if (request.ask === "exclusiveByRoot") {
      return exclusiveByRoot(csr, request.rootOf, request.shared, sizeBytes, { blocked: request.blocked });
    }
    return reachableByRow(csr, request.rows, request.ranges, request.blocked, sizeBytes);
  };
  const steps = rootSummarySteps(input, policy, decision, asOfMs, snapshotAtMs);
  let step = steps.next();
  while (!step.done) step = steps.next(answer(step.value));
  return step.value;
}
