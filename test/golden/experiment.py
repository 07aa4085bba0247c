"""Writes experiment.golden.json: reference values for src/experiment from statsmodels and SciPy.

    python test/golden/experiment.py

Needs statsmodels, scipy and numpy (made with the versions that stand in the file). Bounds come from a recursion on a fine
Simpson grid; SciPy's multivariate normal then says that they spend what the spending function gives.
"""
import json
import pathlib

import numpy
import scipy
import statsmodels
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.special import lambertw
from scipy.stats import chisquare, multivariate_normal, nct, norm, ttest_ind
from statsmodels.stats.power import NormalIndPower, TTestIndPower
from statsmodels.stats.proportion import proportion_effectsize

rng = numpy.random.default_rng(20261127)

POINTS = 1601


def simpson(low, high):
    z = numpy.linspace(low, high, POINTS)
    w = numpy.ones(POINTS)
    w[1:-1:2], w[2:-1:2] = 4, 2
    return z, w * (z[1] - z[0]) / 3


def spent(t, alpha, spending):
    if spending == "pocock":
        return alpha * numpy.log(1 + (numpy.e - 1) * t)
    return 2 * norm.sf(norm.isf(alpha / 2) / numpy.sqrt(t))


def exits(t, bounds, drift=0.0, lower=False):
    """P(first exit above at each look), P(still going after each look); `lower`: exits below −bound end paths too."""
    above, going = [], []
    z = mass = None
    for k, now in enumerate(t):
        mean = drift * numpy.sqrt(now)
        if k == 0:
            above.append(norm.sf(bounds[0] - mean))
        else:
            step = now - t[k - 1]
            above.append(float(mass @ norm.sf((bounds[k] * numpy.sqrt(now) - z * numpy.sqrt(t[k - 1]) - drift * step) / numpy.sqrt(step))))
        y, w = simpson(max(-bounds[k], mean - 9) if lower else min(mean, 0) - 9, min(bounds[k], mean + 9))
        if k == 0:
            density = norm.pdf(y - mean)
        else:
            x = (y[:, None] * numpy.sqrt(now) - z[None, :] * numpy.sqrt(t[k - 1]) - drift * step) / numpy.sqrt(step)
            density = norm.pdf(x) @ mass * numpy.sqrt(now / step)
        z, mass = y, w * density
        going.append(float(mass.sum()))
    return above, going


def bounds_of(t, alpha, spending):
    bounds = []
    for k, now in enumerate(t):
        want = spent(now, alpha, spending) - (spent(t[k - 1], alpha, spending) if k else 0)
        if k == 0:
            bounds.append(float(norm.isf(want)))
            z, w = simpson(-9, min(bounds[0], 9))
            mass = w * norm.pdf(z)
            continue
        before, step = t[k - 1], now - t[k - 1]
        above = lambda c: float(mass @ norm.sf((c * numpy.sqrt(now) - z * numpy.sqrt(before)) / numpy.sqrt(step)))
        bounds.append(float(brentq(lambda c: above(c) - want, 0, 12, xtol=1e-13)))
        y, w = simpson(-9, min(bounds[k], 9))
        x = (y[:, None] * numpy.sqrt(now) - z[None, :] * numpy.sqrt(before)) / numpy.sqrt(step)
        z, mass = y, w * (norm.pdf(x) @ mass) * numpy.sqrt(now / step)
    return bounds


def normal_spent(t, bounds):
    """1 − P(every z below its bound), by SciPy's multivariate normal."""
    t = numpy.array(t)
    covariance = numpy.sqrt(numpy.minimum.outer(t, t) / numpy.maximum.outer(t, t))
    cdf = multivariate_normal.cdf(bounds, mean=numpy.zeros(len(t)), cov=covariance, maxpts=1_000_000, abseps=1e-7, releps=1e-7, rng=numpy.random.default_rng(1))
    return 1 - float(cdf)


groups = []
five = [0.2, 0.4, 0.6, 0.8, 1.0]
for t, alpha in [(five, 0.025), ([0.5, 1.0], 0.025), ([1 / 3, 2 / 3, 1.0], 0.025), ([0.1, 0.35, 0.9, 1.0], 0.025), ([0.3, 0.6], 0.005), ([0.25, 0.5, 0.75, 1.0], 0.05)]:
    for spending in ["obf", "pocock"]:
        bounds = bounds_of(t, alpha, spending)
        check = normal_spent(t, bounds)
        assert abs(check - spent(t[-1], alpha, spending)) < 2e-6, (t, spending, check)
        groups.append({"t": t, "alpha": alpha, "spending": spending, "bounds": bounds, "multivariateNormalSpent": check})

