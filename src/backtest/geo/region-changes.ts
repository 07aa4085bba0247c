import { compareUtf8 } from "../../core/compare-utf8.js";
import type { RegionChange, RegionRow, RegionTable } from "./regions-schema.js";

function changeOf({ cell, trigger, km, below_min_km }: RegionRow, before: number, after: number): RegionChange {
  const per1000 = (count: number) => (km > 0 ? (1000 * count) / km : null);
  return {
    cell,
    trigger,
    km,
    below_min_km,
    events_before: before,
    events_after: after,
    events_difference: after - before,
    alerts_per_1000km_before: per1000(before),
    alerts_per_1000km_after: per1000(after),
    alerts_per_1000km_difference: per1000(after - before),
  };
}

/**
 * What a policy changes in each region against a baseline over the same rows: a row for each region and trigger that has
 * events under either, in the order of both. Whether the events are the same ones, and how sure the difference is over
 * all, is what the comparison of the two runs says.
 */
export function regionChanges(before: RegionTable, after: RegionTable): RegionChange[] {
  const key = ({ cell, trigger }: RegionRow) => JSON.stringify([cell, trigger]);
  const was = new Map(before.rows.map((row) => [key(row), row]));
  const is = new Map(after.rows.map((row) => [key(row), row]));
  return [...new Map([...was, ...is])]
    .map(([place, row]) => changeOf(row, was.get(place)?.events ?? 0, is.get(place)?.events ?? 0))
    .filter(({ events_before, events_after }) => events_before + events_after > 0)
    .sort((a, b) => compareUtf8(a.cell, b.cell) || compareUtf8(a.trigger, b.trigger));
}
