"""Writes drift-model.golden.json: AUC with DeLong's variance, logistic regression, isotonic and Platt calibration, Brier and
log scores, calibration errors, rank agreement and MMD, by scikit-learn, SciPy and NumPy.

    python test/golden/drift-model.py
"""

import json
import pathlib

import numpy
import scipy
import sklearn
from scipy import optimize, special, stats
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, ndcg_score, roc_auc_score

rng = numpy.random.default_rng(20261128)


def scored(n, ties, slope=2.0):
    """Scores and outcomes; rounded scores have ties."""
    score = special.expit(rng.normal(size=n) * slope)
    score = numpy.round(score, 1 if ties else 6)
    came = (rng.random(n) < special.expit(1.3 * special.logit(numpy.clip(score, 0.01, 0.99)) - 0.4)).astype(int)
    return score, came


def delong(score, came):
    """Structural components by the definition (DeLong, DeLong & Clarke-Pearson 1988), every pair."""
    x, y = score[came == 1], score[came == 0]
    psi = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    v10, v01 = psi.mean(axis=1), psi.mean(axis=0)
    variance = v10.var(ddof=1) / len(x) + v01.var(ddof=1) / len(y)
    auc = roc_auc_score(came, score)
    half = stats.norm.ppf(0.975) * variance**0.5
    return {"auc": float(auc), "se": float(variance**0.5), "lower": float(max(0, auc - half)), "upper": float(min(1, auc + half))}


aucs = []
for n, ties in ((12, True), (60, False), (200, True)):
    score, came = scored(n, ties)
    aucs.append({"score": score.tolist(), "came": came.tolist(), **delong(score, came)})

logistic = []
for n, width, l2 in ((80, 3, 1.0), (60, 6, 0.1), (50, 2, 10.0)):
    x = rng.normal(size=(n, width)).round(4)
    y = (rng.random(n) < special.expit(x[:, 0] - 0.5 * x[:, 1] + 0.3)).astype(int)
    model = LogisticRegression(C=1 / l2, tol=1e-14, max_iter=10000, solver="newton-cholesky").fit(x, y)
    logistic.append(
        {"columns": x.T.tolist(), "target": y.tolist(), "l2": l2, "weights": model.coef_[0].tolist(), "intercept": float(model.intercept_[0])}
    )

calibration = []
for n, ties in ((40, True), (150, False)):
    score, came = scored(n, ties)
    order = numpy.argsort(score, kind="stable")
    score, came = score[order], came[order]
    grid = numpy.linspace(-0.1, 1.1, 41).round(3)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(score, came)
    high, low = (came.sum() + 1) / (came.sum() + 2), 1 / ((1 - came).sum() + 2)
    target = numpy.where(came == 1, high, low)
    loss = lambda ab: numpy.sum(numpy.logaddexp(0, ab[0] * score + ab[1]) - target * (ab[0] * score + ab[1]))
    slope, offset = optimize.minimize(loss, [0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-14, "maxiter": 10000}).x
    widths = [float(e) for e in numpy.linspace(0, 1, 11)]
    bins = numpy.searchsorted(widths[1:-1], score)
    base = came.mean()
    parts = {"reliability": 0.0, "resolution": 0.0}
    ece = 0.0
    for b in numpy.unique(bins):
        own = bins == b
        share = own.mean()
        parts["reliability"] += share * (score[own].mean() - came[own].mean()) ** 2
        parts["resolution"] += share * (came[own].mean() - base) ** 2
        ece += share * abs(score[own].mean() - came[own].mean())
    calibration.append(
        {
            "score": score.tolist(),
            "came": came.tolist(),
            "grid": grid.tolist(),
            "isotonic": isotonic.predict(grid).tolist(),
            "slope": float(slope),
            "offset": float(offset),
            "brier": float(brier_score_loss(came, score)),
            "uncertainty": float(base * (1 - base)),
            **{k: float(v) for k, v in parts.items()},
            "ece_width_10": float(ece),
        }
    )

score, came = scored(300, True)
predicted = (score >= 0.5).astype(int)
metrics = {
    "score": score.tolist(),
    "came": came.tolist(),
    "predicted": predicted.tolist(),
    "accuracy": float(accuracy_score(came, predicted)),
    "f1": float(f1_score(came, predicted)),
    "roc_auc": float(roc_auc_score(came, score)),
}
p = rng.random(60).round(3)
s, hat = rng.random(60).round(1), rng.integers(0, 2, 60)
tp, fp, fn, tn = (p * hat).sum(), ((1 - p) * hat).sum(), (p * (1 - hat)).sum(), ((1 - p) * (1 - hat)).sum()
# Each row is a positive one of weight p and a negative one of weight 1 - p.
expected = {
    "score": s.tolist(),
    "probability": p.tolist(),
    "predicted": hat.tolist(),
    "accuracy": float((tp + tn) / 60),
    "f1": float(2 * tp / (2 * tp + fp + fn)),
    "roc_auc": float(
        roc_auc_score(numpy.repeat([1, 0], 60), numpy.tile(s, 2), sample_weight=numpy.concatenate([p, 1 - p]))
    ),
}

