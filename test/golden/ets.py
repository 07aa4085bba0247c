"""Writes ets.golden.json: exponential smoothing by statsforecast and statsmodels on AirPassengers and a few M4 series.

The M4 values are read from ../shared/data/m4 and not stored: the file names the series and holds what came out.

    python test/golden/ets.py
"""

import json
import pathlib
import warnings

import numpy
import pandas
import statsforecast
import statsmodels
from statsforecast.ets import ets_f, forecast_ets
from statsforecast.utils import AirPassengers
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).resolve().parent
M4 = HERE.parents[2] / "shared" / "data" / "m4"
PASSENGERS = numpy.asarray(AirPassengers, dtype=float)
SERIES = {"hourly": (24, ["H41", "H117", "H249"]), "weekly": (1, ["W93", "W179", "W299"])}
HORIZON = 24


def without_constant(loglik, n):
    """From the whole Gaussian log-likelihood (statsmodels) to R's and statsforecast's, without its constant."""
    return float(loglik + n / 2 * (numpy.log(2 * numpy.pi / n) + 1))


def form(components):
    """"AAAD" of statsforecast as error, trend and season."""
    error, trend, season, damped = components
    return {"error": error, "trend": "Ad" if damped == "D" else trend, "season": season}


def given(components, parameters, level, slope, season):
    """statsforecast's recursions at given parameters and states; `season[j]` is the state of step j."""
    period = max(1, len(season))
    states = [level] + ([slope] if components[1] != "N" else []) + season[::-1]
    alpha, beta, gamma, phi = (parameters.get(k, numpy.nan) for k in ("alpha", "beta", "gamma", "phi"))
    model = {
        "m": period,
        "components": components,
        "par": numpy.array([alpha, beta, gamma, phi, *states], dtype=float),
        "fit": None,
        "n_params": 0,
    }
    fit = ets_f(PASSENGERS, period, model=model)
    return {
        "form": form(components),
        "period": period,
        "parameters": {"alpha": alpha, "beta": 0, "gamma": 0, "phi": 1, **parameters},
        "initial": {"level": level, "trend": slope, "season": season},
        "logLikelihood": fit["loglik"],
        "fitted": fit["fitted"].tolist(),
        # statsforecast 2.1.1 adds a damped slope's first step twice from step 2 on (phi + phi + phi² …); statsmodels does not.
        "forecast": forecast_ets(fit, 1 if "phi" in parameters else HORIZON)["mean"].tolist(),
    }


additive = [-24.0, -36.0, 2.0, -1.0, -5.0, 31.0, 64.0, 63.0, 16.0, -21.0, -54.0, -29.0]
factors = [0.9, 0.88, 1.01, 0.98, 0.98, 1.11, 1.23, 1.22, 1.06, 0.92, 0.8, 0.91]
recursions = [
    given("ANNN", {"alpha": 0.3}, 120, 0, []),
    given("AANN", {"alpha": 0.5, "beta": 0.1}, 110, 2, []),
    given("AAND", {"alpha": 0.5, "beta": 0.1, "phi": 0.9}, 110, 4, []),
    given("AAAN", {"alpha": 0.25, "beta": 0.02, "gamma": 0.3}, 120, 1.5, additive),
    given("AAAD", {"alpha": 0.25, "beta": 0.02, "gamma": 0.3, "phi": 0.95}, 120, 1.5, additive),
    given("MAAN", {"alpha": 0.25, "beta": 0.02, "gamma": 0.3}, 120, 1.5, additive),
    given("MAMN", {"alpha": 0.3, "beta": 0.02, "gamma": 0.2}, 120, 1.5, factors),
    given("MNMN", {"alpha": 0.6, "gamma": 0.2}, 120, 0, factors),
]

TREND = {"N": (None, False), "A": ("add", False), "Ad": ("add", True)}
KIND = {"N": None, "A": "add", "M": "mul"}


