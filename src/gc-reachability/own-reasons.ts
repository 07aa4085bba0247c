import { DAY_MS, HOUR_MS } from "../core/time.js";
import { firstMatches } from "./first-matches.js";
import { minimalKeep } from "./minimal-keep.js";
import { REASON } from "./reasons.js";
import type { RetentionPolicy } from "./retention-policy.js";
import { isHolding, isProtecting } from "./selector-rows.js";
import type { GcColumns } from "./types.js";

/** Why each object would stay or go if nothing needed it, and by which rule of {@link ruleNames}; -1 for none. */
export interface OwnReasons {
  reason: Uint8Array;
  rule: Int32Array;
}

/** Names of holds, protections, exceptions and minimal-keep rules, in this order; {@link OwnReasons.rule} indexes them. */
export function ruleNames({ holds, protections }: GcColumns, policy: RetentionPolicy): string[] {
  return [
    ...holds.map(({ holdId }) => holdId),
    ...protections.map(({ name }) => name),
    ...policy.exceptions.map(({ id, prefix }) => (id === undefined ? `prefix:${prefix}` : `id:${id}`)),
    ...policy.minimal_keep.map((_, i) => `minimal_keep[${i}]`),
  ];
}

/** The rules on class, time and use: `unreached` where none of them keeps an object. */
function reasonByAge(
  { classes, class: classCode, createdAtMs, lastAccessAtMs }: GcColumns,
  policy: RetentionPolicy,
  asOfMs: number,
  snapshotAtMs: number,
): (object: number) => number {
  const rules = classes.map((name) => (Object.hasOwn(policy.classes, name) ? policy.classes[name] : undefined));
  const graceFrom = snapshotAtMs - policy.grace_hours * HOUR_MS;
  return (i) => {
    const rule = rules[classCode[i]];
    const created = createdAtMs[i];
    if (!rule || Number.isNaN(created)) return REASON.unknown;
    if (created > graceFrom) return REASON.grace;
    if ((asOfMs - created) / DAY_MS < rule.horizon_days) return REASON.young;
    const used = Number.isNaN(lastAccessAtMs[i]) ? created : Math.max(created, lastAccessAtMs[i]);
    if ((asOfMs - used) / DAY_MS < rule.access_days) return REASON.recent_access;
    return rule.on_expire === "keep" ? REASON.class_keep : REASON.unreached;
  };
}

/**
 * The first rule that fits each object by itself, edges left aside: erasure, hold, protection, exception, minimal keep,
 * the rules on age, or else `unreached`. Of several rows that match, the first counts.
 *
 * @param erased of {@link erasedObjects}
 * @param options.protect false: as if there were no holds and no protections
 */
export function ownReasons(
  columns: GcColumns,
  policy: RetentionPolicy,
  asOfMs: number,
  snapshotAtMs: number,
  erased: Uint8Array,
  { protect }: { protect: boolean },
): OwnReasons {
  const { n, holds, protections } = columns;
  const byAge = reasonByAge(columns, policy, asOfMs, snapshotAtMs);
  const reason = new Uint8Array(n);
  for (let i = 0; i < n; i++) reason[i] = erased[i] === 1 ? REASON.erasure : byAge(i);
  const rule = new Int32Array(n).fill(-1);
  const set = (code: number, first: number) => (object: number, row: number) => {
    if (reason[object] <= code) return;
    reason[object] = code;
    rule[object] = first + row;
  };

  const exceptionsFrom = holds.length + protections.length;
  if (protect) {
    firstMatches(n, columns.holdRanges, (row) => isHolding(holds[row], asOfMs), set(REASON.legal_hold, 0));
    const isActive = (row: number): boolean => isProtecting(protections[row], asOfMs);
    firstMatches(n, columns.protectionRanges, isActive, set(REASON.protected, holds.length));
  }
  const isException = (row: number): boolean =>
    isProtecting({ expiresAtMs: policy.exceptions[row].expires_at }, asOfMs);
  firstMatches(n, columns.exceptionRanges, isException, set(REASON.exception, exceptionsFrom));
  policy.minimal_keep.forEach((keep, i) => {
    const setKept = set(REASON.minimal_keep, exceptionsFrom + policy.exceptions.length);
    for (const object of minimalKeep(columns, keep, erased)) setKept(object, i);
  });
  return { reason, rule };
}
