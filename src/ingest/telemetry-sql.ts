/** Statement pieces of the columns of a telemetry table. */
export interface TelemetrySource {
  relation: string;
  /** VARCHAR. */
  queue: string;
  /** BIGINT, µs. */
  time: string;
  /** DOUBLE, GPUs; NULL where not sampled. */
  running: string;
  pending: string | null;
  capacity: string | null;
}

/** Whole thousandths of a GPU, so that sums are exact in any order. */
const milli = (gpus: string | null): string =>
  gpus === null ? "NULL::BIGINT" : `CAST(round(${gpus} * 1000) AS BIGINT)`;

/**
 * Tables `fleetlens_sample` (a row a sample: queue code, time, values, and the next sample of its queue) and
 * `fleetlens_queue` (a row a queue: median spacing and longest hold), all in µs and thousandths of a GPU.
 *
 * Exact duplicates sort next to each other and get the next sample at their own time, so they hold for no time and drop
 * out of every sum by themselves.
 */
export function sampleStatements(source: TelemetrySource, maxGap: { micros: number; strict: boolean }): string[] {
  const sampled = `(${source.running}) IS NOT NULL${source.pending ? ` AND (${source.pending}) IS NOT NULL` : ""}`;
  const hold = maxGap.strict ? String(maxGap.micros) : `greatest(${maxGap.micros}, coalesce(spacing, 0))`;
  return [
    `CREATE TYPE fleetlens_name AS ENUM (SELECT name FROM (SELECT DISTINCT ${source.queue} AS name FROM ${source.relation}) ORDER BY name)`,
    `CREATE TABLE fleetlens_sample AS
      SELECT *, lead(t) OVER own AS next_t,
        lead(run) OVER own IS DISTINCT FROM run OR lead(pend) OVER own IS DISTINCT FROM pend
          OR lead(cap) OVER own IS DISTINCT FROM cap AS changed
      FROM (SELECT CAST(enum_code(CAST(${source.queue} AS fleetlens_name)) AS INTEGER) AS q, ${source.time} AS t,
          ${milli(source.running)} AS run, ${milli(source.pending)} AS pend, ${milli(source.capacity)} AS cap
        FROM ${source.relation} WHERE ${sampled})
      WINDOW own AS (PARTITION BY q ORDER BY t, run, pend, cap)`,
    `CREATE TABLE fleetlens_queue AS
      WITH spacings AS (
        SELECT q, next_t - t AS d, count(*) AS n FROM fleetlens_sample WHERE next_t > t GROUP BY ALL),
      ranked AS (
        SELECT q, d, sum(n) OVER (PARTITION BY q ORDER BY d) AS upto, sum(n) OVER (PARTITION BY q) AS total FROM spacings),
      medians AS (SELECT q, min(d) AS spacing FROM ranked WHERE upto * 2 >= total GROUP BY q)
      SELECT q, any_value(spacing) AS spacing, any_value(${hold}) AS hold
      FROM (SELECT DISTINCT q FROM fleetlens_sample) LEFT JOIN medians USING (q) GROUP BY q`,
  ];
}

/** Samples of one queue and time that say different things. */
export const CONFLICTS = "SELECT q, t FROM fleetlens_sample WHERE next_t = t AND changed";

/** Counts over the samples; the times are the first and the end of the last hold. */
export const SAMPLE_COUNTS = `SELECT count(*) AS samples, count_if(next_t = t) AS duplicates, min(t) AS first_t,
  max(t + CASE WHEN next_t IS NULL THEN least(coalesce(spacing, hold), hold) ELSE least(next_t - t, hold) END) AS end_t,
  count_if(next_t - t > hold) AS gaps FROM fleetlens_sample JOIN fleetlens_queue USING (q)`;

/** The holes, by queue and time. */
export const gapsStatement = (most: number): string =>
  `SELECT q, t, next_t FROM fleetlens_sample JOIN fleetlens_queue USING (q) WHERE next_t - t > hold ORDER BY q, t LIMIT ${most}`;

/**
 * Integrals by queue and hour since `startMicros`: each sample holds until the next one of its queue, but at most
 * `hold`; the last one holds for one typical spacing. Pieces are cut at hour boundaries. Thousandths of a GPU × µs.
 */
export function hourlyStatement(startMicros: number): string {
  return `WITH held AS (
      SELECT q, t - ${startMicros} AS b, run, pend, cap, t - ${startMicros}
        + CASE WHEN next_t IS NULL THEN least(coalesce(spacing, hold), hold) ELSE least(next_t - t, hold) END AS e
      FROM fleetlens_sample JOIN fleetlens_queue USING (q) WHERE next_t IS NULL OR next_t > t),
    cut AS (
      SELECT q, b // 3600000000 AS h, e - b AS len, run, pend, cap FROM held WHERE b // 3600000000 = (e - 1) // 3600000000
      UNION ALL
      SELECT q, h, least(e, (h + 1) * 3600000000) - greatest(b, h * 3600000000) AS len, run, pend, cap
      FROM (SELECT *, unnest(range(b // 3600000000, (e - 1) // 3600000000 + 1)) AS h FROM held
        WHERE b // 3600000000 <> (e - 1) // 3600000000))
    SELECT q, h, CAST(sum(len) AS BIGINT) AS observed, CAST(sum(run * len) AS BIGINT) AS used,
      CAST(sum((run + coalesce(pend, 0)) * len) AS BIGINT) AS asked, CAST(sum(cap * len) AS BIGINT) AS capacity,
      CAST(coalesce(sum(len) FILTER (cap IS NOT NULL), 0) AS BIGINT) AS known
    FROM cut GROUP BY q, h ORDER BY q, h`;
}
