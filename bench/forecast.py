"""statsforecast's AutoETS for bench/forecast.ts: series as JSON on stdin, means and processor seconds on stdout."""

import json
import platform
import sys
import time

import numpy
import statsforecast
from statsforecast.models import AutoETS

asked = json.load(sys.stdin)
series = [numpy.asarray(y, dtype=numpy.float64) for y in asked["series"]]
horizon, season = asked["horizon"], asked["season"]

AutoETS(season_length=season).forecast(series[0][:200], horizon, level=[95])  # warm
before = time.process_time()
means = [AutoETS(season_length=season).forecast(y, horizon, level=[95])["mean"].tolist() for y in series]
seconds = time.process_time() - before
versions = {"statsforecast": statsforecast.__version__, "python": platform.python_version()}
json.dump({"versions": versions, "cpu": seconds, "mean": means}, sys.stdout)
