"""What people write today for `fleetlens gc plan`: polars joins ids to numbers, scipy walks, candidate ids are written."""

import json
import os
import resource
import sys
from datetime import datetime

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

folder, as_of, out = sys.argv[1:4]
HORIZON_DAYS = {"Bronze": 30, "Silver": 90, "Gold": 365}

objects = pl.read_parquet(f"{folder}/objects.parquet", columns=["id", "class", "created_at"])
n = objects.height
index = objects.select("id", pl.int_range(0, n, dtype=pl.Int32).alias("i"))
edges = pl.read_parquet(f"{folder}/edges.parquet")
edges = edges.filter(pl.col("rel").is_null() | (pl.col("rel") != "doc_link")).drop("rel")
edges = edges.join(index.rename({"id": "src", "i": "s"}), on="src", how="inner").drop("src")
edges = edges.join(index.rename({"id": "dst", "i": "d"}), on="dst", how="inner").drop("dst")
source, target = edges["s"].to_numpy(), edges["d"].to_numpy()
del edges

protected = pl.read_parquet(f"{folder}/protections.parquet").join(index, on="id")["i"].to_numpy()
age = (pl.lit(datetime.fromisoformat(as_of)) - pl.col("created_at")).dt.total_seconds() / 86_400
horizon = pl.col("class").replace_strict(HORIZON_DAYS, default=None, return_dtype=pl.Int32)
stays = pl.col("class").is_null() | pl.col("created_at").is_null() | (pl.col("class") == "Gold") | (age < horizon)
tips = np.union1d(np.nonzero(objects.select(stays.alias("stays"))["stays"].to_numpy())[0], protected)
# One more vertex above all tips, since the walk starts from one.
rows = np.concatenate([source, np.full(len(tips), n, dtype=np.int32)])
columns = np.concatenate([target, tips.astype(np.int32)])
del source, target
graph = csr_matrix((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(n + 1, n + 1))
del rows, columns
reached = np.zeros(n + 1, dtype=bool)
reached[breadth_first_order(graph, n, return_predecessors=False)] = True
objects.filter(pl.Series(~reached[:n])).select("id").write_parquet(out)

usage = resource.getrusage(resource.RUSAGE_SELF)
told = {"cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss / 1024, "candidates": int((~reached[:n]).sum())}
os.write(3, json.dumps(told).encode())
