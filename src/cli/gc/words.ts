import type { GcReport } from "../../gc-reachability/gc-report.js";
import type { GcExplanation, GcReconciliation, GcWhatIf } from "../../ingest/gc/plan/index.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
/** Steps of a path shown at either end. */
const ENDS = 10;

function bytesText(bytes: number | string): string {
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${value.toLocaleString("en", { maximumFractionDigits: unit === 0 ? 0 : 1 })} ${UNITS[unit]}`;
}

const count = (objects: number): string => `${objects.toLocaleString("en")} ${objects === 1 ? "object" : "objects"}`;
const amount = ({ objects, bytes }: { objects: number; bytes: number | string }): string =>
  `${count(objects)}, ${bytesText(bytes)}`;

/** What a person reads after a plan. */
export function planText(report: GcReport, out: string): string {
  if (report.status === "fused") {
    const limits = report.fuse.map(({ limit, allowed, planned }) => `${limit} is ${allowed}, the plan had ${planned}`);
    return `STOPPED by a limit of the policy (${limits.join("; ")}): no candidates, no actions. See ${out}/report.json`;
  }
  const { candidates, kept, saved_monthly_usd: saved, by_reason: reasons } = report;
  const lines = reasons.map(
    ({ reason, action, ...tally }) => `  ${action.padEnd(10)} ${reason.padEnd(13)} ${amount(tally)}`,
  );
  return [
    `May go: ${amount(candidates)}${saved === null ? "" : `, about $${saved.toFixed(2)} a month saved`}`,
    `Stays:  ${amount(kept)}`,
    ...lines,
    `Plan ${report.plan_digest.slice(0, 12)} in ${out}; run gc verify before each phase`,
  ].join("\n");
}

/** What should be looked at before the plan is carried out. */
export function planWarnings(report: GcReport): string[] {
  const { conflict_count, unmatched_count, unpriced, integrity, unmatched_selectors } = report;
  return [
    conflict_count > 0 &&
      `${conflict_count} conflict(s) of an erasure with a hold: the plan needs a second approval (report.json, conflicts)`,
    unmatched_count > 0 &&
      `${unmatched_count} selector(s) match no object, e.g. "${unmatched_selectors[0]?.name}" of ${unmatched_selectors[0]?.table} (report.json, unmatched_selectors)`,
    unpriced.objects > 0 &&
      `${count(unpriced.objects)} of a storage class without a price in the policy: not counted in money`,
    integrity &&
      integrity.dangling > 0 &&
      `${integrity.dangling} edge(s) lead to objects that are not listed (integrity.json)`,
    integrity &&
      integrity.tainted > 0 &&
      `erased objects are still referred to, by ${count(integrity.tainted)} (integrity.json, tainted)`,
  ].filter((warning): warning is string => typeof warning === "string");
}

/** What a person reads about one object. */
export function explanationText({ id, words, path, ...object }: GcExplanation): string {
  const hidden = path.length - 2 * ENDS;
  const shown = hidden > 1 ? [...path.slice(0, ENDS), `… ${hidden} more …`, ...path.slice(-ENDS)] : path;
  return [
    id,
    `  ${object.kind ?? "no kind"}, class ${object.class ?? "none"}, ${bytesText(object.size_bytes)}`,
    `  ${words}`,
    ...(object.target_storage_class === null ? [] : [`  To: ${object.target_storage_class}`]),
    ...(path.length > 1 ? ["  Needed by:", ...shown.slice(1).map((step) => `    ${step}`)] : []),
  ].join("\n");
}

/** What a person reads about a what-if. */
export function whatIfText({ drop, freed, by_class, by_kind, moved, kept_instead }: GcWhatIf): string {
  const group = (name: string | null, tally: { objects: number; bytes: number | string }): string =>
    `    ${(name ?? "none").padEnd(20)} ${amount(tally)}`;
  return [
    `Without ${drop.join(", ")} in addition ${amount(freed)} would go`,
    ...(by_class.length > 0 ? ["  by class", ...by_class.map((row) => group(row.class, row))] : []),
    ...(by_kind.length > 0 ? ["  by kind", ...by_kind.map((row) => group(row.kind, row))] : []),
    ...(moved.objects > 0 ? [`  moved to cold storage: ${amount(moved)}`] : []),
    ...(kept_instead.objects > 0 ? [`  kept instead: ${amount(kept_instead)}`] : []),
  ].join("\n");
}

/** What a person reads about a plan that was carried out. */
export function reconciliationText(found: GcReconciliation): string {
  const alarm = found.gone_but_not_planned;
  return [
    alarm.objects > 0
      ? `ALARM: ${amount(alarm)} went that the plan did not let go`
      : "Nothing went that was not planned",
    ...alarm.ids.slice(0, ENDS).map((id) => `    ${id}`),
    ...(alarm.objects > ENDS ? ["    …"] : []),
    `  planned and gone:    ${amount(found.planned_and_gone)}`,
    `  planned but present: ${amount(found.planned_but_present)}`,
    `  new:                 ${amount(found.new)}`,
    ...found.by_class.map(
      (row) =>
        `  ${row.class ?? "no class"}: ${bytesText(row.before_bytes)} before, ${bytesText(row.after_bytes)} after`,
    ),
  ].join("\n");
}
