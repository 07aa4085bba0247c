import type { GcReport } from "../../src/gc-reachability/index.js";

type Tally = Pick<GcReport["by_reason"][number], "objects" | "bytes" | "monthly_usd">;

/** Objects, bytes and monthly cost added up; `usd` is null where nothing has a price. */
export interface Total {
  objects: number;
  bytes: bigint;
  usd: number | null;
}

export function totalOf(tallies: readonly Tally[]): Total {
  const priced = tallies.flatMap(({ monthly_usd }) => (monthly_usd === null ? [] : [monthly_usd]));
  return {
    objects: tallies.reduce((sum, { objects }) => sum + objects, 0),
    bytes: tallies.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n),
    usd: priced.length > 0 ? priced.reduce((a, b) => a + b, 0) : null,
  };
}

/** Sums by what happens: erasures are purged at once, other deletes are quarantined first. */
export function phaseTotals({ by_reason }: GcReport) {
  const of = (wanted: (row: GcReport["by_reason"][number]) => boolean) => totalOf(by_reason.filter(wanted));
  return {
    purge: of(({ action, reason }) => action === "delete" && reason === "erasure"),
    quarantine: of(({ action, reason }) => action === "delete" && reason !== "erasure"),
    deletes: of(({ action }) => action === "delete"),
    moves: of(({ action }) => action === "transition"),
    keeps: of(({ action }) => action === "keep"),
    all: totalOf(by_reason),
  };
}
