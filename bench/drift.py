"""Evidently's DataDriftPreset on two files, for bench/drift.mjs.

    python bench/drift.py REFERENCE CURRENT

Tells on file descriptor 3: seconds and CPU seconds that the preset took (reading and imports not counted), CPU seconds and
peak memory (MiB) of the process, and how many columns it calls drifted.
"""
import json
import os
import platform
import resource
import sys
import time

import evidently
import pandas
from evidently import Report
from evidently.presets import DataDriftPreset


def read(path):
    return pandas.read_parquet(path) if path.endswith(".parquet") else pandas.read_csv(path)


started = time.perf_counter()
reference, current = read(sys.argv[1]), read(sys.argv[2])
loaded, cpu = time.perf_counter(), time.process_time()
snapshot = Report([DataDriftPreset()]).run(current, reference)
compute, compute_cpu = time.perf_counter() - loaded, time.process_time() - cpu
drifted = next(m["value"]["count"] for m in snapshot.dict()["metrics"] if "DriftedColumnsCount" in str(m))
usage = resource.getrusage(resource.RUSAGE_SELF)
told = {
    "compute": compute,
    "compute_cpu": compute_cpu,
    "read": loaded - started,
    "cpu": usage.ru_utime + usage.ru_stime,
    "rss": usage.ru_maxrss / 1024,
    "drifted": drifted,
    "versions": {
        "evidently": evidently.__version__,
        "pandas": pandas.__version__,
        "python": platform.python_version(),
    },
}
os.write(3, json.dumps(told).encode())
