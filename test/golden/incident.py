"""Writes incident.golden.json: reference values for src/incident from statsmodels, scikit-learn and SciPy.

    python test/golden/incident.py

Needs statsmodels, scikit-learn, scipy and numpy (made with the versions that stand in the file).
"""
import json
import pathlib

import numpy
import scipy
import sklearn
import statsmodels
from scipy.spatial.distance import jensenshannon
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_score, recall_score
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oaxaca import OaxacaBlinder
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

rng = numpy.random.default_rng(20261127)

wilson = []
for count, total in [(0, 1), (1, 1), (0, 20), (3, 10), (20, 20), (7, 1000), (999, 1000), (123456, 1000000)]:
    low, high = proportion_confint(count, total, alpha=0.05, method="wilson")
    wilson.append({"count": count, "total": total, "low": float(low), "high": float(high)})

newcombe = []
for c1, n1, c2, n2 in [(3, 10, 8, 12), (0, 30, 4, 40), (90, 100, 70, 100), (5, 5, 5, 5)]:
    low, high = confint_proportions_2indep(c2, n2, c1, n1, compare="diff", method="newcomb")
    newcombe.append({"before": [c1, n1], "after": [c2, n2], "low": float(low), "high": float(high)})

exact = []
for fixed, broken in [(0, 0), (1, 0), (9, 1), (5, 5), (40, 22), (0, 60), (1000, 900), (300000, 298000)]:
    exact.append({"fixed": fixed, "broken": broken, "p": float(mcnemar([[3, fixed], [broken, 4]], exact=True).pvalue)})

tail = [{"z": z, "p": float(norm.sf(z))} for z in [-5.0, -1.0, 0.0, 0.3, 1.959963984540054, 2.99, 3.01, 4.0, 8.0, 20.0, 37.0]]

p = [0.001, 0.2, 0.04, 0.04, 0.6, 0.011, 0.9, 1.0, 0.0]
bh = {"p": p, "adjusted": [float(v) for v in multipletests(p, method="fdr_bh")[1]]}

surprise = []
for a, b in [([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]), ([1, 0], [0, 1]), ([0.9, 0.1], [0.9, 0.1])]:
    surprise.append({"expected": a, "seen": b, "divergence": float(jensenshannon(a, b) ** 2)})

# A rate of three groups before and after, as one row a request: the decomposition of statsmodels with the mean of both
# periods' rates and shares as reference is taken apart here by hand from its twofold parts.
weights = numpy.array([[400, 100, 500], [200, 500, 300]])
values = numpy.array([[8, 10, 5], [9, 45, 6]])


def twofold(first, second):
    """(explained, unexplained) with the first period's rates as reference, by OLS on group indicators."""
    rows, groups, periods = [], [], []
    for period in (first, second):
        for group in range(3):
            w, v = weights[period][group], values[period][group]
            rows += [1] * v + [0] * (w - v)
            groups += [group] * w
            periods += [int(period == second)] * w
    indicators = numpy.eye(3)[groups]
    exog = numpy.column_stack([indicators, periods])
    model = OaxacaBlinder(numpy.array(rows, float), exog, 3, hasconst=True, swap=False)
    unexplained, explained, gap = model.two_fold(two_fold_type="self_submitted", submitted_weight=0.5).params
    return float(explained), float(unexplained), float(gap)


explained, unexplained, gap = twofold(1, 0)
share, rate = weights / weights.sum(axis=1, keepdims=True), values / weights
kitagawa = {
    "weights": weights.tolist(),
    "values": values.tolist(),
    "mix": explained,
    "rate": unexplained,
    "delta": gap,
    "groupRate": [float(v) for v in share.mean(axis=0) * (rate[1] - rate[0])],
}

n = 400
classes = ["bus", "car", "van"]
label = rng.choice(classes, n, p=[0.5, 0.3, 0.2])
pred = numpy.where(rng.random(n) < 0.7, label, rng.choice(classes, n))
multi = {
    "label": label.tolist(),
    "pred": pred.tolist(),
    "classes": classes,
    "matrix": confusion_matrix(label, pred, labels=classes).tolist(),
    "precision": [float(v) for v in precision_score(label, pred, labels=classes, average=None)],
    "recall": [float(v) for v in recall_score(label, pred, labels=classes, average=None)],
}


def curve(score, came):
    observed, mean = calibration_curve(came, score, n_bins=15, strategy="quantile")
    edges = numpy.percentile(score, numpy.linspace(0, 1, 16) * 100)
    bins = numpy.searchsorted(edges[1:-1], score)
    counts = numpy.bincount(bins, minlength=15)
    counts = counts[counts > 0]
    ece = float(numpy.sum(counts / len(score) * numpy.abs(observed - mean)))
    return {
        "score": score.tolist(),
        "came": came.tolist(),
        "observed": observed.tolist(),
        "mean": mean.tolist(),
        "counts": counts.tolist(),
        "ece": ece,
    }


score = rng.random(n)
smooth = curve(score, (rng.random(n) < score**2).astype(int))
tied = numpy.round(rng.beta(2, 1, n), 1)
ties = curve(tied, (rng.random(n) < tied).astype(int))

golden = {
    "versions": {
        "statsmodels": statsmodels.__version__,
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "numpy": numpy.__version__,
    },
    "wilson": wilson,
    "newcombe": newcombe,
    "mcnemar": exact,
    "normalTail": tail,
    "benjaminiHochberg": bh,
    "surprise": surprise,
    "kitagawa": kitagawa,
    "confusion": multi,
    "calibration": [smooth, ties],
}
path = pathlib.Path(__file__).with_name("incident.golden.json")
path.write_text(json.dumps(golden, indent=1) + "\n")
print(path.name, golden["versions"], kitagawa)
