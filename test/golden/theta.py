"""Writes theta.golden.json: theta models and intermittent demand by statsforecast, STL and MSTL by statsmodels.

    python test/golden/theta.py

On AirPassengers and, where ../shared/data/m4 is there, on three hourly and three weekly M4 series. Of the latter only
ids and results are stored: the values stay where they are, and a decomposition is given at a few steps only.
"""

import json
import pathlib

import numpy
import pandas
import statsforecast
import statsmodels
from statsforecast.models import TSB, CrostonClassic, CrostonSBA
from statsforecast.theta import auto_theta, forecast_theta
from statsmodels.tsa.seasonal import MSTL, STL

HERE = pathlib.Path(__file__)
M4 = HERE.parents[3] / "shared" / "data" / "m4"

# Box & Jenkins: international airline passengers in thousands, 1949-1960.
AIR = numpy.array(
    """112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133 114 140
    145 150 178 163 172 178 199 199 184 162 146 166 171 180 193 181 183 218 230 242 209 191 172 194
    196 196 236 235 229 243 264 272 237 211 180 201 204 188 235 227 234 264 302 293 259 229 203 229
    242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313 318 374 413 405 355 306 271 306
    315 301 356 348 355 422 465 467 404 347 305 336 340 318 362 348 363 435 491 505 404 359 310 337
    360 342 406 396 420 472 548 559 463 407 362 405 417 391 419 461 472 535 622 606 508 461 390 432""".split(),
    dtype=float,
)
KINDS = {"theta": "STM", "optimised": "OTM", "dynamic": "DSTM", "dynamic_optimised": "DOTM"}


def theta(y, season, horizon):
    out = []
    for kind, model in KINDS.items():
        parameters = {"alpha": 0.3, "theta": 2.0 if "optimised" not in kind else 3.5, "initialLevel": float(y[:5].mean() / 2)}
        fixed = auto_theta(y.copy(), season, model, parameters["initialLevel"], parameters["alpha"], parameters["theta"])
        free = auto_theta(y.copy(), season, model)
        # The library scales its errors; this is the plain mean square of the deseasonalised series' errors.
        adjusted, decomposition = y, "none"
        if free.get("decompose"):
            decomposition = free["decomposition_type"]
            index = numpy.resize(numpy.roll(free["seas_forecast"]["mean"], len(y) % season), len(y))
            adjusted = y / index if decomposition == "multiplicative" else y - index
        par = free["par"]
        residuals = auto_theta(adjusted, 1, model, par["initial_smoothed"], par["alpha"], par["theta"])["residuals"]
        out.append(
            {
                "kind": kind,
                "decomposition": decomposition,
                "fixed": {**parameters, "forecast": forecast_theta(fixed, horizon)["mean"]},
                "optimised": {"alpha": float(par["alpha"]), "mse": float((residuals[3:] ** 2).mean())},
            }
        )
    return out


def components(decompose, y, steps):
    """Components at some steps, and `rounding`: how far they move, relative to the range, when 3y is decomposed.

    That is rounding alone. Where robustness weights leave hardly any points in a window it is far from nothing.
    """
    fit, again = decompose(y), decompose(3 * y)
    seasonal = fit.seasonal.reshape(len(y), -1).T
    rounding = max(abs(fit.seasonal - again.seasonal / 3).max(), abs(fit.trend - again.trend / 3).max()) / numpy.ptp(y)
    return {
        "seasonal": [s[steps] for s in seasonal],
        "trend": fit.trend[steps],
        "weights": fit.weights[steps],
        "rounding": float(f"{rounding:.0e}"),
    }


def smoothers(window, degree, jumps, trend=None):
    """Options under both names: fleetlens' and statsmodels'."""
    ours = {
        "seasonal": {"window": window, "degree": degree, "jump": jumps[0]},
        "trend": {"jump": jumps[1], **({"window": trend} if trend else {})},
        "lowPass": {"jump": jumps[2]},
    }
    theirs = dict(seasonal=window, seasonal_deg=degree, trend=trend)
    return ours, dict(theirs, seasonal_jump=jumps[0], trend_jump=jumps[1], low_pass_jump=jumps[2])


def decompositions(y, seasons):
    # A dozen steps over the whole series, both ends among them.
    steps = numpy.linspace(0, len(y) - 1, 12).astype(int)
    out = {"steps": steps, "stl": [], "mstl": []}
    for ours, theirs, robust in [
        (*smoothers(7, 1, (1, 1, 1)), False),
        (*smoothers(7, 1, (1, 1, 1)), True),
        (*smoothers(11, 0, (1, 1, 1)), False),
        (*smoothers(13, 1, (2, 3, 3)), False),
        (*smoothers(13, 0, (2, 3, 3), 2 * seasons[0] + 1), True),
    ]:
        found = components(lambda x: STL(x, period=seasons[0], robust=robust, **theirs).fit(), y, steps)
        out["stl"].append({"period": seasons[0], "options": {**ours, "robust": robust}, **found})
    for robust in [False, True] if len(seasons) > 1 else [False]:
        options = {"seasonal_deg": 0, "robust": robust}
        found = components(lambda x: MSTL(x, periods=seasons, stl_kwargs=dict(options)).fit(), y, steps)
        out["mstl"].append({"periods": seasons, "options": {"robust": robust}, **found})
    return out


def results(y, seasons, horizon):
    return {"seasons": seasons, "theta": theta(y, seasons[0], horizon), **decompositions(y, seasons)}


def m4(frequency, seasons, horizon, least):
    table = pandas.read_parquet(M4 / f"m4_{frequency}_train.parquet").sort_values(["id", "t"])
    series = {id: part["y"].to_numpy(float) for id, part in table.groupby("id") if len(part) >= least}
    return [
        {"frequency": frequency, "id": id, "n": len(y), **results(y, seasons, horizon)}
        for id, y in list(series.items())[:3]
    ]


def intermittent(y):
    y = numpy.array(y, dtype=float)
    models = {"croston": CrostonClassic(), "sba": CrostonSBA(), "tsb": TSB(alpha_d=0.1, alpha_p=0.1)}
    return {"y": y, **{name: float(m.forecast(y=y, h=1)["mean"][0]) for name, m in models.items()}}


def plain(value):
    """Plain lists of 12 significant digits."""
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(v) for v in value]
    return value if isinstance(value, (str, bool, int)) else float(f"{float(value):.12g}")


golden = {
    "statsforecast": statsforecast.__version__,
    "statsmodels": statsmodels.__version__,
    "numpy": numpy.__version__,
    "air": {"y": AIR, **results(AIR, [12], 18), "two_seasons": decompositions(AIR, [6, 12])["mstl"]},
    "m4": m4("hourly", [24, 168], 30, least=700) + m4("weekly", [52], 13, least=260),
    "intermittent": [
        intermittent([0, 0, 3, 0, 1, 0, 0, 0, 2, 5, 0, 0, 4, 0]),
        intermittent([0.25, 0, 0, 1.5, 0, 0.125, 0, 7, 0, 0, 0, 0]),
        intermittent([0, 0, 0, 0, 0, 0, 0, 1]),
    ],
}
target = HERE.with_name("theta.golden.json")
target.write_text(json.dumps(plain(golden)) + "\n", encoding="utf-8")
