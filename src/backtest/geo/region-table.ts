import { clopperPearson } from "../../core/clopper-pearson.js";
import { compareUtf8 } from "../../core/compare-utf8.js";
import { InputError } from "../../core/errors.js";
import { poissonInterval } from "../../core/poisson-interval.js";
import type { EventTable, LabelTable, MatchResult } from "../types.js";
import type { LabelPlaces } from "./label-places.js";
import type { RegionExposure } from "./region-tally.js";
import type { RegionCell, RegionRow, RegionTable } from "./regions-schema.js";
import type { Regions } from "./types.js";
import { hasPosition } from "./walk-segments.js";

/** Options of {@link regionTable}. */
export interface RegionTableOptions {
  /** Cells where less was driven are marked: their rates say little. */
  minKm: number;
  /** Of the intervals, between 0 and 1. */
  level: number;
}

/**
 * 10 km are some thirty passes through a cell of H3 resolution 9. With less, a single event more or less moves the rate
 * by over 100 per 1000 km, which is more than the rates that cells are compared for.
 */
export const DEFAULT_REGION_TABLE_OPTIONS: RegionTableOptions = Object.freeze({ minKm: 10, level: 0.95 });

/** Input of {@link regionTable}. */
export interface RegionTableInput {
  exposure: RegionExposure;
  events: EventTable;
  /** Labels with their pairs and places; null where there are none. */
  labels: { table: LabelTable; match: MatchResult; places: LabelPlaces } | null;
}

interface Counts {
  events: number;
  hits: number;
  labels: number;
  found: number;
}

/** Counts by region and trigger, and apart those without a position or outside of all named areas. */
function countRegions(regions: Regions, { events, labels }: RegionTableInput) {
  const counts = new Map<string, Map<string, Counts>>();
  const apart = { withoutPosition: { events: 0, labels: 0 }, outside: { events: 0, labels: 0 } };

  function add(what: "events" | "labels", trigger: string, lat: number, lon: number, paired: boolean): void {
    if (!hasPosition(lat, lon)) {
      apart.withoutPosition[what]++;
      return;
    }
    const id = regions.at(lat, lon);
    if (id === null) {
      apart.outside[what]++;
      return;
    }
    const ofRegion = counts.get(id) ?? new Map<string, Counts>();
    const own = ofRegion.get(trigger) ?? { events: 0, hits: 0, labels: 0, found: 0 };
    counts.set(id, ofRegion.set(trigger, own));
    own[what]++;
    if (paired) own[what === "events" ? "hits" : "found"]++;
  }

  for (let row = 0; row < events.onsetTs.length; row++) {
    const paired = labels !== null && labels.match.labelOfEvent[row] >= 0;
    add("events", events.triggerIds[events.trigger[row]], events.lat[row], events.lon[row], paired);
  }
  for (let row = 0; labels !== null && row < labels.table.ts.length; row++) {
    const { table, places, match } = labels;
    add("labels", table.triggerIds[table.trigger[row]], places.lat[row], places.lon[row], match.eventOfLabel[row] >= 0);
  }
  return { counts, ...apart };
}

/** A row of the table; figures that need labels are null where the trigger has none anywhere. */
function rowOf(
  cell: RegionCell,
  trigger: string,
  { events, hits, labels, found }: Counts,
  labelled: boolean,
  level: number,
): RegionRow {
  const mean = poissonInterval(events, level);
  const per1000 = (count: number) => (cell.km > 0 ? (1000 * count) / cell.km : null);
  const precision = clopperPearson(hits, labelled ? events : 0, level);
  const recall = clopperPearson(found, labels, level);
  return {
    cell: cell.cell,
    trigger,
    km: cell.km,
    below_min_km: cell.below_min_km,
    events,
    alerts_per_1000km: per1000(events),
    alerts_per_1000km_low: per1000(mean.low),
    alerts_per_1000km_high: per1000(mean.high),
    labels: labelled ? labels : null,
    tp: labelled ? hits : null,
    fp: labelled ? events - hits : null,
    fn: labelled ? labels - found : null,
    precision: precision.rate,
    precision_low: precision.low,
    precision_high: precision.high,
    recall: recall.rate,
    recall_low: recall.low,
    recall_high: recall.high,
  };
}

/**
 * Breaks events, labels and what was driven down by region. An event counts in the region of its onset; a label in that
 * of the vehicle's position nearest to its start. So an event and its label may lie in neighbouring regions: precision is
 * of the region's events, recall of its labels.
 *
 * Intervals are exact for one row (Garwood, 1936, for rates; Clopper & Pearson, 1934, for shares), and take events for
 * independent of one another: where one vehicle gives most of them they are too narrow. With many rows some exclude the
 * overall rate by chance.
 *
 * @throws InputError for a negative `minKm`
 * @example regionTable(regions, { exposure, events, labels: null }).cells // every driven cell, marked below 10 km
 */
export function regionTable(
  regions: Regions,
  input: RegionTableInput,
  options: Partial<RegionTableOptions> = {},
): RegionTable {
  const { minKm, level } = { ...DEFAULT_REGION_TABLE_OPTIONS, ...options };
  if (!(minKm >= 0)) throw new InputError(`minKm must be 0 or more, got ${minKm}`, { option: "minKm" });
  const { counts, withoutPosition, outside } = countRegions(regions, input);
  const { ids, micrometres } = input.exposure;
  const km = new Map(ids.map((id, place) => [id, micrometres[place] / 1e9]));
  const cells = [...new Set([...ids, ...counts.keys()])].sort(compareUtf8).map((cell): RegionCell => {
    const driven = km.get(cell) ?? 0;
    return { cell, km: driven, below_min_km: driven < minKm };
  });
  const table = input.labels?.table;
  const labelled = new Set(Array.from(table?.trigger ?? [], (code) => table?.triggerIds[code]));
  const rows = cells.flatMap((cell) =>
    [...(counts.get(cell.cell) ?? [])]
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([trigger, own]) => rowOf(cell, trigger, own, labelled.has(trigger), level)),
  );
  return {
    by: regions.name,
    min_km: minKm,
    level,
    cells,
    rows,
    without_position: withoutPosition,
    outside: { ...outside, km: input.exposure.outside / 1e9 },
  };
}
