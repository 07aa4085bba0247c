"""Statistics of two samples by SciPy, NumPy, statsmodels and Evidently.

    python test/golden/drift.py             writes drift.golden.json
    python test/golden/drift.py --tables    reads tables as JSON lines, writes versions and the tables' statistics

A table is {"a": [...], "b": [...]} of numbers or {"counts": [[...], [...]]} of rows by level. The samples of the golden
file come from a generator small enough to stand in the test too, so that only its seed is kept.
"""

import json
import logging
import pathlib
import sys
import warnings

import evidently
import numpy as np
import pandas as pd
import scipy
import statsmodels
from evidently.legacy.calculations.stattests.psi import _psi
from evidently.legacy.core import ColumnType
from scipy import stats
from scipy.spatial import distance
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
HERE = pathlib.Path(__file__)


def number(x):
    return float(x) if np.isfinite(x) else None


def test_of(result):
    return {"statistic": number(result.statistic), "p": number(result.pvalue)}


def bins_of(counts):
    """Distances of aligned counts."""
    p, q = (np.asarray(side, dtype=float) for side in counts)
    smooth_p, smooth_q = ((side + 0.5) / (side.sum() + 0.5 * len(side)) for side in (p, q))
    p, q = p / p.sum(), q / q.sum()
    return {
        "psi": {"value": number(np.sum((smooth_p - smooth_q) * np.log(smooth_p / smooth_q))), "bins": len(p)},
        "js": {"distance": number(distance.jensenshannon(p, q, 2))},
        "hellinger": {"value": number(np.linalg.norm(np.sqrt(p) - np.sqrt(q)) / np.sqrt(2))},
        "kl": {"value": number(stats.entropy(smooth_p, smooth_q))},
    }


def evidently_psi(a, b, kind):
    return number(_psi(pd.Series(a), pd.Series(b), kind, 0.1)[0])


def numeric(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    n, m = len(a), len(b)
    pooled = np.concatenate([a, b])
    exact = n * m <= 10_000 and len(np.unique(pooled)) == n + m
    edges = np.quantile(a, np.linspace(0, 1, 11))
    edges[0], edges[-1] = -np.inf, np.inf
    edges = np.unique(edges)
    value = stats.wasserstein_distance(a, b)
    welch = stats.ttest_ind(a, b, equal_var=False)
    result = {
        "ks": test_of(stats.ks_2samp(a, b, method="exact" if exact else "asymp")),
        "wasserstein": {"value": number(value), "normed": number(value / a.std()) if n > 1 else None},
        "energy": {"value": number(stats.energy_distance(a, b))},
        "mannwhitney": test_of(stats.mannwhitneyu(a, b, method="asymptotic")),
        "welch": {**test_of(welch), "dof": number(welch.df)},
        **bins_of([np.histogram(side, edges)[0] for side in (a, b)]),
    }
    if min(n, m) > 1:
        result["cvm"] = test_of(stats.cramervonmises_2samp(a, b))
        result["anderson"] = test_of(stats.anderson_ksamp([a, b], variant="midrank"))
        result["psiEvidently"] = {"value": evidently_psi(a, b, ColumnType.Numerical)}
    return result


def categorical(counts):
    both = np.asarray(counts)
    chi2 = stats.chi2_contingency(both, correction=False)
    g = stats.chi2_contingency(both, correction=False, lambda_="log-likelihood")
    levels = np.arange(both.shape[1])
    result = {
        "chi2": {**test_of(chi2), "dof": int(chi2.dof)},
        "g": test_of(g),
        "tvd": {"value": number(np.abs(both[0] / both[0].sum() - both[1] / both[1].sum()).sum() / 2)},
        "psiEvidently": {"value": evidently_psi(*(np.repeat(levels, side) for side in both), ColumnType.Categorical)},
        **bins_of(counts),
    }
    if both.shape[1] == 2:
        z, p = proportions_ztest(both[:, 0], both.sum(axis=1))
        result["fisher"] = {"p": number(stats.fisher_exact(both).pvalue)}
        result["z"] = {"statistic": number(z), "p": number(p)}
    return result


def uniform(seed):
    while True:
        seed = (1664525 * seed + 1013904223) % 2**32
        yield (seed + 0.5) / 2**32


SHAPES = {
    "uniform": lambda u, v: (10 * u, 10 * v),
    "shifted": lambda u, v: (10 * u, 10 * v + 0.75),
    "squares": lambda u, v: (100 * u * u, 110 * v * v),
    "reciprocals": lambda u, v: (1 / u, 1 / v - 0.125),
    "integers": lambda u, v: (np.floor(7 * u), np.floor(6 * v * v) + 1),
    "inflated": lambda u, v: (0 if u < 0.3 else 10 * u, 0 if v < 0.25 else 10 * v),
    "instants": lambda u, v: (1.75e9 + 86400 * u, 1.75e9 + 90000 * v),
}
SIZES = [(1, 6), (2, 2), (4, 3), (7, 20), (20, 19), (20, 20), (21, 20), (33, 150), (100, 100), (141, 142)]
SIZES += [(40, 251), (300, 500), (281, 281), (1000, 700), (1501, 4000), (6001, 1777)]


def sample_table(k, size, shape):
    draw = uniform(1000 + k)
    n, m = size
    us, vs = [next(draw) for _ in range(n)], [next(draw) for _ in range(m)]
    a, b = [SHAPES[shape](u, 0.5)[0] for u in us], [SHAPES[shape](0.5, v)[1] for v in vs]
    return {"seed": 1000 + k, "n": n, "m": m, "shape": shape, "statistics": numeric(a, b)}


def level_table(k):
    rng = np.random.default_rng(k)
    levels = 2 if k % 3 == 0 else int(rng.integers(3, 31))
    rows = [int(10 ** rng.uniform(1, 5 if levels > 2 else 3)) for _ in range(2)]
    base = rng.dirichlet(np.ones(levels))
    counts = np.array([rng.multinomial(n, 0.8 * base + 0.2 * rng.dirichlet(np.ones(levels))) for n in rows])
    if levels > 2:
        counts = counts[:, counts.sum(axis=0) > 0]
    elif (counts.sum(axis=0) == 0).any():
        counts += 1
    return {"counts": counts.tolist(), "statistics": categorical(counts)}


def adjusted(k):
    rng = np.random.default_rng(k)
    p = np.round(rng.uniform(size=5 + 7 * k) ** 3, 6)
    names = {"bh": "fdr_bh", "by": "fdr_by", "holm": "holm"}
    return {"p": p.tolist(), **{ours: multipletests(p, method=theirs)[1].tolist() for ours, theirs in names.items()}}


VERSIONS = {module.__name__: module.__version__ for module in (evidently, np, scipy, statsmodels)}


def golden():
    shapes = list(SHAPES)
    pairs = [(size, shapes[(4 * i + k) % len(shapes)]) for i, size in enumerate(SIZES) for k in range(4)]
    return {
        "versions": VERSIONS,
        "numeric": [sample_table(k, size, shape) for k, (size, shape) in enumerate(pairs)],
        "categorical": [level_table(k) for k in range(40)],
        "adjusted": [adjusted(k) for k in range(1, 6)],
    }


if sys.argv[1:] == ["--tables"]:
    print(json.dumps(VERSIONS))
    for line in sys.stdin:
        table = json.loads(line)
        found = categorical(table["counts"]) if "counts" in table else numeric(table["a"], table["b"])
        print(json.dumps(found))
else:
    HERE.with_name("drift.golden.json").write_text(json.dumps(golden()) + "\n", encoding="utf-8")
