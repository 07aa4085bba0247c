"""Writes gates.golden.json: reference values for the gates of src/experiment from SciPy and statsmodels.

    python test/golden/gates.py

Needs scipy, statsmodels and numpy (made with the versions that stand in the file). Newcombe's paired interval has no peer
in them; it is written out here from his paper's formulas in another form than in the source.
"""
import json
import math
import pathlib

import numpy
import scipy
import statsmodels
from scipy.stats import binom, kendalltau, norm, theilslopes
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = numpy.random.default_rng(20261128)


def number(value):
    return None if value is None or not math.isfinite(value) else float(value)


newcombe = []
for hits, n, hits2, n2 in [(450, 500, 430, 500), (99, 100, 95, 100), (30, 40, 40, 45), (5000, 5200, 4800, 5000)]:
    low, high = confint_proportions_2indep(hits2, n2, hits, n, compare="diff", method="newcomb")
    newcombe.append({"prod": [hits, n], "canary": [hits2, n2], "lower": float(low), "upper": float(high)})


def wilson(k, n, alpha=0.05):
    return proportion_confint(k, n, alpha=alpha, method="wilson")


def paired(e, f, g, h, alpha=0.05):
    """Table e (both), f (after only), g (before only), h (neither): after - before, Newcombe 1998 method 10."""
    n = e + f + g + h
    p1, p2 = (e + f) / n, (e + g) / n
    (l1, u1), (l2, u2) = wilson(e + f, n, alpha), wilson(e + g, n, alpha)
    a = math.sqrt((e + f) * (g + h) * (e + g) * (f + h))
    b = e * h - f * g
    c = b - n / 2 if b > n / 2 else (0 if b >= 0 else b)
    phi = 0 if a == 0 else c / a
    d = p1 - p2
    low = d - math.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    high = d + math.sqrt((p2 - l2) ** 2 - 2 * phi * (p2 - l2) * (u1 - p1) + (u1 - p1) ** 2)
    return {"table": [e, f, g, h], "delta": d, "low": low, "high": high}


pairs = [paired(*t) for t in [(36, 12, 2, 0), (900, 20, 35, 45), (10, 5, 5, 10), (50, 0, 0, 0), (0, 30, 0, 0), (3, 20, 30, 1), (30, 1, 0, 0)]]

clopper = []
for k, n in [(12, 200), (0, 50), (50, 50), (3, 100000)]:
    low, high = proportion_confint(k, n, alpha=0.05, method="beta")
    clopper.append({"failed": k, "attempted": n, "lower": float(low), "upper": float(high)})

order = []
for n, q in [(10, 0.5), (99, 0.5), (100, 0.95), (58, 0.95), (2000, 0.99), (5, 0.9), (150000, 0.95)]:
    # Least tails: P(X < first) <= 0.025 and P(X >= last) <= 0.025 for X ~ Bin(n, q); ranks from 1.
    ranks = numpy.arange(0, n + 2)
    below = binom.cdf(ranks - 1, n, q)
    first = int(ranks[below <= 0.025].max())
    upper = ranks[binom.sf(ranks - 1, n, q) <= 0.025]
    last = int(upper.min())
    order.append({"n": n, "q": q, "first": first if first >= 1 else None, "last": last if last <= n else None})

survival = []
for n, scale in [(12, 60.0), (60, 100.0), (300, 2000.0)]:
    times = numpy.minimum(rng.exponential(scale, n).round(0) + 1, rng.integers(24, 97, n))
    failed = (rng.random(n) < 0.6).astype(int)
    fit = SurvfuncRight(times, failed)
    z = norm.ppf(0.975)
    log = numpy.log(fit.surv_prob)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        width = z * fit.surv_prob_se / fit.surv_prob / log
        low, high = fit.surv_prob ** numpy.exp(-width), fit.surv_prob ** numpy.exp(width)
    steps = [
        {"time": float(t), "atRisk": int(r), "failed": int(e), "survival": float(s), "standardError": number(se), "low": number(lo), "high": number(hi)}
        for t, r, e, s, se, lo, hi in zip(fit.surv_times, fit.n_risk, fit.n_events, fit.surv_prob, fit.surv_prob_se, low, high)
        if e > 0
    ]
    survival.append({"times": times.tolist(), "failed": failed.tolist(), "steps": steps})

trend = []
for n, slope, decimals in [(12, 0.5, 3), (40, 0.1, 0), (80, 0.0, 1), (25, 0.0, 0), (5, 1.0, 2)]:
    x = numpy.sort(rng.random(n) * 10).round(2 if n != 40 else 0)
    y = (slope * x + rng.standard_normal(n)).round(decimals)
    fit = theilslopes(y, x, alpha=0.95)
    kendall = kendalltau(numpy.arange(n), y, method="asymptotic")
    trend.append({"x": x.tolist(), "y": y.tolist(), "slope": float(fit[0]), "low": float(fit[2]), "high": float(fit[3]), "p": float(kendall.pvalue)})

p0, p1 = 0.01, 0.02
llr = []
for k, n in [(4, 200), (0, 500), (20, 700), (0, 0)]:
    llr.append({"failed": k, "attempted": n, "llr": float(binom.logpmf(k, n, p1) - binom.logpmf(k, n, p0))})

golden = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "statsmodels": statsmodels.__version__},
    "newcombe": newcombe,
    "paired": pairs,
    "clopper": clopper,
    "order": order,
    "survival": survival,
    "trend": trend,
    "llr": llr,
}
path = pathlib.Path(__file__).with_name("gates.golden.json")
path.write_text(json.dumps(golden, indent=2) + "\n")