# Class probabilities: isotonic regression of each class against the rest, made to add up to 1, and what they expect of
# predictions. From a generator of its own, so that what is drawn below stays what it was.
own = numpy.random.default_rng(8)


def class_rows(n, sharp):
    margins = own.normal(size=(n, 4)) * sharp
    truth = numpy.array([own.choice(4, p=special.softmax(row)) for row in margins])
    scores = special.softmax(1.7 * margins + own.normal(size=(n, 4)) * 0.4, axis=1).round(3)
    return scores, scores.argmax(axis=1), truth


before, predicted_before, truth_before = class_rows(240, 1.5)
after, predicted_after, truth_after = class_rows(150, 0.9)
calibrated = numpy.column_stack(
    [
        IsotonicRegression(out_of_bounds="clip").fit(before[:, c], truth_before == c).predict(after[:, c])
        for c in range(4)
    ]
)
calibrated /= calibrated.sum(axis=1, keepdims=True)
hat = numpy.eye(4)[predicted_after]
tp, fp, fn = (calibrated * hat).sum(axis=0), ((1 - calibrated) * hat).sum(axis=0), (calibrated * (1 - hat)).sum(axis=0)


def macro_auc(scores, shares):
    """Mean of each class's AUC; a row counts its share as positive, the rest as negative."""
    n = len(scores)
    sides, both = numpy.repeat([1, 0], n), numpy.concatenate([shares, 1 - shares])
    return float(numpy.mean([roc_auc_score(sides, numpy.tile(scores[:, c], 2), sample_weight=both[:, c]) for c in range(4)]))


several = {
    "before": {"scores": before.T.tolist(), "predicted": predicted_before.tolist(), "truth": truth_before.tolist()},
    "after": {"scores": after.T.tolist(), "predicted": predicted_after.tolist(), "truth": truth_after.tolist()},
    "reference": {
        "accuracy": float(accuracy_score(truth_before, predicted_before)),
        "macro_f1": float(f1_score(truth_before, predicted_before, average="macro")),
        "macro_auc": macro_auc(before, numpy.eye(4)[truth_before]),
    },
    "realised": {
        "accuracy": float(accuracy_score(truth_after, predicted_after)),
        "macro_f1": float(f1_score(truth_after, predicted_after, average="macro")),
        "macro_auc": macro_auc(after, numpy.eye(4)[truth_after]),
    },
    "estimated": {
        "accuracy": float(tp.sum() / len(after)),
        "macro_f1": float(numpy.mean(2 * tp / (2 * tp + fp + fn))),
        "macro_auc": macro_auc(after, calibrated),
    },
}

ranks = []
for n in (5, 8, 15):
    a, b = rng.random(n).round(1), rng.random(n).round(1)
    ranks.append({"a": a.tolist(), "b": b.tolist(), "tau": float(stats.kendalltau(a, b).statistic), "ndcg": float(ndcg_score([a], [b]))})


def squared_mmd(x, y):
    z = numpy.concatenate([x, y])
    d2 = ((z[:, None, :] - z[None, :, :]) ** 2).sum(axis=2)
    bandwidth = numpy.median(numpy.sqrt(d2[numpy.triu_indices(len(z), 1)]))
    k = numpy.exp(-d2 / (2 * bandwidth**2))
    m, n = len(x), len(y)
    xx, yy, xy = k[:m, :m], k[m:, m:], k[:m, m:]
    return bandwidth, (xx.sum() - m) / (m * (m - 1)) + (yy.sum() - n) / (n * (n - 1)) - 2 * xy.mean()


mmd = []
for m, n, width, shift in ((40, 40, 1, 0.0), (35, 60, 3, 0.8), (50, 30, 2, 0.3)):
    x, y = rng.normal(size=(m, width)).round(4), (rng.normal(size=(n, width)) + shift).round(4)
    bandwidth, value = squared_mmd(x, y)
    mmd.append({"reference": x.T.tolist(), "current": y.T.tolist(), "bandwidth": float(bandwidth), "mmd2": float(value)})

result = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "auc": aucs,
    "logistic": logistic,
    "calibration": calibration,
    "metrics": metrics,
    "expected": expected,
    "several": several,
    "ranks": ranks,
    "mmd": mmd,
}
path = pathlib.Path(__file__).with_name("drift-model.golden.json")
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
