"""ruptures beside fleetlens: reads a JSON file of series, writes the changes that every method finds.

usage: changepoint.py INPUT.json OUTPUT.json

INPUT: {"series": {"name": [[...dimension 0], ...]}, "few": [names that the slow rbf method gets]}
The rbf method keeps its default of ends at every fifth point, for its time. Series are standardised per dimension and the penalty of a change is 2 ln n (BIC of a mean per segment, unit variance).
"""

import importlib.metadata
import json
import math
import sys

import numpy as np
import ruptures


def standardised(rows):
    x = np.asarray(rows, dtype=float).T
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)


METHODS = {
    "Window l2 w=20": lambda: ruptures.Window(width=20, model="l2", min_size=2, jump=1),
    "Pelt rbf": lambda: ruptures.Pelt(model="rbf", min_size=2, jump=5),
    "Binseg l2": lambda: ruptures.Binseg(model="l2", min_size=2, jump=1),
    "KernelCPD linear": lambda: ruptures.KernelCPD(kernel="linear", min_size=2),
}


def changes(method, x):
    n = len(x)
    return [int(c) for c in METHODS[method]().fit(x).predict(pen=2 * math.log(n)) if c < n]


def main():
    with open(sys.argv[1], encoding="utf-8") as source:
        task = json.load(source)
    found = {
        method: {
            name: changes(method, standardised(rows))
            for name, rows in task["series"].items()
            if "rbf" not in method or name in task["few"]
        }
        for method in METHODS
    }
    version = importlib.metadata.version("ruptures")
    with open(sys.argv[2], "w", encoding="utf-8") as target:
        json.dump({"ruptures": version, "changes": found}, target)


main()
