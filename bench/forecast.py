"""statsforecast's models on the series of standard input (JSON): seconds of processor time and forecasts by model, as JSON."""

import json
import sys
import time

import numpy
import statsforecast
from statsforecast.models import MSTL, AutoARIMA, AutoETS, AutoTheta

task = json.load(sys.stdin)
series = [numpy.array(y) for y in task["series"]]
day = task["season"][0]
MODELS = {
    "AutoETS": lambda: AutoETS(season_length=day),
    "AutoTheta": lambda: AutoTheta(season_length=day),
    "MSTL": lambda: MSTL(season_length=task["season"]),
    "AutoARIMA": lambda: AutoARIMA(season_length=day, approximation=True),
}
result = {"versions": {"python": sys.version.split()[0], "statsforecast": statsforecast.__version__}, "models": {}}
for name in task["models"]:
    make = MODELS[name]
    make().forecast(series[0][:200], task["horizon"])  # compiles
    started = time.process_time()
    forecasts = [make().forecast(y, task["horizon"], level=[95]) for y in series]
    result["models"][name] = {
        "cpu": time.process_time() - started,
        "mean": [forecast["mean"].tolist() for forecast in forecasts],
    }
json.dump(result, sys.stdout)
