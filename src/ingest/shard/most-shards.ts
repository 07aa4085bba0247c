/** Most shards of a run. */
export const MOST_SHARDS = 1_000_000;
