import type { DriftEntry, DriftReport } from "../../drift/index.js";

/** Lines of a list that are shown. */
const SHOWN = 20;
const SHOWN_PARTS = 8;

const EFFECTS: Readonly<Record<DriftEntry["effect"]["name"], string>> = {
  ks_d: "KS distance",
  tvd: "total variation",
  missing_rate: "missing rate",
};

/** Three digits: enough to see by how much a bound misses the threshold. */
export const digits = (value: number | null): string => (value === null ? "?" : String(Number(value.toPrecision(3))));
const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;
const probability = (p: number | null): string => (p === null ? "no p" : p < 1e-4 ? "p < 0.0001" : `p ${digits(p)}`);

/** A cell by feature, slice and window. */
function place({ feature, slice, window }: DriftEntry): string {
  const where = Object.entries(slice ?? {}).map(([column, value]) => `${column}=${value}`);
  return [feature, ...where, ...(window ? [window.start] : [])].join(" ");
}

function listed(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > SHOWN ? [`  and ${lines.length - SHOWN} more`] : [];
  return [head, ...lines.slice(0, SHOWN).map((line) => `  ${line}`), ...more];
}

function driftLine(entry: DriftEntry, { effect, test }: Pick<DriftEntry, "effect" | "test">): string {
  const { name, value, lower, upper } = effect;
  return `${place(entry)}: ${EFFECTS[name]} ${digits(value)} [${digits(lower)}, ${digits(upper)}], adjusted ${probability(test.p_adjusted)}`;
}

function openLine(entry: DriftEntry): string {
  const { effect, reason, n_needed, n_reference, n_current } = entry;
  if (reason === "no_values") return `${place(entry)}: a side has no value`;
  const rows = `${n_reference} and ${n_current} rows`;
  const needs = n_needed === null ? "" : `, ${n_needed} a side would tell`;
  return `${place(entry)}: ${EFFECTS[effect.name]} ${digits(effect.value)} [${digits(effect.lower)}, ${digits(effect.upper)}] with ${rows}${needs}`;
}

function columnLines({ added, removed, retyped }: DriftReport["columns"]): string[] {
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  return [
    ...(added.length > 0 ? [`columns only the current rows have: ${quoted(added)}`] : []),
    ...(removed.length > 0 ? [`columns only the reference has: ${quoted(removed)}`] : []),
    ...retyped.map(
      ({ column, reference, current }) => `column "${column}": ${reference} in the reference, now ${current}`,
    ),
  ];
}

function levelLines(entries: readonly DriftEntry[]): string[] {
  return entries
    .filter(({ new_levels }) => new_levels !== null && new_levels.count > 0)
    .map(({ feature, new_levels }) => {
      const { count, names } = new_levels as NonNullable<DriftEntry["new_levels"]>;
      const shown = names.slice(0, 5).join(", ");
      return `${feature}: ${shown}${count > 5 ? ` and ${count - 5} more` : ""}`;
    });
}

/** Entries that drifted, the largest effect first. */
function driftedOf(entries: readonly DriftEntry[]): DriftEntry[] {
  return entries
    .filter(({ verdict }) => verdict === "drift")
    .sort((a, b) => (b.effect.value ?? 0) - (a.effect.value ?? 0));
}

/** `5 drifted, 6 stable, 0 inconclusive` */
function counts(entries: readonly DriftEntry[]): string {
  const count = (wanted: DriftEntry["verdict"]) => entries.filter(({ verdict }) => verdict === wanted).length;
  return `${count("drift")} drifted, ${count("stable")} stable, ${count("inconclusive")} inconclusive`;
}

/** Slices and windows, of which there may be thousands. */
function partLines(parts: readonly DriftEntry[]): string[] {
  if (parts.length === 0) return [];
  const head = `slices and windows, ${plural(parts.length, "cell")}: ${counts(parts)}`;
  const drifted = driftedOf(parts);
  const more = drifted.length > SHOWN_PARTS ? [`  and ${drifted.length - SHOWN_PARTS} more`] : [];
  return [head, ...drifted.slice(0, SHOWN_PARTS).map((entry) => `  ${driftLine(entry, entry)}`), ...more];
}

/** What a person reads of a comparison: drifted features by effect, what too few rows leave open, then the parts. */
export function driftText(report: DriftReport, out: string): string {
  const { rows, features, columns, dataset } = report;
  const whole = features.filter(({ slice, window }) => !slice && !window);
  const parts = features.filter(({ slice, window }) => slice || window);
  const missing = whole.flatMap((entry) =>
    entry.missingness?.verdict === "drift" ? [driftLine(entry, entry.missingness)] : [],
  );
  return [
    `${plural(whole.length, "feature")}, ${rows.reference} reference and ${rows.current} current rows: ${counts(whole)}`,
    ...listed(
      "drift, largest effect first:",
      driftedOf(whole).map((entry) => driftLine(entry, entry)),
    ),
    ...listed("missing more or less often:", missing),
    ...listed("new levels:", levelLines(whole)),
    ...listed("inconclusive:", whole.filter(({ verdict }) => verdict === "inconclusive").map(openLine)),
    ...partLines(parts),
    ...listed(
      "first drift:",
      dataset.first_drift.map(({ feature, slice, start, since }) => {
        const where = Object.entries(slice ?? {}).map(([column, value]) => ` ${column}=${value}`);
        return `${feature}${where.join("")}: ${start}${since === null ? ", not lasting" : since === start ? "" : `, lasting since ${since}`}`;
      }),
    ),
    ...columnLines(columns),
    `-> ${out}`,
  ].join("\n");
}
