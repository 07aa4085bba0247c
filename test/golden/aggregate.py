"""Hourly sums of Helios by pandas: rows, and the SHA-256 of `queue,hour_us,value_sum,samples` lines in the order of the command.

    python3 test/golden/aggregate.py ../shared/data/helios/earth_vc_minutely_2020-05.parquet > test/golden/aggregate.golden.json
"""

import hashlib
import json
import sys

import pandas

table = pandas.read_parquet(sys.argv[1], columns=["vc", "time", "running_gpu_num"])
table["hour"] = table["time"].dt.floor("h").astype("datetime64[us]").astype("int64")
sums = table.groupby(["vc", "hour"])["running_gpu_num"].agg(["sum", "count"]).reset_index()
rows = sorted(sums.itertuples(index=False), key=lambda row: (row[0].encode(), row[1]))
text = "".join(f"{vc},{hour},{int(total)},{count}\n" for vc, hour, total, count in rows)
print(json.dumps({"pandas": pandas.__version__, "rows": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}))
