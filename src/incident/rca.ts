import { type BlastRadius, blastRadius } from "./blast-radius.js";
import { detectionDelay } from "./detection-delay.js";
import { firstBad } from "./first-bad.js";
import { isoSeconds } from "./iso-seconds.js";
import { isRatio, kpiFindings, whileBad } from "./kpi-findings.js";
import { modelProbes, type SampleTable } from "./model-probes.js";
import { proposedSeverity } from "./proposed-severity.js";
import { rankEvents } from "./rank-events.js";
import type { RcaFile } from "./rca-file.js";
import { type ReplayTable, replayVerdict } from "./replay-verdict.js";
import { rootCauseClass } from "./root-cause-class.js";
import { searchSlices } from "./slices/search-slices.js";
import { sliceVerdict } from "./slices/slice-verdict.js";
import type { ChangeEvent, FirstBad, Kpi, RankedEvent, Slice, SliceTable } from "./types.js";

/** What an analysis is made of; the log of changes may be empty. */
export interface RcaInput {
  kpi: Kpi;
  /** The log of changes. */
  events: readonly ChangeEvent[];
  slices?: SliceTable;
  samples?: SampleTable;
  replay?: ReplayTable;
}

export interface RcaOptions {
  /** Which way is bad; default `auto`. */
  direction?: "auto" | "up" | "down";
  /** Cost of one bad request; default none. */
  costPerBad?: number;
  /** Objective of a ratio, for example 0.999; default none. */
  sloTarget?: number;
}

export const DEFAULT_RCA_OPTIONS = Object.freeze({ direction: "auto" } as const);

/** The findings of an analysis as plain JSON, times as ISO 8601 in UTC. */
export type Rca = Omit<RcaFile, "schema" | "version" | "createdFrom" | "warnings">;

/**
 * The whole analysis of an incident: when the KPI first went bad, which listed event fits, which slice carries it, how
 * far it reached, what changed in a model's answers, and whether a fix holds.
 *
 * @throws InputError as its parts do: `firstBad`, `searchSlices`, `rankEvents`, `blastRadius`, `modelProbes`, `replayVerdict`
 * @example
 * const { firstBad, events } = rca({ kpi, events: log, slices });
 */
export function rca({ kpi, events, slices, samples, replay }: RcaInput, options: RcaOptions = {}): Rca {
  const { direction, costPerBad, sloTarget } = { ...DEFAULT_RCA_OPTIONS, ...options };
  const found = firstBad(kpi, { direction });
  const log = events.map(inSeconds);
  const tested = replay ? replayVerdict(replay) : null;
  if (found === null) return { ...quiet(kpi), replay: tested };
  const carriers = slices ? searchSlices(slices, found) : [];
  const where = carriers[0]?.where;
  const ranked = rankEvents(found, log, where ? { where } : {});
  const probes = samples ? modelProbes(samples, found, where ? { where } : {}) : null;
  const radius = blastRadius(kpi, found, { slices, costPerBad, target: sloTarget });
  const alert = detectionDelay(kpi, found);
  const root = rootCauseClass(ranked, carriers);
  return {
    firstBad: { ...moment(found), kind: found.kind, direction: found.direction },
    recovered: found.recovered && moment(found.recovered),
    events: ranked.events.map((event) => listed(event, log)),
    noListedEventPosterior: ranked.noListedEventPosterior,
    slices: carriers.map(finite),
    sliceVerdict: slices ? sliceVerdict(carriers) : null,
    blastRadius: radius,
    probes,
    replay: tested,
    rootCauseClass: root.rootCauseClass,
    rootCauseWhy: root.why,
    severity: severityOf(kpi, found, radius),
    detection: { monitorAlert: alert && { ...alert, time: isoSeconds(alert.time) } },
    kpi: kpiFindings(kpi, found),
  };
}

function quiet(kpi: Kpi): Rca {
  return {
    firstBad: null,
    recovered: null,
    events: [],
    noListedEventPosterior: 1,
    slices: [],
    sliceVerdict: null,
    blastRadius: {
      ...{ badSeconds: 0, requests: 0, excessBad: 0, excessBadLow: 0, excessBadHigh: 0 },
      ...{ byDimension: {}, geos: [], cost: null, slo: null },
    },
    probes: null,
    replay: null,
    rootCauseClass: "unknown",
    rootCauseWhy: "the KPI is quiet",
    severity: null,
    detection: { monitorAlert: null },
    kpi: kpiFindings(kpi, null),
  };
}

/** Whole seconds are as fine as the file's times are. */
function inSeconds(event: ChangeEvent): ChangeEvent {
  const floor = (ms: number) => Math.floor(ms / 1000) * 1000;
  return {
    ...event,
    time: floor(event.time),
    ...(event.endTime === undefined ? {} : { endTime: floor(event.endTime) }),
  };
}

type Moment = Pick<FirstBad, "index" | "time" | "timeLow" | "timeHigh" | "level">;

const moment = ({ index, time, timeLow, timeHigh, level }: Moment) => ({
  index,
  ...{ time: isoSeconds(time), timeLow: isoSeconds(timeLow), timeHigh: isoSeconds(timeHigh) },
  level,
});

/** A ranked event with what its log says of it. */
function listed(ranked: RankedEvent, events: readonly ChangeEvent[]): Rca["events"][number] {
  const event = events.find(({ eventId }) => eventId === ranked.eventId) as ChangeEvent;
  return {
    ...ranked,
    time: isoSeconds(event.time),
    endTime: event.endTime === undefined ? null : isoSeconds(event.endTime),
    target: event.target,
    scope: event.scope ?? null,
    description: event.description ?? null,
  };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function finite({ before, after, delta, weight, weightBefore, pValue, ...slice }: Slice): Rca["slices"][number] {
  return {
    ...slice,
    ...{ before: finiteOrNull(before), after: finiteOrNull(after), delta: finiteOrNull(delta) },
    ...{ weight: finiteOrNull(weight), weightBefore: finiteOrNull(weightBefore), pValue: finiteOrNull(pValue) },
  };
}

function severityOf(kpi: Kpi, found: FirstBad, { excessBad, requests }: BlastRadius): Rca["severity"] {
  if (isRatio(kpi) && requests !== null) {
    return proposedSeverity(requests > 0 ? Math.max(0, excessBad) / requests : 0, "requests");
  }
  const { observed, expected } = whileBad(kpi, found);
  if (observed === null || expected === null || expected === 0) return proposedSeverity(0, "level");
  return proposedSeverity(Math.abs(observed - expected) / Math.abs(expected), "level");
}
