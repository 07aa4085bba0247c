import { InputError } from "../../core/errors.js";

/**
 * Signals of the map, for triggers, guards and derived signals like those of the log. All are missing where a row is
 * matched to no road.
 *
 * - `map_speed_limit_mps`: speed limit of the matched road at the row's time, with the policy's layers; missing where
 *   the road has none.
 * - `map_speed_over_limit_mps`: the log's `speed_mps` less that limit; negative below it.
 * - `map_closed`: 1 where a layer closes the road at the row's time, else 0.
 * - `map_match_distance_m`: metres from the position to the road, for guards.
 */
export const MAP_SIGNALS = Object.freeze([
  "map_speed_limit_mps",
  "map_speed_over_limit_mps",
  "map_closed",
  "map_match_distance_m",
] as const);
export type MapSignal = (typeof MAP_SIGNALS)[number];

/** Column of the log that `map_speed_over_limit_mps` is computed from, metres per second. */
export const SPEED_COLUMN = "speed_mps";

/** What is computed from the map and what is read from the log. */
export interface MapColumns {
  /** Signals of the map that are computed, in the order of {@link MAP_SIGNALS}. */
  computed: MapSignal[];
  /** Columns of the log, in the order needed. */
  read: string[];
}

/**
 * Which of the columns that a policy needs are computed from the map, and which are read from the log. A log with a
 * column of such a name and a map is refused: it would not be clear which of the two counts.
 *
 * @param needed names of columns, as `signalsOf(policy)` gives them
 * @param logColumns names of the log's columns
 * @param hasMap whether there is a road graph or a match service
 * @throws InputError where a signal is neither in the log nor computed, or both, or `speed_mps` is wanted and missing
 */
export function mapColumns(needed: readonly string[], logColumns: readonly string[], hasMap: boolean): MapColumns {
  const wanted = MAP_SIGNALS.filter((name) => needed.includes(name));
  if (!hasMap) {
    const lacking = wanted.find((name) => !logColumns.includes(name));
    if (lacking)
      throw new InputError(
        `the policy uses "${lacking}", which the logs do not have; give --road-graph or --match-url to compute it`,
        { column: lacking },
      );
    return { computed: [], read: [...needed] };
  }
  const twice = wanted.find((name) => logColumns.includes(name));
  if (twice)
    throw new InputError(
      `the logs have a column "${twice}", and the map computes it too; rename the column, or run without a map`,
      { column: twice },
    );
  const read = needed.filter((name) => !wanted.includes(name as MapSignal));
  if (wanted.includes("map_speed_over_limit_mps") && !read.includes(SPEED_COLUMN)) {
    if (!logColumns.includes(SPEED_COLUMN))
      throw new InputError(
        `"map_speed_over_limit_mps" needs a column "${SPEED_COLUMN}" (metres per second), which the logs do not have`,
        { column: SPEED_COLUMN },
      );
    read.push(SPEED_COLUMN);
  }
  return { computed: wanted, read };
}
