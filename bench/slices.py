"""Adtributor (Bhagwan et al., NSDI 2014) as the paper has it, for bench/slices.ts; no maintained package exists.

    python bench/slices.py FOLDER

FOLDER holds cases as meta.json and columns as raw arrays. Expectations are means of the same hour of the days before, as
fleetlens has them. Prints, by case, the explanatory set that is most surprising and the seconds that finding it took.
"""
import json
import pathlib
import sys
import time

import numpy
import pandas

T_EP, T_EEP = 0.1, 0.67
HOUR, DAY = 3_600_000, 86_400_000


def surprise(p, q):
    with numpy.errstate(divide="ignore", invalid="ignore"):
        part = lambda x: numpy.where(x > 0, x * numpy.log(2 * x / (p + q)), 0.0)
        return 0.5 * (part(p) + part(q))


def adtributor(columns, names, onset, ratio):
    t = columns["time"]
    before, during = t < onset, t >= onset
    hour = (t % DAY // HOUR).astype(int)
    moments = pandas.DataFrame({"time": numpy.unique(t)})
    hours = (moments.time % DAY // HOUR).astype(int)
    seen = numpy.bincount(hours[moments.time >= onset], minlength=24)
    held = numpy.bincount(hours[moments.time < onset], minlength=24)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        scale = numpy.where(held > 0, seen / held, 0.0)[hour]
    frame = pandas.DataFrame({name: columns[name] for name in names})
    for measure in ("value", "weight"):
        frame[measure + "_f"] = numpy.where(before, columns[measure] * scale, 0.0)
        frame[measure + "_a"] = numpy.where(during, columns[measure], 0.0)
    measures = ["value_f", "value_a", "weight_f", "weight_a"]
    fv, av, fw, aw = frame[measures].sum()
    best = (-1.0, None, [])
    for name in names:
        sums = frame.groupby(name, sort=True)[measures].sum()
        if ratio:
            power = ((sums.value_a - sums.value_f) * fw - (sums.weight_a - sums.weight_f) * fv) / (
                fw * (fw + sums.weight_a - sums.weight_f)
            )
            power = power / power.sum() if power.sum() else power * 0
            shock = surprise(sums.value_f / fv, sums.value_a / av) + surprise(sums.weight_f / fw, sums.weight_a / aw)
        else:
            power = (sums.value_a - sums.value_f) / (av - fv)
            shock = surprise(sums.value_f / fv, sums.value_a / av)
        order = numpy.argsort(-numpy.asarray(shock), kind="stable")
        chosen, explained, total = [], 0.0, 0.0
        for i in order:
            if power.iloc[i] > T_EP:
                chosen.append(int(sums.index[i]))
                explained += power.iloc[i]
                total += shock.iloc[i] if hasattr(shock, "iloc") else shock[i]
            if explained > T_EEP:
                break
        if explained > T_EEP and total > best[0]:
            best = (float(total), name, chosen)
    return best


def main():
    folder = pathlib.Path(sys.argv[1])
    results = []
    for case in json.loads((folder / "meta.json").read_text()):
        columns = {
            name: numpy.fromfile(folder / f"{case['id']}.{name}", dtype="<i4" if name in case["dimensions"] else "<f8")
            for name in [*case["dimensions"], "time", "value", "weight"]
        }
        started, cpu = time.perf_counter(), time.process_time()
        _, name, chosen = adtributor(columns, case["dimensions"], case["onset"], case["ratio"])
        seconds = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
        results.append({"id": case["id"], "dimension": name, "codes": chosen, **seconds})
    versions = {"python": sys.version.split()[0], "pandas": pandas.__version__, "numpy": numpy.__version__}
    print(json.dumps({"versions": versions, "results": results}))


main()
