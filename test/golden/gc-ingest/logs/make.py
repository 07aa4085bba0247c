"""A listing of log partitions as CSV and as JSON lines, and the objects it names.

Writes in/ and golden.json beside this file. Standard library of Python only: python make.py
"""

import csv
import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
IN = HERE / "in"
ROWS = [
    {"path": "s3a://logs/app/dt=2026-05-01/part 0+1%25.gz", "bytes": 1234, "created_at": "2026-05-01T23:59:59Z", "last_access_at": "2026-05-09T00:00:00Z", "storage_class": "STANDARD", "class": "Bronze", "group": "app"},
    {"path": "s3://logs/app/dt=2026-05-02/ünï\nline.gz", "bytes": 0, "created_at": "2026-05-02T23:59:59.5Z", "last_access_at": None, "storage_class": None, "class": None, "group": "app"},
    {"path": "/var/log/nginx/access.log.1", "bytes": 2**50 + 1, "created_at": "2026-05-03T00:00:00Z", "last_access_at": None, "storage_class": None, "class": "Silver", "group": None},
]
IDS = ["s3://logs/app/dt=2026-05-01/part 0+1%25.gz", "s3://logs/app/dt=2026-05-02/ünï\nline.gz", "file:///var/log/nginx/access.log.1"]
CREATED, ACCESSED = [1777679999000, 1777766399500, 1777766400000], [1778284800000, None, None]

shutil.rmtree(IN, ignore_errors=True)
IN.mkdir()
with open(IN / "listing.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, ROWS[0].keys())
    writer.writeheader()
    writer.writerows(ROWS)
(IN / "listing.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
objects = [{"id": id, "kind": "log_partition", "size_bytes": r["bytes"], "created_at": c, "last_access_at": a,
            "storage_class": r["storage_class"] or "UNKNOWN", "class": r["class"], "group": r["group"]} for id, r, c, a in zip(IDS, ROWS, CREATED, ACCESSED)]
golden = {"objects": sorted(objects, key=lambda o: o["id"].encode()), "edges": []}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
