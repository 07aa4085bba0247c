"""polars doing what `fleetlens aggregate` does, by a lazy scan on one thread: the same rows as JSON."""

import json
import os
import resource
import sys

os.environ["POLARS_MAX_THREADS"] = "1"
import polars as pl

source, queue, time, value, seconds, out = sys.argv[1:7]
value = pl.col(value).cast(pl.Int64)
rows = (
    pl.scan_parquet(source)
    .group_by(pl.col(queue).alias("queue"), pl.col(time).dt.truncate("1h").dt.epoch("us").alias("hour_us"))
    .agg(value.sum().alias("value_sum"), value.count().alias("samples"))
    .sort(["queue", "hour_us"], nulls_last=True)
    .collect(engine="streaming")
    .iter_rows()
)
text = lambda v: None if v is None else str(v)
with open(out, "w") as file:
    file.write('{"schema":"fleetlens.aggregate/1","engine":"duckdb","rows":[')
    for i, (name, hour, total, samples) in enumerate(rows):
        # A sum of nothing is 0 to polars.
        hours = None if samples == 0 else total * float(seconds) / 3600
        row = {"queue": name, "hour_us": text(hour), "value_sum": None if samples == 0 else str(total), "gpu_hours": hours, "samples": text(samples)}
        file.write(("," if i else "") + "\n" + json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    file.write("\n]}\n")
usage = resource.getrusage(resource.RUSAGE_SELF)
os.write(3, json.dumps({"cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024}).encode())
