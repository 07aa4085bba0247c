"""scipy on one graph of bench/gc-core.ts: CPU seconds of building and of walking it, peak memory, vertices reached; JSON."""

import json
import resource
import sys
import time

import numpy
import scipy
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order

folder, vertices, weights = sys.argv[1], int(sys.argv[2]), sys.argv[3]
src = numpy.fromfile(f"{folder}/src.bin", dtype=numpy.int32)
dst = numpy.fromfile(f"{folder}/dst.bin", dtype=numpy.int32)
started = time.process_time()
graph = csr_matrix((numpy.ones(len(src), dtype=weights), (src, dst)), shape=(vertices, vertices))
del src, dst
built = time.process_time()
order, _ = breadth_first_order(graph, 0)
walked = time.process_time()
result = {
    "build": built - started,
    "walk": walked - built,
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "reached": len(order),
    "versions": {"python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__},
}
json.dump(result, sys.stdout)
