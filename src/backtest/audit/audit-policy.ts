import { compareUtf8 } from "../../core/compare-utf8.js";
import { quantile } from "../../core/statistics.js";
import { isoUtc } from "../../core/utc.js";
import { matchEvents } from "../score/match-events.js";
import type { EventTable, MatchResult, Policy } from "../types.js";
import { type Agreement, agreementOf, type VehicleCounts } from "./agreement.js";
import { edgeLabels } from "./edge-labels.js";
import { findCauses } from "./find-causes.js";
import type { SpanRows } from "./span-rows.js";
import { AUDIT_CAUSES, type AuditCause, type AuditDifference, type EdgeEvents } from "./types.js";
import { weekOf } from "./week-of.js";

/** What the vehicles reported, and what a replay of the same time gives. */
export interface AuditInput {
  policy: Policy;
  edge: EdgeEvents;
  /** Of all triggers of the policy, over the logs of the same vehicles and weeks. */
  cloud: EventTable;
  /** Rows of the log in each edge event, from onset to end ({@link createSpanRows}). */
  rows: SpanRows;
}

/** Options of {@link auditPolicy}. */
export interface AuditOptions {
  /** Time that may lie between an edge event and its replay, ms, inclusive. */
  toleranceMs?: number;
  /** Seed of the intervals. */
  seed?: number;
}

export const DEFAULT_AUDIT_OPTIONS = Object.freeze({ toleranceMs: 2000, seed: 1 });

/** Events further apart than the tolerance and within this are the same at another time: a clock that is off. */
const FAR_MS = 60_000;

/** How far both sides agree, and what the differences come from. */
export interface AuditCell extends Agreement {
  causes: Record<AuditCause, number>;
  /** Onset of the replay less that of the edge, of the events that both have, ms; null without any. */
  onset_difference_ms: { median: number; p05: number; p95: number } | null;
}

/** What {@link auditPolicy} finds. */
export interface Audit {
  total: AuditCell;
  /** In the order of time; weeks start on Monday 00:00 UTC; an event is in the week of its onset (at the edge, if it has it). */
  weeks: (AuditCell & { week: string })[];
  /** In the order of the policy, then triggers that only the edge has. */
  triggers: (AuditCell & { trigger: string })[];
  /** By the version that the vehicles reported. Null where they reported none. */
  versions: { version: string | null; events: number; matched: number }[];
  differences: AuditDifference[];
}

/** One event of either side or both. */
interface AuditRow {
  trigger: string;
  vehicle: string;
  week: number;
  kind: keyof VehicleCounts;
  cause: AuditCause | null;
  onsetDifference: number;
}

/**
 * Compares the events that vehicles reported with those of a replay of the same policy over their logs: how far they
 * agree in each week, and what the differences come from.
 *
 * Events of the same trigger and vehicle are paired as labels are ({@link matchEvents}). Agreement is the share of pairs
 * among pairs and events of one side alone; its interval is a bootstrap over vehicles. {@link findCauses} tells causes.
 *
 * @throws InputError for a bad tolerance, or an event that ends before it begins
 */
export function auditPolicy(input: AuditInput, options: AuditOptions = {}): Audit {
  const { toleranceMs, seed } = { ...DEFAULT_AUDIT_OPTIONS, ...options };
  const { policy, edge, cloud } = input;
  const match = matchEvents(cloud, edgeLabels(edge), toleranceMs);
  const farMatch = matchLeftOver(edge, cloud, match, Math.max(FAR_MS, toleranceMs));
  const differences = findCauses({ ...input, match, farMatch });
  const rows = auditRows(edge, cloud, match, differences);

  const weeks = [...new Set(rows.map(({ week }) => week))].sort((a, b) => a - b);
  const known = policy.triggers.map(({ id }) => id);
  const others = [...new Set(rows.map(({ trigger }) => trigger))].filter((id) => !known.includes(id)).sort(compareUtf8);
  return {
    total: cellOf(rows, [seed, 0]),
    weeks: weeks.map((week, k) => ({
      week: isoUtc(week).slice(0, 10),
      ...cellOf(
        rows.filter((row) => row.week === week),
        [seed, 1, k],
      ),
    })),
    triggers: [...known, ...others].map((trigger, k) => ({
      trigger,
      ...cellOf(
        rows.filter((row) => row.trigger === trigger),
        [seed, 2, k],
      ),
    })),
    versions: versionsOf(edge, match),
    differences,
  };
}

