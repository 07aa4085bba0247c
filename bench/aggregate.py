"""DuckDB's Python client doing what `fleetlens aggregate` does: the same SQL, the same rows as JSON."""

import json
import os
import resource
import sys

import duckdb

source, queue, time, value, seconds, out, threads, memory = sys.argv[1:9]


def ident(name):
    return '"' + name.replace('"', '""') + '"'


db = duckdb.connect(config={"threads": int(threads), "memory_limit": memory})
db.execute("SET TimeZone = 'UTC'")
rows = db.execute(
    f"""SELECT queue, hour_us, CAST(sum(value) AS BIGINT) AS value_sum, count(value) AS samples
    FROM (SELECT CAST({ident(queue)} AS VARCHAR) AS queue, epoch_us(date_trunc('hour', {ident(time)})) AS hour_us,
      CAST({ident(value)} AS BIGINT) AS value FROM read_parquet($1))
    GROUP BY queue, hour_us ORDER BY queue NULLS LAST, hour_us NULLS LAST""",
    [source],
).fetchall()
text = lambda v: None if v is None else str(v)
with open(out, "w") as file:
    file.write('{"schema":"fleetlens.aggregate/1","engine":"duckdb","rows":[')
    for i, (name, hour, total, samples) in enumerate(rows):
        hours = None if total is None else total * float(seconds) / 3600
        row = {"queue": name, "hour_us": text(hour), "value_sum": text(total), "gpu_hours": hours, "samples": text(samples)}
        file.write(("," if i else "") + "\n" + json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    file.write("\n]}\n")
usage = resource.getrusage(resource.RUSAGE_SELF)
os.write(3, json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024}).encode())
