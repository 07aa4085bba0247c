import { compareUtf8 } from "../../core/compare-utf8.js";
import type { ExposureOptions } from "../score/exposure-options.js";
import type { ColumnarLog } from "../types.js";
import type { Regions } from "./types.js";
import { createSegmentWalk, wholeMicrometres } from "./walk-segments.js";

/** What was driven in each region. */
export interface RegionExposure {
  /** Regions with a driven piece, by their UTF-8 bytes. */
  ids: readonly string[];
  /** Whole micrometres, by region. */
  micrometres: Float64Array;
  /** Micrometres outside of all named areas; 0 of a grid. */
  outside: number;
}

/**
 * Measures what was driven in each region, over chunks of rows (see `createExposure`, whose rule of what counts this
 * follows). Each piece between two positions belongs to the region of its first.
 *
 * @returns `finish` gives what {@link mergeRegionExposures} joins; the result is the same for any chunks and any threads
 *
 * @example
 * const tally = createRegionTally(await createRegions({ kind: "h3", resolution: 9 }));
 * for (const chunk of chunks) tally.push(chunk);
 * const { ids, micrometres } = tally.finish();
 */
export function createRegionTally(
  regions: Regions,
  options: Partial<ExposureOptions> = {},
): { push(log: ColumnarLog): void; finish(): RegionExposure } {
  const walk = createSegmentWalk(options);
  const sums = new Map<string | null, { micrometres: number }>();
  let last: string | null | undefined;
  let sum = { micrometres: 0 };
  const add = (_: string, lat: number, lon: number, metres: number): void => {
    const id = regions.at(lat, lon);
    if (id !== last) {
      last = id;
      sum = sums.get(id) ?? { micrometres: 0 };
      sums.set(id, sum);
    }
    sum.micrometres += wholeMicrometres(metres);
  };
  return {
    push: (log) => walk(log, add),
    finish: () => exposureOf(new Map(Array.from(sums, ([id, { micrometres }]) => [id, micrometres]))),
  };
}

/** One exposure from those of several parts of a log. */
export function mergeRegionExposures(parts: readonly RegionExposure[]): RegionExposure {
  const sums = new Map<string | null, number>();
  for (const { ids, micrometres, outside } of parts) {
    sums.set(null, (sums.get(null) ?? 0) + outside);
    ids.forEach((id, place) => {
      sums.set(id, (sums.get(id) ?? 0) + micrometres[place]);
    });
  }
  return exposureOf(sums);
}

function exposureOf(sums: ReadonlyMap<string | null, number>): RegionExposure {
  const ids = [...sums.keys()].filter((id) => id !== null).sort(compareUtf8);
  return { ids, micrometres: Float64Array.from(ids, (id) => sums.get(id) as number), outside: sums.get(null) ?? 0 };
}
