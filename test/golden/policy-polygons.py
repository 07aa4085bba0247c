"""Writes policy-polygons.golden.json: whether rings are simple, and whether the interiors of two polygons intersect, from shapely.

    python test/golden/policy-polygons.py

Needs shapely (made with the versions that stand in the file). Most corners lie on small grids, so that polygons touch in
points and along edges in every way.
"""
import json
import pathlib
import random

import shapely
from shapely.geometry import Polygon

rng = random.Random(20260301)


def ring(count, grid):
    if grid:
        points = [(rng.randint(0, grid), rng.randint(0, grid)) for _ in range(count)]
    else:
        points = [(rng.uniform(-3, 3), rng.uniform(-3, 3)) for _ in range(count)]
    return points + points[:1]


def simple(grid):
    while True:
        points = ring(rng.randint(3, 8), grid)
        if len(set(points)) >= 3 and Polygon(points).is_valid:
            return points


def turned(points):
    """The same ring in another direction or from another start."""
    corners = points[:-1]
    start = rng.randrange(len(corners))
    corners = corners[start:] + corners[:start]
    if rng.random() < 0.5:
        corners.reverse()
    return corners + corners[:1]


def moved(points, dx, dy):
    return [(x + dx, y + dy) for x, y in points]


rings = []
while len(rings) < 250:
    points = ring(rng.randint(3, 7), rng.choice([0, 2, 4]))
    if rng.random() < 0.2:
        points.insert(1, points[0])  # a point that comes again at once
    if len(points) >= 4:
        rings.append({"ring": points, "valid": bool(Polygon(points).is_valid)})

pairs = []
while len(pairs) < 600:
    grid = rng.choice([0, 2, 3, 4, 6])
    a = simple(grid)
    b = rng.choice(
        [
            lambda: simple(grid),
            lambda: turned(a),
            lambda: moved(turned(a), rng.randint(-4, 4), rng.randint(-4, 4)),
            lambda: moved(simple(grid), rng.randint(-4, 4), rng.randint(-4, 4)),
        ]
    )()
    matrix = Polygon(a).relate(Polygon(b))
    pairs.append({"a": a, "b": b, "intersect": matrix[0] == "2"})

versions = {"shapely": shapely.__version__, "geos": shapely.geos_version_string}
text = json.dumps({"versions": versions, "rings": rings, "pairs": pairs})
pathlib.Path(__file__).with_suffix(".golden.json").write_text(text + "\n")
