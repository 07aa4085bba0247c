import { z } from "zod";
import { BREAK_REASONS } from "../../backtest/map/trace-match.js";
import { CLOSE_REASONS, type LabelTable } from "../../backtest/types.js";
import type { LogCounts } from "../backtest/read-logs.js";
import type { ChunkResult } from "../backtest/replay-chunk.js";

const Doubles = z.instanceof(Float64Array<ArrayBuffer>);
const Integers = z.instanceof(Int32Array<ArrayBuffer>);
const Bytes = z.instanceof(Uint8Array<ArrayBuffer>);
const Names = z.array(z.string());
const Count = z.number().nonnegative();

type Column = ArrayLike<number>;

const areAlike = (columns: readonly Column[]): boolean => columns.every(({ length }) => length === columns[0].length);

/** Whether every code is a place in a list of so many names, or −1 where there may be none. */
function arePlaces(codes: Int32Array | Uint8Array, names: number, least = 0): boolean {
  return codes.every((code: number) => code >= least && code < names);
}

const UNLIKE = "columns of unequal length, or codes of names that are not there";

const Events = z
  .strictObject({
    ...{ triggerIds: Names, trigger: Integers, vehicleIds: Names, vehicle: Integers },
    ...{ onsetTs: Doubles, triggerTs: Doubles, endTs: Doubles, closeReason: Bytes, nSamples: Integers },
    ...{ extreme: Doubles, geofenceIds: Names, geofence: Integers, lat: Doubles, lon: Doubles },
  })
  .refine(({ triggerIds, vehicleIds, geofenceIds, ...columns }) => {
    const { trigger, vehicle, geofence, closeReason } = columns;
    return (
      areAlike(Object.values(columns)) &&
      arePlaces(trigger, triggerIds.length) &&
      arePlaces(vehicle, vehicleIds.length) &&
      arePlaces(geofence, geofenceIds.length, -1) &&
      arePlaces(closeReason, CLOSE_REASONS.length)
    );
  }, UNLIKE);

const Exposure = z
  .strictObject({
    ...{ vehicleIds: Names, vehicle: Integers, day: Integers, metres: Doubles },
    span: z.strictObject({ from: z.number(), to: z.number() }).nullable().optional(),
  })
  .refine(
    ({ vehicleIds, vehicle, day, metres }) => areAlike([vehicle, day, metres]) && arePlaces(vehicle, vehicleIds.length),
    UNLIKE,
  );

const Sweep = z
  .strictObject({
    ...{ values: Doubles, vehicleIds: Names, vehicle: Integers, day: Integers },
    counts: z.array(z.strictObject({ events: Integers, hits: Integers, found: Integers })),
  })
  .refine(
    ({ values, vehicleIds, vehicle, day, counts }) =>
      areAlike([vehicle, day, counts.map(() => 0)]) &&
      arePlaces(vehicle, vehicleIds.length) &&
      counts.every(({ events, hits, found }) => areAlike([values, events, hits, found])),
    UNLIKE,
  );

const RegionExposure = z
  .strictObject({ ids: Names, micrometres: Doubles, outside: Count })
  .refine(({ ids, micrometres }) => ids.length === micrometres.length, UNLIKE);

const TileEdges = z
  .strictObject({ zoom: z.int(), distanceM: Count, vehicleIds: Names, near: Doubles, away: Doubles })
  .refine(({ vehicleIds, near, away }) => areAlike([near, away]) && near.length === vehicleIds.length, UNLIKE);

const MatchTally = z.strictObject({
  ...{ rows: Count, noPosition: Count, matched: Count },
  byCentimetre: z.array(Count),
  breaks: z.array(Count).length(BREAK_REASONS.length),
  listed: z.array(z.strictObject({ vehicle: z.string(), ts: z.number(), reason: z.enum(BREAK_REASONS) })),
});

/** What the vehicles of a shard come to: the one record of a shard of `backtest`. */
export interface BacktestRecord {
  result: ChunkResult;
  counts: LogCounts;
}

export const BacktestRecordSchema = z.strictObject({
  result: z.strictObject({
    ...{ events: Events, baseline: Events.nullable(), exposure: Exposure, coverage: Bytes.nullable() },
    places: z
      .strictObject({ lat: Doubles, lon: Doubles, offset: Doubles })
      .refine(({ lat, lon, offset }) => areAlike([lat, lon, offset]), UNLIKE)
      .nullable(),
    ...{ sweep: Sweep.nullable(), regions: z.array(RegionExposure), tileEdges: TileEdges.nullable() },
    mapMatch: MatchTally.nullable(),
  }),
  counts: z.strictObject({
    rows: Count.describe("of the files"),
    dropped: Count.describe("of all vehicles"),
    duplicates: Count,
    misplaced: Count,
    lastTs: z.union([z.number(), z.literal(Number.NEGATIVE_INFINITY)]).describe("−Infinity without a row"),
  }),
}) satisfies z.ZodType<BacktestRecord>;

/** Labels as a shard carries them. */
export const LabelTableSchema = z
  .strictObject({
    ...{ labelIds: Names, triggerIds: Names, trigger: Integers, vehicleIds: Names, vehicle: Integers },
    ...{ ts: Doubles, endTs: Doubles, severity: z.array(z.string().nullable()).nullable() },
  })
  .refine(
    ({ labelIds, triggerIds, trigger, vehicleIds, vehicle, ts, endTs, severity }) =>
      areAlike([trigger, vehicle, ts, endTs]) &&
      trigger.length === labelIds.length &&
      (severity === null || severity.length === labelIds.length) &&
      arePlaces(trigger, triggerIds.length) &&
      arePlaces(vehicle, vehicleIds.length),
    UNLIKE,
  ) satisfies z.ZodType<LabelTable>;
