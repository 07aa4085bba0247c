"""One trigger of a policy in DuckDB SQL (gaps and islands), from a Parquet file to a Parquet file of events.

Rows without a key are dropped, the last row of a vehicle and time counts, missing values are skipped; events end at a false
row, a gap or the last row. SQL has no machine that a cooldown or two thresholds would need, so the trigger has neither.
"""

import json
import os
import resource
import sys

import duckdb

source, out, threads = sys.argv[1:4]
db = duckdb.connect(config={"threads": int(threads)})
db.execute(
    f"""COPY (
    WITH numbered AS (
      SELECT vehicle_id, ts, lat, lon, accel_g, row_number() OVER () AS place FROM read_parquet('{source}')
      WHERE vehicle_id IS NOT NULL AND ts IS NOT NULL),
    kept AS (
      SELECT * FROM numbered QUALIFY row_number() OVER (PARTITION BY vehicle_id, ts ORDER BY place DESC) = 1),
    used AS (
      SELECT vehicle_id, ts, lat, lon, accel_g, accel_g <= -0.25 AS hit,
        ts - lag(ts) OVER w AS gap, lag(accel_g <= -0.25) OVER w AS before, lead(ts) OVER w - ts AS gap_after
      FROM kept WHERE NOT isnan(accel_g) WINDOW w AS (PARTITION BY vehicle_id ORDER BY ts)),
    islands AS (
      SELECT *, sum((hit AND (before IS NOT TRUE OR gap > 2000))::INT)
        OVER (PARTITION BY vehicle_id ORDER BY ts) AS island FROM used),
    spans AS (
      SELECT *, min(ts) OVER (PARTITION BY vehicle_id, island) AS onset FROM islands WHERE hit)
    SELECT 'hard_brake' AS trigger_id, vehicle_id, onset AS onset_ts,
      min(ts) FILTER (ts - onset >= 300) AS trigger_ts, max(ts) AS end_ts,
      CASE WHEN arg_max(gap_after, ts) > 2000 THEN 'gap' WHEN max(ts) = any_value(final) THEN 'end_of_data'
        ELSE 'exit' END AS close_reason,
      count(*)::INT AS n_samples, min(accel_g) AS extreme, NULL::VARCHAR AS geofence_id,
      arg_min_null(lat, ts) AS lat, arg_min_null(lon, ts) AS lon
    FROM spans JOIN (SELECT vehicle_id, max(ts) AS final FROM used GROUP BY vehicle_id) USING (vehicle_id)
    GROUP BY vehicle_id, island, onset HAVING max(ts) - onset >= 300 ORDER BY vehicle_id, onset_ts
    ) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"""
)
usage = resource.getrusage(resource.RUSAGE_SELF)
os.write(3, json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024}).encode())
