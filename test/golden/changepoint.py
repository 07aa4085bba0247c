"""Writes changepoint.golden.json: optimal segmentations by ruptures, and what they cost.

    python test/golden/changepoint.py

KernelCPD("linear") for changes of the mean, Pelt("normal", jump=1) for changes of mean and variance. `jump` is 5 by
default in Pelt, which leaves out four changes of five. Pelt's costs are n ln(variance + 1e-6).
"""

import json
import pathlib
import warnings

import numpy
import ruptures

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__)
NILE = """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140
    1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969
    831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796 1040 759
    781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890
    744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740"""


def mean(y, penalty, least):
    found = ruptures.KernelCPD("linear", min_size=least).fit(y.reshape(-1, 1)).predict(pen=penalty)
    cost = ruptures.costs.CostL2().fit(y)
    return result(cost, found, penalty, least)


def normal(y, penalty, least):
    found = ruptures.Pelt("normal", min_size=least, jump=1).fit(y).predict(pen=penalty)
    cost = ruptures.costs.CostNormal().fit(y)
    return result(cost, found, penalty, least)


def result(cost, ends, penalty, least):
    changes = [int(end) for end in ends[:-1]]
    objective = float(cost.sum_of_costs(ends)) + penalty * len(changes)
    return {"penalty": penalty, "minSize": least, "changes": changes, "objective": objective}


def series(name, y):
    y = numpy.round(numpy.asarray(y, dtype=float), 3)
    variance, log = y.var(), numpy.log(len(y))
    return {
        "name": name,
        "y": y.tolist(),
        "mean": [mean(y, float(f * variance * log), least) for f in (0.1, 0.5, 2) for least in (1, 2, 10)],
        "normal": [normal(y, float(p * log), least) for p in (1.5, 3, 6) for least in (2, 10)],
    }


rng = numpy.random.default_rng(20)
golden = {
    "ruptures": ruptures.__version__,
    "numpy": numpy.__version__,
    "series": [
        series("nile", NILE.split()),
        series("steps", numpy.repeat([0, 3, 1, 5, 4], [60, 40, 80, 10, 60]) + rng.normal(size=250)),
        series("variances", numpy.repeat([1, 3, 0.5], [90, 60, 100]) * rng.normal(size=250) + 20),
        series("noise", rng.standard_t(3, size=200)),
        series("integers", rng.poisson(numpy.repeat([2, 6, 2], [70, 60, 70])) + rng.normal(scale=0.01, size=200)),
    ],
}
HERE.with_name("changepoint.golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")
