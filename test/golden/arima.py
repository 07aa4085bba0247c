"""Writes arima.golden.json: ARIMA fits and choices by statsforecast and statsmodels on AirPassengers and a few M4 series.

The M4 values are read from ../shared/data/m4 and not stored: the file names the series and holds what came out.

    python test/golden/arima.py
"""

import json
import pathlib
import warnings

import numpy
import pandas
import statsforecast
import statsmodels
from statsforecast.arima import Arima, forecast_arima
from statsforecast.models import AutoARIMA
from statsforecast.utils import AirPassengers
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import kpss

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).resolve().parent
M4 = HERE.parents[2] / "shared" / "data" / "m4"
PASSENGERS = numpy.asarray(AirPassengers, dtype=float)
HORIZON = 24
NONE = (0, 0, 0)
# Name, frequency and id (or none for AirPassengers), logs, period, fixed models (order, seasonal order, constant).
SERIES = [
    ("AirPassengers", None, False, 12, [((2, 1, 1), (0, 1, 0), False), ((1, 0, 1), (0, 1, 1), True), ((3, 0, 0), (1, 1, 0), False)]),
    ("log AirPassengers", None, True, 12, [((0, 1, 1), (0, 1, 1), False), ((2, 1, 0), (1, 1, 1), False), ((1, 0, 0), (0, 1, 1), True)]),
    ("H1", "hourly", False, 24, [((2, 0, 2), (0, 1, 1), True), ((2, 0, 0), (1, 1, 0), False)]),
    ("H209", "hourly", False, 24, [((0, 1, 1), (0, 1, 1), False), ((1, 0, 1), (2, 1, 0), False)]),
    ("H315", "hourly", False, 24, [((1, 1, 2), (0, 1, 1), False), ((2, 0, 1), (1, 0, 0), True)]),
    ("W209", "weekly", False, 1, [((1, 1, 1), NONE, False), ((0, 1, 2), NONE, True), ((1, 0, 1), NONE, True)]),
    ("W263", "weekly", False, 1, [((0, 1, 1), NONE, False), ((2, 1, 2), NONE, False), ((0, 2, 1), NONE, False)]),
    ("W315", "weekly", False, 1, [((1, 0, 1), NONE, True), ((2, 0, 0), NONE, True), ((1, 1, 0), NONE, True)]),
]


def values(name, frequency, logs):
    if frequency is None:
        return numpy.log(PASSENGERS) if logs else PASSENGERS
    table = pandas.read_parquet(M4 / f"m4_{frequency}_train.parquet")
    return table[table.id == name].sort_values("t").y.to_numpy(float)


def coefficients(fit, period):
    """By name, the constant as the mean of the differenced series: statsforecast's drift is one per step."""
    p, q, P, Q, _, _, D = fit["arma"]
    c = {name: float(v) for name, v in fit["coef"].items()}
    per_step = c.get("drift")
    return {
        "ar": [c[f"ar{i + 1}"] for i in range(p)],
        "ma": [c[f"ma{i + 1}"] for i in range(q)],
        "seasonalAr": [c[f"sar{i + 1}"] for i in range(P)],
        "seasonalMa": [c[f"sma{i + 1}"] for i in range(Q)],
        "constant": c.get("intercept", 0.0) if per_step is None else per_step * (period if D == 1 else 1),
    }


def by_statsforecast(y, order, seasonal, period, constant):
    fit = Arima(y, order=order, seasonal={"order": seasonal, "period": period}, include_constant=constant, method="CSS-ML")
    return {
        "logLikelihood": float(fit["loglik"]),
        "coefficients": coefficients(fit, period),
        "forecast": forecast_arima(fit, HORIZON)["mean"].tolist(),
    }


def by_statsmodels(y, order, seasonal, period, constant):
    model = SARIMAX(
        y,
        order=order,
        seasonal_order=(*seasonal, period if any(seasonal) else 0),
        trend="c" if constant else "n",
        simple_differencing=True,
    )
    fit = model.fit(disp=False, maxiter=1000, pgtol=1e-8, factr=10)
    named = dict(zip(model.param_names, fit.params))
    errors = dict(zip(model.param_names, fit.bse))
    pick = lambda prefix: [{"value": float(v), "error": finite(errors[k])} for k, v in named.items() if k.startswith(prefix)]
    return {
        "logLikelihood": float(fit.llf),
        "ar": pick("ar.L"),
        "ma": pick("ma.L"),
        "seasonalAr": pick("ar.S."),
        "seasonalMa": pick("ma.S."),
    }


def finite(v):
    return float(v) if numpy.isfinite(v) else None


def chosen(y, period):
    """AutoARIMA, exact where that takes seconds; by its approximation for the hours, where it takes minutes."""
    approximation = period == 24
    fit = AutoARIMA(season_length=period, approximation=approximation).fit(y).model_
    p, q, P, Q, _, d, D = (int(v) for v in fit["arma"])
    return {
        "order": [p, d, q],
        "seasonal": [P, D, Q],
        "constant": "drift" in fit["coef"] or "intercept" in fit["coef"],
        "approximation": approximation,
        "aicc": float(fit["aicc"]),
        "coefficients": coefficients(fit, period),
    }


def main():
    cases = []
    for name, frequency, logs, period, models in SERIES:
        y = values(name, frequency, logs)
        cases.append(
            {
                "name": name,
                "frequency": frequency,
                "logs": logs,
                "period": period,
                "kpss": float(kpss(y, "c", nlags=int(3 * len(y) ** 0.5 / 13))[0]),
                "fixed": [
                    {
                        "order": order,
                        "seasonal": seasonal,
                        "constant": constant,
                        "statsforecast": by_statsforecast(y, order, seasonal, period, constant),
                        "statsmodels": by_statsmodels(y, order, seasonal, period, constant),
                    }
                    for order, seasonal, constant in models
                ],
                "chosen": chosen(y, period),
            }
        )
    golden = {
        "statsforecast": statsforecast.__version__,
        "statsmodels": statsmodels.__version__,
        "airPassengers": PASSENGERS.tolist(),
        "series": cases,
    }
    (HERE / "arima.golden.json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


main()
