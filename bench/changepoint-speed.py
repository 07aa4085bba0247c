"""ruptures on one series of bench/changepoint-speed.ts: CPU milliseconds of a search after one to warm up; JSON."""

import json
import sys
import time

import numpy
import ruptures

y = numpy.fromfile(sys.argv[1], dtype=numpy.float64).reshape(-1, 1)
penalty = float(sys.argv[2])
ruptures.KernelCPD("linear", min_size=1).fit(y[:1000]).predict(pen=penalty)
started = time.process_time()
found = ruptures.KernelCPD("linear", min_size=1).fit(y).predict(pen=penalty)
result = {
    "ms": 1000 * (time.process_time() - started),
    "changes": [int(end) for end in found[:-1]],
    "versions": {
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "ruptures": ruptures.__version__,
    },
}
json.dump(result, sys.stdout)
