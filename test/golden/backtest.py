"""Writes backtest.golden.json: Student's t, paired and autocorrelated Diebold-Mariano tests, Holm's p-values, bootstrap
intervals and cluster-robust standard errors, by SciPy, statsmodels and NumPy.

    python test/golden/backtest.py
"""

import json
import math
import pathlib

import numpy
import scipy
import statsmodels
import statsmodels.api
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = numpy.random.default_rng(20261103)

student = [
    {"t": t, "df": df, "p": float(2 * stats.t.sf(abs(t), df))}
    for t in (0.0, 0.3, -1.0, 2.0, 4.5, 12.0, 40.0)
    for df in (1, 2, 5, 29, 400.5)
]


def losses(n, rho):
    """Losses of two models, the difference an AR(1) around 0.15."""
    d = numpy.zeros(n)
    for t in range(1, n):
        d[t] = rho * d[t - 1] + rng.normal()
    b = rng.gamma(4, 0.25, n)
    return b + 0.15 + 0.3 * d, b


def tested(n, rho, lag):
    a, b = losses(n, rho)
    d = a - b
    if lag == 0:
        p = stats.ttest_rel(a, b).pvalue
    else:
        fit = statsmodels.api.OLS(d, numpy.ones(n)).fit(
            cov_type="HAC", cov_kwds={"maxlags": lag, "kernel": "bartlett", "use_correction": False}
        )
        h = lag + 1
        factor = math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
        p = 2 * stats.t.sf(abs(fit.tvalues[0] * factor), n - 1)
    return {"lag": lag, "a": a.tolist(), "b": b.tolist(), "p": float(p)}


p_values = [0.01, 0.04, 0.03, 0.2, 0.9]
sample = rng.gamma(2, 0.5, 40)
interval = stats.bootstrap((sample,), numpy.mean, n_resamples=200_000, method="percentile", rng=rng).confidence_interval

# Ten series with 1 to 4 origins of 6 steps; values in series share a shift, so that they are no independent draws.
clusters = []
for i in range(10):
    shift = 0.8 * rng.normal()
    clusters.append([(shift + rng.normal(size=6)).round(3).tolist() for _ in range(1 + i % 4)])
below = numpy.concatenate([numpy.ravel(c) < 0.25 for c in clusters]).astype(float)
groups = numpy.concatenate([numpy.full(numpy.size(c), i) for i, c in enumerate(clusters)])
fit = statsmodels.api.OLS(below, numpy.ones(len(below))).fit(cov_type="cluster", cov_kwds={"groups": groups})
# statsmodels multiplies by (N − 1) / (N − 1) for one coefficient, and by G / (G − 1).
inside = [numpy.abs(numpy.array(c)) <= 1 for c in clusters]
clustered = independent = 0.0
for h in range(6):
    hits = numpy.array([c[:, h].sum() for c in inside], float)
    n = numpy.array([len(c) for c in inside], float)
    share = hits.sum() / n.sum()
    clustered += ((hits - n * share) ** 2).sum()
    independent += n.sum() * share * (1 - share)

golden = {
    "versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": numpy.__version__},
    "student": student,
    "dieboldMariano": [tested(12, 0.0, 0), tested(60, 0.0, 0), tested(40, 0.6, 3), tested(25, 0.4, 1)],
    "holm": {"p": p_values, "adjusted": multipletests(p_values, method="holm")[1].tolist()},
    "bootstrap": {"sample": sample.tolist(), "low": float(interval.low), "high": float(interval.high)},
    "clusters": {
        "quantile": 0.25,
        "bound": 1,
        "values": clusters,
        "below": float(fit.params[0]),
        "se": float(fit.bse[0]),
        "designEffect": clustered / independent,
    },
}
target = pathlib.Path(__file__).with_name("backtest.golden.json")
target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