inflation = []
for looks, power, spending in [(5, 0.8, "obf"), (5, 0.8, "pocock"), (3, 0.9, "pocock")]:
    t = [(k + 1) / looks for k in range(looks)]
    bounds = bounds_of(t, 0.025, spending)
    fixed = norm.isf(0.025) + norm.ppf(power)
    drift = brentq(lambda x: sum(exits(t, bounds, x, True)[0]) - power, fixed, 2 * fixed, xtol=1e-11)
    factor = (drift / fixed) ** 2
    stop = lambda x: sum((now - (t[k - 1] if k else 0)) * (exits(t, bounds, x, True)[1][k - 1] if k else 1) for k, now in enumerate(t))
    inflation.append({"looks": looks, "power": power, "spending": spending, "inflation": factor, "null": factor * stop(0.0), "alternative": factor * stop(drift)})

noncentral = [{"t": t, "df": df, "nc": nc, "sf": float(nct.sf(t, df, nc))} for t in [-3.0, 0.0, 0.5, 1.96, 6.0, 40.0] for df in [1, 2.5, 10, 300, 1e5] for nc in [-1.0, 0.0, 0.7, 3.3, 12.0]]

sizes = [{"kind": "proportions", "baseline": a, "target": b, "alpha": alpha, "power": power, "ratio": ratio, "n": float(NormalIndPower().solve_power(proportion_effectsize(b, a), alpha=alpha, power=power, ratio=ratio))}
         for a, b, alpha, power, ratio in [(0.10, 0.12, 0.05, 0.8, 1), (0.5, 0.49, 0.01, 0.9, 2), (0.001, 0.003, 0.1, 0.95, 0.5), (0.3, 0.0, 0.05, 0.8, 1)]]
sizes += [{"kind": "means", "effectSize": d, "alpha": alpha, "power": power, "ratio": ratio, "n": float(TTestIndPower().solve_power(d, alpha=alpha, power=power, ratio=ratio))}
          for d, alpha, power, ratio in [(0.2, 0.05, 0.9, 1), (1.5, 0.05, 0.8, 1), (0.05, 0.01, 0.8, 3), (0.8, 0.1, 0.99, 0.25)]]

ratios = [{"nA": a, "nB": b, "shareA": s, "p": float(chisquare([a, b], [s * (a + b), (1 - s) * (a + b)]).pvalue)} for a, b, s in [(5000, 5200, 0.5), (900, 100, 0.9), (1000, 9300, 0.1), (500, 700, 0.5)]]

looks = []
for nA, nB, shift in [(200, 300, 0.3), (1000, 900, 0.0), (50, 5000, -0.5)]:
    xA, xB = rng.normal(10, 2, nA), rng.normal(10, 2, nB)
    yA = 5 + 0.8 * xA + rng.normal(0, 1, nA)
    yB = 5 + shift + 0.8 * xB + rng.normal(0, 2, nB)
    welch = ttest_ind(yB, yA, equal_var=False)
    # The slope within the arms and the adjusted effect are those of a regression on the arm and the covariate.
    x = numpy.concatenate([xA, xB])
    arm = numpy.concatenate([numpy.zeros(nA), numpy.ones(nB)])
    fit = sm.OLS(numpy.concatenate([yA, yB]), sm.add_constant(numpy.column_stack([arm, x]))).fit()
    theta = float(fit.params[2])
    adjusted = ttest_ind(yB - theta * xB, yA - theta * xA, equal_var=False)
    sums = {}
    for name, xs, ys in [("a", xA, yA), ("b", xB, yB)]:
        sums |= {f"n_{name}": len(xs), f"sum_{name}": float(ys.sum()), f"sumsq_{name}": float((ys**2).sum()), f"sum_x_{name}": float(xs.sum()), f"sumsq_x_{name}": float((xs**2).sum()), f"sum_xy_{name}": float((xs * ys).sum())}
    looks.append({"sums": sums, "effect": float(yB.mean() - yA.mean()), "z": float(welch.statistic), "theta": theta, "adjustedEffect": float(fit.params[1]), "adjustedZ": float(adjusted.statistic)})

sequences = []
for alpha in [0.05, 0.01]:
    for tuned in [5000, 300]:
        rho2 = float(-lambertw(-(alpha**2) * numpy.exp(-1), -1).real - 1) / tuned
        for n in [100, 5000, 1_000_000]:
            margin = numpy.sqrt(2 * (n * rho2 + 1) / (n**2 * rho2) * numpy.log(numpy.sqrt(n * rho2 + 1) / alpha))
            sequences.append({"alpha": alpha, "tunedRows": tuned, "rows": n, "bound": float(margin * numpy.sqrt(n))})

golden = {
    "versions": {"statsmodels": statsmodels.__version__, "scipy": scipy.__version__, "numpy": numpy.__version__},
    "groupSequential": groups,
    "inflation": inflation,
    "noncentralT": noncentral,
    "sampleSizes": sizes,
    "sampleRatios": ratios,
    "looks": looks,
    "sequences": sequences,
}
path = pathlib.Path(__file__).with_name("experiment.golden.json")
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.name, golden["versions"])
print([(g["t"], g["spending"], numpy.round(g["bounds"], 6).tolist()) for g in groups])
print(inflation)
