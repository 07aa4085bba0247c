"""Writes neural.golden.json: the neural model's forward pass and the gradient of its loss, in numpy.

    python test/golden/neural.py

The pass is written from the model's description, in double precision, with a matrix for every interpolation; the gradient
is by central differences. Both are of a small network with random weights.
"""

import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__)
PROBABILITIES = np.array([0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975])
GAPS = len(PROBABILITIES) - 1
LEAST_UNIT, LEAST_CHANGE = 0.1, 1e-3

SHAPE = {"window": 14, "horizon": 9, "seasons": [4, 6, 20], "blocks": 2, "width": 5}


def sizes(shape):
    """Means seen and knots ahead of each block, coarsest first."""
    strides = [4 ** (shape["blocks"] - 1 - b) for b in range(shape["blocks"])]
    up = lambda n, stride: -(-n // stride)
    return [(up(shape["window"], s), min(shape["horizon"], max(2, up(shape["horizon"], s)))) for s in strides]


def weights_of(shape, rng):
    held = [s for s in shape["seasons"] if s <= shape["window"]]
    features, candidates, width = 3 * len(shape["seasons"]) + 1, 2 + 2 * len(held), shape["width"]
    knots = min(24, shape["horizon"])
    dims = {}
    for b, (seen, ahead) in enumerate(sizes(shape)):
        dims |= {
            f"block{b}.in": (seen, width),
            f"block{b}.features": (features, width),
            f"block{b}.in.bias": (1, width),
            f"block{b}.hidden": (width, width),
            f"block{b}.hidden.bias": (1, width),
            f"block{b}.forecast": (width, ahead),
            f"block{b}.mix": (width, candidates),
            f"block{b}.spread": (width, GAPS * knots),
        }
        if b < shape["blocks"] - 1:
            dims[f"block{b}.backcast"] = (width, seen)
    dims |= {
        "linear": (shape["window"], shape["horizon"]),
        "mix.bias": (candidates, shape["horizon"]),
        "spread.bias": (1, GAPS * knots),
    }
    return {name: rng.normal(0, 0.5, d).astype(np.float32).astype(float) for name, d in dims.items()}


def lines(knots, steps):
    """Takes values at evenly spaced knots to every step."""
    at = np.linspace(0, knots - 1, steps)
    return np.array([np.interp(at, np.arange(knots), row) for row in np.eye(knots)])


def pools(values, count):
    length = -(-values // count)
    matrix = np.zeros((values, count))
    for p in range(count):
        end = values - (count - 1 - p) * length
        matrix[max(0, end - length) : end, p] = 1 / (end - max(0, end - length))
    return matrix


def read(shape, y, clock):
    window, horizon = shape["window"], shape["horizon"]
    last = y[-window:]
    centre, scale = last.mean(), last.std()
    z = (last - centre) / scale
    held = [s for s in shape["seasons"] if s <= window]
    change = lambda lag: np.abs(z[lag:] - z[:-lag]).mean()
    phases = 2 * np.pi * (clock + len(y)) / np.array(shape["seasons"])
    features = [f(p) for p in phases for f in (np.sin, np.cos)]
    features += [np.log(change(lag) + LEAST_CHANGE) if lag < window else 0 for lag in [1, *shape["seasons"]]]
    candidates = [np.zeros(horizon), np.full(horizon, z[-1])]
    for s in held:
        rounds = z[len(z) - (len(z) // s) * s :].reshape(-1, s)
        candidates += [np.resize(rounds[-1], horizon), np.resize(rounds.mean(axis=0), horizon)]
    unit = max(LEAST_UNIT, change(max(s for s in held if s < window)))
    return centre, scale, z, np.array(features), np.array(candidates), unit


def forward(shape, weights, z, features, candidates, unit):
    """Quantiles [probability, step] in units of the window's deviation."""
    horizon = shape["horizon"]
    residual, forecast = z, z @ weights["linear"]
    mix, spread = np.zeros(len(candidates)), weights["spread.bias"][0]
    for b, (seen, ahead) in enumerate(sizes(shape)):
        w = lambda name: weights[f"block{b}.{name}"]
        pooled = residual @ pools(len(z), seen)
        hidden = np.maximum(0, pooled @ w("in") + features @ w("features") + w("in.bias")[0])
        hidden = np.maximum(0, hidden @ w("hidden") + w("hidden.bias")[0])
        forecast = forecast + hidden @ w("forecast") @ lines(ahead, horizon)
        mix, spread = mix + hidden @ w("mix"), spread + hidden @ w("spread")
        if b < shape["blocks"] - 1:
            residual = residual - hidden @ w("backcast") @ lines(seen, len(z))
    shares = np.exp(mix[:, None] + weights["mix.bias"])
    median = unit * forecast + (shares * candidates).sum(axis=0) / shares.sum(axis=0)
    gaps = unit * np.log1p(np.exp(spread)).reshape(GAPS, -1)
    gaps = gaps @ lines(gaps.shape[1], horizon)
    middle = GAPS // 2
    above = median + np.cumsum(gaps[middle:], axis=0)
    below = median - np.cumsum(gaps[:middle][::-1], axis=0)[::-1]
    return np.vstack([below, median, above])


def loss(shape, weights, windows):
    """Mean over windows, steps and probabilities of the pinball loss, in units of each window's own change."""
    total = 0
    for inputs, target in windows:
        error = target - forward(shape, weights, *inputs)
        pinball = np.maximum(PROBABILITIES[:, None] * error, (PROBABILITIES[:, None] - 1) * error)
        total += pinball.mean() / inputs[-1]
    return total / len(windows)


rng = np.random.default_rng(20261128)
weights = weights_of(SHAPE, rng)
series = [
    {"y": (level + size * np.round(rng.normal(size=30).cumsum() + 3 * np.sin(np.arange(30) * np.pi / 2), 3)), "clock": clock}
    for level, size, clock in [(0.0, 1.0, 0), (1000.0, 40.0, 5), (-3.0, 0.01, 17)]
]
quantiles, windows = [], []
for one in series:
    centre, scale, *inputs = read(SHAPE, one["y"], one["clock"])
    quantiles.append(centre + scale * forward(SHAPE, weights, *inputs))
    end = len(one["y"]) - SHAPE["horizon"]
    centre, scale, *inputs = read(SHAPE, one["y"][:end], one["clock"])
    windows.append((inputs, (one["y"][end:] - centre) / scale))

STEP = 1e-5
gradient = {}
for name, values in weights.items():
    gradient[name] = np.zeros_like(values)
    for i in np.ndindex(values.shape):
        kept = values[i]
        values[i] = kept + STEP
        up = loss(SHAPE, weights, windows)
        values[i] = kept - STEP
        gradient[name][i] = (up - loss(SHAPE, weights, windows)) / (2 * STEP)
        values[i] = kept

golden = {
    "numpy": np.__version__,
    "shape": SHAPE,
    "weights": {name: values.ravel().tolist() for name, values in weights.items()},
    "series": [{"y": one["y"].tolist(), "clock": one["clock"]} for one in series],
    "quantiles": [q.tolist() for q in quantiles],
    "loss": loss(SHAPE, weights, windows),
    "gradient": {name: values.ravel().round(9).tolist() for name, values in gradient.items()},
}
HERE.with_name("neural.golden.json").write_text(json.dumps(golden) + "\n", encoding="utf-8")
