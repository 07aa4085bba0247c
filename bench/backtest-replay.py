"""Polars and shapely on the data of bench/backtest-replay.ts, one thread: CPU seconds, events and points found; JSON."""

import json
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"
import numpy
import polars as pl
import shapely

folder, rows, fences = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


def read(name, dtype):
    return numpy.fromfile(f"{folder}/{name}.bin", dtype=dtype)


def islands(frame):
    """Runs of rows at or below -0.25 without a gap above 2 s that reach 300 ms: gaps and islands."""
    true = pl.col("x") <= -0.25
    starts = (
        (true != true.shift())
        | (pl.col("vehicle") != pl.col("vehicle").shift())
        | (pl.col("ts").diff() > 2000)
    ).fill_null(True)
    return (
        frame.select("vehicle", "ts", true=true, island=starts.cum_sum())
        .filter(pl.col("true"))
        .group_by("island", maintain_order=True)
        .agg(onset=pl.col("ts").first(), end=pl.col("ts").last())
        .filter(pl.col("end") - pl.col("onset") >= 300)
    )


def timed(work):
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


replays = {}
for kind in ("rare", "dense"):
    frame = pl.DataFrame({"vehicle": read("vehicle", "i4"), "ts": read("ts", "f8"), "x": read(kind, "f8")})
    runs = [timed(lambda: islands(frame)) for _ in range(5)]
    replays[kind] = {"s": float(numpy.median([s for s, _ in runs])), "events": len(runs[0][1])}

ring = read("rings", "f8").reshape(fences, -1, 2)
priority = read("priority", "i4")
polygons = shapely.polygons(ring)
points = shapely.points(read("lon", "f8"), read("lat", "f8"))
order = numpy.lexsort((numpy.arange(fences), -priority))


def winners():
    """Of each point the polygon of the highest priority, of equal ones the first; -1 is none."""
    rank = numpy.empty(fences, dtype="i4")
    rank[order] = numpy.arange(fences)
    tree = shapely.STRtree(polygons)
    point, polygon = tree.query(points, predicate="intersects")
    best = numpy.full(len(points), fences, dtype="i4")
    numpy.minimum.at(best, point, rank[polygon])
    return numpy.where(best == fences, -1, order[numpy.minimum(best, fences - 1)])


runs = [timed(winners) for _ in range(5)]
winners().astype("i4").tofile(f"{folder}/winners.bin")
result = {
    "replays": replays,
    "fences": {"s": float(numpy.median([s for s, _ in runs])), "inside": int((runs[0][1] >= 0).sum())},
    "versions": {
        "python": sys.version.split()[0],
        "polars": pl.__version__,
        "numpy": numpy.__version__,
        "shapely": shapely.__version__,
    },
}
json.dump(result, sys.stdout)