/** Pairs what a match has left over, with a greater tolerance; rows are those of the whole tables. */
function matchLeftOver(edge: EdgeEvents, cloud: EventTable, match: MatchResult, toleranceMs: number): MatchResult {
  const left = (partners: Int32Array) => Int32Array.from(partners.keys()).filter((row) => partners[row] < 0);
  const [events, labels] = [left(match.labelOfEvent), left(match.eventOfLabel)];
  const far = matchEvents(pickEvents(cloud, events), edgeLabels(pickEdge(edge, labels)), toleranceMs);
  const labelOfEvent = new Int32Array(match.labelOfEvent.length).fill(-1);
  const eventOfLabel = new Int32Array(match.eventOfLabel.length).fill(-1);
  far.labelOfEvent.forEach((label, k) => {
    if (label < 0) return;
    labelOfEvent[events[k]] = labels[label];
    eventOfLabel[labels[label]] = events[k];
  });
  return { labelOfEvent, eventOfLabel, totalDistance: far.totalDistance };
}

/** What pairing needs of some rows. */
function pickEvents(table: EventTable, rows: Int32Array): EventTable {
  const { trigger, vehicle, onsetTs, endTs } = table;
  return { ...table, ...pickSpans({ trigger, vehicle, onsetTs, endTs }, rows) };
}

function pickEdge(table: EdgeEvents, rows: Int32Array): EdgeEvents {
  const { trigger, vehicle, onsetTs, endTs } = table;
  return { ...table, ...pickSpans({ trigger, vehicle, onsetTs, endTs }, rows) };
}

interface Spans {
  trigger: Int32Array;
  vehicle: Int32Array;
  onsetTs: Float64Array;
  endTs: Float64Array;
}

function pickSpans({ trigger, vehicle, onsetTs, endTs }: Spans, rows: Int32Array): Spans {
  return {
    trigger: rows.map((row) => trigger[row]),
    vehicle: rows.map((row) => vehicle[row]),
    onsetTs: Float64Array.from(rows, (row) => onsetTs[row]),
    endTs: Float64Array.from(rows, (row) => endTs[row]),
  };
}

function auditRows(
  edge: EdgeEvents,
  cloud: EventTable,
  match: MatchResult,
  differences: readonly AuditDifference[],
): AuditRow[] {
  const paired = Array.from(edge.trigger.keys()).filter((row) => match.eventOfLabel[row] >= 0);
  return [
    ...paired.map((row) => ({
      trigger: edge.triggerIds[edge.trigger[row]],
      vehicle: edge.vehicleIds[edge.vehicle[row]],
      week: weekOf(edge.onsetTs[row]),
      kind: "matched" as const,
      cause: null,
      onsetDifference: cloud.onsetTs[match.eventOfLabel[row]] - edge.onsetTs[row],
    })),
    ...differences.map(({ side, trigger, vehicle, onset_ts, cause }) => ({
      trigger,
      vehicle,
      week: weekOf(onset_ts),
      kind: side === "edge" ? ("edgeOnly" as const) : ("cloudOnly" as const),
      cause,
      onsetDifference: Number.NaN,
    })),
  ];
}

function cellOf(rows: readonly AuditRow[], seed: readonly number[]): AuditCell {
  const counts = new Map<string, VehicleCounts>();
  const causes = Object.fromEntries(AUDIT_CAUSES.map((cause) => [cause, 0])) as Record<AuditCause, number>;
  for (const { vehicle, kind, cause } of rows) {
    let own = counts.get(vehicle);
    if (!own) {
      own = { matched: 0, edgeOnly: 0, cloudOnly: 0 };
      counts.set(vehicle, own);
    }
    own[kind]++;
    if (cause) causes[cause]++;
  }
  const onsets = rows.filter(({ kind }) => kind === "matched").map(({ onsetDifference }) => onsetDifference);
  return {
    ...agreementOf(counts, seed),
    causes,
    onset_difference_ms:
      onsets.length === 0
        ? null
        : { median: quantile(onsets, 0.5), p05: quantile(onsets, 0.05), p95: quantile(onsets, 0.95) },
  };
}

function versionsOf({ policyVersion }: EdgeEvents, { eventOfLabel }: MatchResult): Audit["versions"] {
  const found = new Map<string | null, { events: number; matched: number }>();
  eventOfLabel.forEach((event, row) => {
    const version = policyVersion?.[row] ?? null;
    const { events, matched } = found.get(version) ?? { events: 0, matched: 0 };
    found.set(version, { events: events + 1, matched: matched + (event >= 0 ? 1 : 0) });
  });
  return [...found]
    .map(([version, tallied]) => ({ version, ...tallied }))
    .sort((a, b) => compareUtf8(a.version ?? "", b.version ?? ""));
}
