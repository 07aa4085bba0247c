"""Which columns Evidently's DataDriftPreset calls drifted, with what it chooses by itself. Standard input, JSON lines:
{"file", "n", "m", "columns": [{"name", "kind"}]}, where the file holds the reference's columns and then the current
ones as 64-bit floats; standard output, JSON lines: {"flags": {column: bool}, "methods": [...], "cpu"}.

With "scores": true the answer is {"scores": {column: number}, "flags", "methods", "cpu"}: what the function that the preset
would choose for the column says by itself, so turned that less is more drift."""

import json
import re
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
import evidently
from evidently import DataDefinition, Dataset, Report
from evidently.legacy.calculations.stattests import get_stattest
from evidently.presets import DataDriftPreset

NAME = re.compile(r"ValueDrift\(column=(?P<column>[^,]+),method=(?P<method>.*),threshold=(?P<threshold>[^)]+)\)")


def frame(values, rows, columns):
    parts = values.reshape(len(columns), rows)
    # Levels are text, so that they are no numbers.
    return pd.DataFrame(
        {c["name"]: part if c["kind"] == "numeric" else part.astype(int).astype(str) for c, part in zip(columns, parts)}
    )


def score(task):
    columns, n, m = task["columns"], task["n"], task["m"]
    values = np.fromfile(task["file"])
    reference, current = frame(values[: n * len(columns)], n, columns), frame(values[n * len(columns) :], m, columns)
    used = time.process_time()
    scores, flags, methods = {}, {}, set()
    for column in columns:
        name, kind = column["name"], "num" if column["kind"] == "numeric" else "cat"
        test = get_stattest(reference[name], current[name], kind, None)
        found = test(reference[name], current[name], kind, None)
        is_p = "p_value" in test.display_name
        scores[name] = float(found.drift_score) * (1 if is_p else -1)
        flags[name] = bool(found.drifted)
        methods.add(test.display_name)
    return {"scores": scores, "flags": flags, "methods": sorted(methods), "cpu": time.process_time() - used}


def judge(task):
    columns, n, m = task["columns"], task["n"], task["m"]
    values = np.fromfile(task["file"])
    reference, current = frame(values[: n * len(columns)], n, columns), frame(values[n * len(columns) :], m, columns)
    of_kind = lambda kind: [c["name"] for c in columns if c["kind"] == kind]
    definition = DataDefinition(numerical_columns=of_kind("numeric"), categorical_columns=of_kind("categorical"))
    used = time.process_time()
    result = Report([DataDriftPreset()]).run(
        Dataset.from_pandas(current, definition), Dataset.from_pandas(reference, definition)
    )
    flags, methods = {}, set()
    for metric in result.dict()["metrics"]:
        found = NAME.match(metric["metric_name"])
        if found:
            value, threshold = float(metric["value"]), float(found["threshold"])
            # A p-value drifts below its threshold, a distance from it on.
            flags[found["column"]] = value < threshold if "p_value" in found["method"] else value >= threshold
            methods.add(found["method"])
    return {"flags": flags, "methods": sorted(methods), "cpu": time.process_time() - used}


print(json.dumps({"versions": {"python": sys.version.split()[0], "evidently": evidently.__version__}}), flush=True)
for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(score(task) if task.get("scores") else judge(task)), flush=True)
