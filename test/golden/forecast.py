"""Writes forecast.golden.json: ridge on lags, Huber refits, shrunk covariance, minimum-trace reconciliation and scores,
computed by NumPy in ways of their own (least squares on stacked rows, explicit matrices, double sums).

    python test/golden/forecast.py
"""

import json
import pathlib

import numpy

rng = numpy.random.default_rng(20261102)


def lag_ridge(z, lags, regressors, penalty, rounds):
    """Ridge as least squares on rows stacked over sqrt(penalty) times the identity; the intercept is all but free."""
    first = lags[-1]
    rows = len(z) - first
    x = numpy.column_stack(
        [z[first - lag : len(z) - lag] for lag in lags] + [r[first : len(z)] for r in regressors] + [numpy.ones(rows)]
    )
    y = z[first:]
    p = x.shape[1]
    prior = numpy.sqrt(numpy.append(numpy.full(p - 1, penalty * rows), 1e-9 * rows))
    weights = numpy.ones(rows)
    for round_ in range(rounds + 1):
        w = numpy.sqrt(weights)
        stacked = numpy.vstack([x * w[:, None], numpy.diag(prior)])
        beta = numpy.linalg.lstsq(stacked, numpy.append(y * w, numpy.zeros(p)), rcond=None)[0]
        if round_ == rounds:
            break
        residual = numpy.abs(y - x @ beta)
        c = 1.4826 * numpy.median(residual)
        weights = numpy.where(residual <= c, 1, c / residual)
    return beta


n = 160
z = numpy.zeros(n)
for t in range(2, n):
    z[t] = 0.6 * z[t - 1] - 0.3 * z[t - 2] + rng.standard_t(3)
waves = [turn(2 * numpy.pi * numpy.arange(n) / 12) for turn in (numpy.sin, numpy.cos)]
ridge = [
    {"lags": lags, "lambda": penalty, "huberRounds": rounds, "coefficients": lag_ridge(z, lags, waves, penalty, rounds).tolist()}
    for lags, penalty, rounds in [([1, 2, 5], 1e-3, 0), ([1, 2, 12], 1e-2, 3)]
]


def shrunk(errors):
    """Schäfer & Strimmer (2005), without centring: correlations shrunk to zero, variances kept."""
    m, steps = errors.shape
    deviation = numpy.sqrt((errors**2).mean(axis=1))
    score = errors / deviation[:, None]
    products = score[:, None, :] * score[None, :, :]
    r = products.mean(axis=2)
    variance = products.var(axis=2, ddof=1) / steps
    off = ~numpy.eye(m, dtype=bool)
    intensity = min(1.0, variance[off].sum() / (r[off] ** 2).sum())
    shrunken = numpy.where(off, (1 - intensity) * r, 1.0)
    return intensity, shrunken * numpy.outer(deviation, deviation)


common = rng.normal(0, 1, 90)
leaves = numpy.vstack([common * scale + rng.normal(0, 1, 90) for scale in (1.0, 0.5, -0.4)])
errors = numpy.vstack([leaves, leaves.sum(axis=0) + rng.normal(0, 0.5, 90)])
intensity, w = shrunk(errors)

# Minimum trace: S (S' W^-1 S)^-1 S' W^-1 y, for a total over three leaves.
s = numpy.vstack([numpy.eye(3), numpy.ones(3)])
inverse = numpy.linalg.inv(w)
projection = s @ numpy.linalg.inv(s.T @ inverse @ s) @ s.T @ inverse
base = rng.uniform(5, 20, (4, 6))
base[3] = base[:3].sum(axis=0) + rng.normal(0, 2, 6)

# The same over two levels, from a generator of its own: _total, two regions, and pools in one of them.
levels = {
    "_total": ["a", "b", "c", "d", "e"],
    "eu": ["a", "b", "c"],
    "us": ["d", "e"],
    "eu/a100": ["a", "b"],
}
level_leaves = levels["_total"]
level_rng = numpy.random.default_rng(20261124)
level_common = level_rng.normal(0, 1, 70)
bottom = numpy.vstack([level_common * scale + level_rng.normal(0, 1, 70) for scale in (1.0, 0.6, -0.3, 0.8, 0.2)])
summing = numpy.array([[1.0 if leaf in members else 0.0 for leaf in level_leaves] for members in levels.values()])
level_errors = numpy.vstack([bottom, summing @ bottom + level_rng.normal(0, 0.7, (len(levels), 70))])
level_w = shrunk(level_errors)[1]
level_s = numpy.vstack([numpy.eye(len(level_leaves)), summing])
level_inverse = numpy.linalg.inv(level_w)
level_projection = level_s @ numpy.linalg.inv(level_s.T @ level_inverse @ level_s) @ level_s.T @ level_inverse
level_bottom = level_rng.uniform(10, 30, (len(level_leaves), 8))
level_base = numpy.vstack([level_bottom, summing @ level_bottom + level_rng.normal(0, 2, (len(levels), 8))])

sample = rng.normal(3, 2, 25)
sample[:3] = sample[3]
actual = 2.4
crps = numpy.abs(sample - actual).mean() - 0.5 * numpy.abs(sample[:, None] - sample[None, :]).mean()

golden = {
    "numpy": numpy.__version__,
    "ridge": {"z": z.tolist(), "fits": ridge},
    "shrunkCovariance": {"errors": errors.tolist(), "intensity": intensity, "w": w.ravel().tolist()},
    "mint": {"base": base.tolist(), "reconciled": (projection @ base).tolist()},
    "mintLevels": {
        "leaves": level_leaves,
        "nodes": levels,
        "errors": level_errors.tolist(),
        "base": level_base.tolist(),
        "reconciled": (level_projection @ level_base).tolist(),
    },
    "crps": {"sample": sample.tolist(), "actual": actual, "crps": float(crps)},
}
assert 0 < intensity < 1
target = pathlib.Path(__file__).with_name("forecast.golden.json")
target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
