"""What Apache DataSketches states and has of error, for a quantile sketch of the same k: writes drift-sketches.golden.json.

Its coins are random, so of its errors only the median and the largest of 20 sketches are kept. The values are those of
the generator of the other drift tests, so that only its seed is kept.
"""

import importlib.metadata
import json
import pathlib

import datasketches
import numpy as np

K, N, SKETCHES, SEED = 400, 200_000, 20, 12345


def values(n):
    state, out = SEED, np.empty(n)
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        out[i] = (state + 0.5) / 2**32
    return out


def worst_error(x):
    sketch = datasketches.kll_doubles_sketch(K)
    sketch.update(x)
    ordered = np.sort(x)
    shares = np.array([sketch.get_rank(v, True) for v in ordered[:: N // 2000]])
    return float(np.max(np.abs(shares - (np.arange(0, N, N // 2000) + 1) / N)))


x = values(N)
errors = [worst_error(x) for _ in range(SKETCHES)]
out = {
    "versions": {"datasketches": importlib.metadata.version("datasketches")},
    "k": K,
    "n": N,
    "seed": SEED,
    "stated": {
        "one_rank": datasketches.kll_doubles_sketch.get_normalized_rank_error(K, False),
        "all_ranks": datasketches.kll_doubles_sketch.get_normalized_rank_error(K, True),
    },
    "worst_rank": {"median": float(np.median(errors)), "largest": max(errors)},
}
pathlib.Path(__file__).with_suffix(".golden.json").write_text(json.dumps(out, indent=1) + "\n")
