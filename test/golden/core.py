"""Writes core.golden.json: reference values for src/core from NumPy and from plain integers.

    python test/golden/core.py

Needs numpy (made with the version that stands in the file). The random numbers are computed here by a second,
independent writing of xoroshiro128+ (Blackman & Vigna 2018, shifts 24/16/37) on Python's integers.
"""
import json
import math
import pathlib

import numpy

MASK32, MASK64 = 2**32 - 1, 2**64 - 1


def mix32(h):
    """Murmur3's 32-bit finaliser."""
    h &= MASK32
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK32
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK32
    return h ^ (h >> 16)


def seeded(path):
    state = [0x9E3779B9, 0x243F6A88, 0xB7E15162, 0x2545F491]
    for position, part in enumerate(path):
        for k in range(4):
            state[k] = mix32(state[k] ^ mix32(part + (position * 4 + k + 1) * 0x9E3779B9))
    return (state[0] << 32) | state[1], (state[2] << 32) | state[3]


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK64


def uniforms(path, n):
    s0, s1 = seeded(path)

    def next_low():
        nonlocal s0, s1
        out = (s0 + s1) & MASK32
        s1 ^= s0
        s0 = rotl(s0, 24) ^ s1 ^ ((s1 << 16) & MASK64)
        s1 = rotl(s1, 37)
        return out

    return [(next_low() & (2**26 - 1)) / 2**26 + (next_low() & (2**27 - 1)) / 2**53 for _ in range(n)]


def fnv1a32(text):
    h = 0x811C9DC5
    for byte in text.encode():
        h = ((h ^ byte) * 0x01000193) & MASK32
    return h


rng = numpy.random.default_rng(20261101)
samples = {
    "normal": rng.normal(50, 20, 101),
    "ties": rng.integers(0, 4, 60).astype(float),
    "one": numpy.array([3.5]),
    "two": numpy.array([-1.0, 7.0]),
    "large offset": 1e9 + rng.normal(0, 1, 64),
    "constant": numpy.full(9, 2.5),
}
probabilities = [0, 0.025, 0.1, 1 / 3, 0.5, 0.8, 0.975, 1]
basis = rng.normal(0, 1, (12, 6))
matrix = basis.T @ basis + 0.5 * numpy.eye(6)
right = rng.normal(0, 1, 6)

golden = {
    "numpy": numpy.__version__,
    "statistics": [
        {
            "name": name,
            "x": x.tolist(),
            "mean": float(x.mean()),
            "standardDeviation": float(x.std()),
            "probabilities": probabilities,
            "quantiles": numpy.quantile(x, probabilities).tolist(),
            "median": float(numpy.median(x)),
        }
        for name, x in samples.items()
    ],
    "cholesky": {
        "n": 6,
        "a": matrix.ravel().tolist(),
        "l": numpy.linalg.cholesky(matrix).ravel().tolist(),
        "b": right.tolist(),
        "x": numpy.linalg.solve(matrix, right).tolist(),
    },
    "random": [
        {"path": path, "uniforms": uniforms(path, 8)}
        for path in ([0, 0], [42, 0], [-1, -1], [7, 123], [42, 0, 3], [42, 0, fnv1a32("vc6YE")])
    ],
    "fnv1a32": {text: fnv1a32(text) for text in ["", "a", "foobar", "vc6YE", "Größe/日本"]},
}
assert all(math.isfinite(v) for sample in golden["statistics"] for v in sample["quantiles"])
target = pathlib.Path(__file__).with_name("core.golden.json")
target.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
