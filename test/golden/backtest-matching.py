"""Writes backtest-matching.golden.json: most pairs and least distances of events and labels, from SciPy.

    python test/golden/backtest-matching.py

Needs scipy and numpy (made with the versions that stand in the file). Every case is solved as a dense assignment in which
a pair beyond the tolerance costs more than all pairs within it together.
"""
import json
import pathlib

import numpy
import scipy
from scipy.optimize import linear_sum_assignment

rng = numpy.random.default_rng(20261128)


def disjoint(n, step, length):
    """Spans that follow each other, as a replay gives them."""
    gaps = rng.integers(1, step, n)
    lengths = rng.integers(0, length + 1, n)
    start = numpy.cumsum(gaps) + numpy.concatenate([[0], numpy.cumsum(lengths)[:-1]])
    return numpy.stack([start, start + lengths], axis=1)


def anywhere(n, span, length):
    """Spans that may overlap, nest and coincide."""
    start = rng.integers(0, span, n)
    return numpy.stack([start, start + rng.integers(0, length + 1, n)], axis=1)


def solve(events, labels, tolerance):
    distance = numpy.maximum(0, numpy.maximum(labels[:, 0] - events[:, 1, None], events[:, 0, None] - labels[:, 1]))
    allowed = distance <= tolerance
    forbidden = distance[allowed].sum() + 1.0
    rows, columns = linear_sum_assignment(numpy.where(allowed, distance, forbidden))
    kept = allowed[rows, columns]
    return int(kept.sum()), int(distance[rows, columns][kept].sum())


cases = []
for number in range(120):
    n, m = (int(x) for x in rng.integers(1, 40, 2))
    step = int(rng.choice([5, 50, 500, 5000]))
    length = int(rng.choice([0, 3, 100, 3000]))
    tolerance = int(rng.choice([0, 1, 20, 500, 2000, 30000]))
    events = disjoint(n, step, length) if number % 3 else anywhere(n, n * step, length)
    labels = anywhere(m, m * step, int(rng.choice([0, length]))) if number % 2 else disjoint(m, step, length)
    pairs, total = solve(events, labels, tolerance)
    cases.append({"events": events.tolist(), "labels": labels.tolist(), "tolerance": tolerance, "pairs": pairs, "total": total})

big_events, big_labels = disjoint(1500, 2000, 400), anywhere(1500, 1500 * 1200, 2500)
pairs, total = solve(big_events, big_labels, 2000)
cases.append({"events": big_events.tolist(), "labels": big_labels.tolist(), "tolerance": 2000, "pairs": pairs, "total": total})

golden = {"versions": {"scipy": scipy.__version__, "numpy": numpy.__version__}, "cases": cases}
pathlib.Path(__file__).with_name("backtest-matching.golden.json").write_text(json.dumps(golden) + "\n")
