"""Writes backtest-h3.golden.json: H3 cells and their boundaries by h3-py 4.5.0, and tiles by the formula of the
OpenStreetMap wiki, of random points, poles, the antimeridian and around pentagons.

    python test/golden/backtest-h3.py
"""

import json
import math
import pathlib
import random

import h3

rng = random.Random(20261128)

points = [(90.0, 0.0), (-90.0, 0.0), (90.0, 77.5), (89.99, -120.0), (-89.99, 15.0), (0.0, 0.0)]
points += [(lat, lon) for lat in (-16.9, 0.0, 65.7) for lon in (180.0, -180.0, 179.9999, -179.9999)]
for resolution in (0, 4, 9):
    for pentagon in sorted(h3.get_pentagons(resolution)):
        lat, lon = h3.cell_to_latlng(pentagon)
        points.append((lat, lon))
        for _ in range(3):
            points.append((lat + rng.uniform(-0.01, 0.01), lon + rng.uniform(-0.01, 0.01)))
for _ in range(600):
    points.append((math.degrees(math.asin(rng.uniform(-1, 1))), rng.uniform(-180, 180)))
points = [(lat, max(-180.0, min(180.0, lon))) for lat, lon in points]

cells = []
for i, (lat, lon) in enumerate(points):
    for resolution in {i % 16, 9}:
        cell = h3.latlng_to_cell(lat, lon, resolution)
        boundary = [[lon, lat] for lat, lon in h3.cell_to_boundary(cell)] if i % 4 == 0 else None
        cells.append({"lat": lat, "lon": lon, "resolution": resolution, "cell": cell, "boundary": boundary})


def tile(lat, lon, zoom):
    n = 2**zoom
    x = int((lon + 180.0) / 360.0 * n)
    y = int((1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0 * n)
    return f"{zoom}/{x}/{y}"


tiles = [
    {"lat": lat, "lon": lon, "zoom": zoom, "tile": tile(lat, lon, zoom)}
    for i, (lat, lon) in enumerate(points)
    if abs(lat) < 85 and abs(lon) < 180
    for zoom in {1 + i % 20, 14}
]

golden = {"versions": {"h3": h3.__version__, "libh3": h3.versions()["c"]}, "cells": cells, "tiles": tiles}
path = pathlib.Path(__file__).with_name("backtest-h3.golden.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