def statsmodels_fit(y, error, trend, season, period, held):
    kind, damped = TREND[trend]
    model = ETSModel(
        y,
        error=KIND[error],
        trend=kind,
        damped_trend=damped,
        seasonal=KIND[season],
        seasonal_periods=period if season != "N" else None,
        bounds={"damping_trend": (0.8, 0.98)} if damped and "phi" not in held else None,
    )
    names = {"alpha": "smoothing_level", "beta": "smoothing_trend", "gamma": "smoothing_seasonal", "phi": "damping_trend"}
    with model.fix_params({names[k]: v for k, v in held.items()}):
        return model.fit(disp=False, maxiter=2000)


def held(error, trend, season, parameters):
    """statsmodels' maximum over the initial states at given smoothing parameters."""
    fit = statsmodels_fit(PASSENGERS, error, trend, season, 12, parameters)
    return {
        "form": {"error": error, "trend": trend, "season": season},
        "period": 12 if season != "N" else 1,
        "parameters": parameters,
        "logLikelihood": without_constant(fit.llf, len(PASSENGERS)),
        "forecast": fit.forecast(HORIZON).tolist(),
    }


smoothing = [
    held("A", "N", "N", {"alpha": 0.3}),
    held("A", "A", "N", {"alpha": 0.5, "beta": 0.1}),
    held("A", "Ad", "N", {"alpha": 0.5, "beta": 0.1, "phi": 0.9}),
    held("A", "A", "A", {"alpha": 0.25, "beta": 0.02, "gamma": 0.3}),
    held("A", "Ad", "A", {"alpha": 0.25, "beta": 0.02, "gamma": 0.3, "phi": 0.9}),
    held("M", "A", "M", {"alpha": 0.3, "beta": 0.02, "gamma": 0.2}),
]


def optimised(name, y, period, forms):
    """What both find for each form, and statsforecast's choice."""
    fits = []
    for error, trend, season in forms:
        sf = ets_f(y, period, model=error + trend[0] + season, damped=trend == "Ad")
        sm = statsmodels_fit(y, error, trend, season, period, {})
        alpha, beta, gamma, phi = (float(v) for v in sf["par"][:4])
        fits.append(
            {
                "form": {"error": error, "trend": trend, "season": season},
                "statsforecast": {
                    "logLikelihood": sf["loglik"],
                    "aicc": sf["aicc"],
                    "parameters": {
                        "alpha": alpha,
                        "beta": 0 if trend == "N" else beta,
                        "gamma": 0 if season == "N" else gamma,
                        "phi": phi if trend == "Ad" else 1,
                    },
                },
                "statsmodels": {"logLikelihood": without_constant(sm.llf, len(y))},
            }
        )
    chosen = ets_f(y, period)
    return {"series": name, "period": period, "fits": fits, "selected": {"form": form(chosen["components"]), "aicc": chosen["aicc"]}}


PLAIN = [("A", "N", "N"), ("A", "A", "N"), ("A", "Ad", "N"), ("M", "N", "N"), ("M", "Ad", "N")]
SEASONAL = [("A", "N", "A"), ("A", "A", "A"), ("M", "N", "M")]
results = [optimised("AirPassengers", PASSENGERS, 12, [*PLAIN, *SEASONAL, ("A", "Ad", "A"), ("M", "A", "A"), ("M", "A", "M"), ("M", "Ad", "M")])]
for file, (period, ids) in SERIES.items():
    table = pandas.read_parquet(M4 / f"m4_{file}_train.parquet")
    for id_ in ids:
        y = table[table["id"] == id_].sort_values("t")["y"].to_numpy(dtype=float)
        results.append(optimised(id_, y, period, PLAIN if period == 1 else [PLAIN[0], *SEASONAL]))
        print(id_, flush=True)

golden = {
    "statsforecast": statsforecast.__version__,
    "statsmodels": statsmodels.__version__,
    "airPassengers": PASSENGERS.tolist(),
    "recursions": recursions,
    "smoothing": smoothing,
    "optimised": results,
}
(HERE / "ets.golden.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n", encoding="utf-8")
