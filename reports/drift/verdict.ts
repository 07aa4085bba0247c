import type { DriftEntry, DriftFile } from "../../src/drift/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, listedUpTo } from "../capacity-plan/words.js";
import { utcWords } from "../utc-words.js";
import { warningCells } from "../warning-cells.js";
import { largestFirst, wholeEntries } from "./entries.js";
import { effectWords, missingWords, placeWords, sliceWords } from "./words.js";

/** Features told one by one. */
const TOLD = 6;

function ofVerdict(entries: readonly DriftEntry[], verdict: DriftEntry["verdict"]): DriftEntry[] {
  return largestFirst(entries.filter((entry) => entry.verdict === verdict));
}

function named(entries: readonly { feature: string }[]): string {
  return listedUpTo(
    entries.map(({ feature }) => feature),
    TOLD,
  );
}

function conclusion(result: DriftFile): string {
  const whole = wholeEntries(result);
  if (whole.length === 0) return "The tables have no feature in common.";
  const drifted = ofVerdict(whole, "drift");
  const open = ofVerdict(whole, "inconclusive").length;
  const among = counted(whole.length, "feature");
  const rest = open > 0 ? ` ${counted(open, "feature")} cannot be told with these rows.` : "";
  if (drifted.length > 0) return `${figure(drifted.length)} of ${among} drifted: ${named(drifted)}.${rest}`;
  const local = partsWithDrift(result).length;
  const parts = local > 0 ? ` As a whole, that is: ${counted(local, "part")} of the rows drifted.` : "";
  return `None of ${among} drifted.${parts}${rest}`;
}

/** Cells of slices and windows whose feature did not drift as a whole, the surest first: small parts have large effects by chance. */
function partsWithDrift(result: DriftFile): DriftEntry[] {
  const whole = new Set(ofVerdict(wholeEntries(result), "drift").map(({ feature }) => feature));
  return result.features
    .filter(
      ({ feature, slice, window, verdict }) =>
        verdict === "drift" && !whole.has(feature) && (slice !== null || window !== null),
    )
    .sort((a, b) => a.test.p_adjusted! - b.test.p_adjusted!);
}

function partWords(result: DriftFile): string {
  const parts = partsWithDrift(result);
  if (parts.length === 0) return "";
  const [first] = parts;
  const more = parts.length > 1 ? ` and ${counted(parts.length - 1, "other part")} of the rows` : "";
  return `Only in part: ${first.feature}${placeWords(first)}, ${effectWords(first.effect)}${more}.`;
}

function driftWords(entry: DriftEntry): string {
  const fresh = entry.new_levels && entry.new_levels.count > 0 ? `; new: ${someNames(entry.new_levels)}` : "";
  const gone =
    entry.vanished_levels && entry.vanished_levels.count > 0 ? `; gone: ${someNames(entry.vanished_levels)}` : "";
  return `${entry.feature}: ${entry.effect.name === "tvd" ? "total variation" : "KS distance"} ${effectWords(entry.effect)}, threshold ${figure(entry.effect.threshold)}${fresh}${gone}.`;
}

function someNames({ count, names }: NonNullable<DriftEntry["new_levels"]>): string {
  return listedUpTo(names, 3, count);
}

function firstWords({ dataset: { first_drift } }: DriftFile): string {
  if (first_drift.length === 0) return "";
  const first = first_drift.reduce((a, b) => (b.start < a.start ? b : a));
  const where = first.slice === null ? "" : ` of ${sliceWords(first.slice)}`;
  const lasts = first.since === null ? "which went away" : `and since ${utcWords(first.since)} to the end`;
  return `The first window that drifted began at ${utcWords(first.start)}: ${first.feature}${where}, ${lasts}.`;
}

function missingDrift(result: DriftFile): string[] {
  return wholeEntries(result)
    .filter(({ missingness }) => missingness?.verdict === "drift")
    .slice(0, TOLD)
    .map((entry) => `${entry.feature}: ${missingWords(entry)}.`);
}

function columnWords({ columns: { added, removed, retyped } }: DriftFile): string {
  const parts = [
    added.length > 0 ? `added: ${listed(added)}` : "",
    removed.length > 0 ? `removed: ${listed(removed)}` : "",
    retyped.length > 0
      ? `of another type: ${listed(retyped.map(({ column, reference, current }) => `${column} (${reference}, now ${current})`))}`
      : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? `Columns ${parts.join("; ")}.` : "";
}

function tiles(result: DriftFile): Metric[] {
  const whole = wholeEntries(result);
  const count = (verdict: DriftEntry["verdict"]) => whole.filter((entry) => entry.verdict === verdict).length;
  return [
    { label: "Features that drifted", value: count("drift") },
    { label: "Stable", value: count("stable") },
    { label: "Inconclusive", value: count("inconclusive") },
    { label: "Reference rows", value: result.rows.reference },
    { label: "Current rows", value: result.rows.current },
  ];
}

/** What drifted, by how much, since when. */
export function verdictSection(result: DriftFile): Cell[] {
  const drifted = ofVerdict(wholeEntries(result), "drift");
  return [
    heading("verdict", "What drifted?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [
      ...drifted.slice(0, TOLD).map(driftWords),
      ...missingDrift(result),
      partWords(result),
      firstWords(result),
      columnWords(result),
    ]),
    ...warningCells(result.warnings),
  ];
}
