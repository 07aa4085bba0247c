"""Writes simulate.golden.json: start times of SimPy's first-come, first-served Resource, and queueing formulas.

    python test/golden/simulate.py

Needs simpy (made with the version that stands in the file). Arrivals and services of an M/M/8 queue are drawn here in
whole seconds, so that the comparison is exact.
"""
import json
import math
import pathlib
import random

import simpy

SERVERS, RHO, MEAN_SERVICE, JOBS = 8, 0.9, 600, 3000


def simulate(submits, durations):
    """Start of each job at a Resource with FIFO order."""
    environment = simpy.Environment()
    servers = simpy.Resource(environment, capacity=SERVERS)
    starts = [None] * len(submits)

    def job(i):
        yield environment.timeout(submits[i])
        with servers.request() as request:
            yield request
            starts[i] = environment.now
            yield environment.timeout(durations[i])

    for i in range(len(submits)):
        environment.process(job(i))
    environment.run()
    return starts


def erlang_c(servers, load):
    """Probability that a job of an M/M/c queue waits (Erlang 1917)."""
    blocked = load**servers / math.factorial(servers) * servers / (servers - load)
    return blocked / (sum(load**k / math.factorial(k) for k in range(servers)) + blocked)


rng = random.Random(20261127)
clock, submits, durations = 0.0, [], []
for _ in range(JOBS):
    clock += rng.expovariate(SERVERS * RHO / MEAN_SERVICE)
    submits.append(int(clock))
    durations.append(max(1, int(rng.expovariate(1 / MEAN_SERVICE))))

golden = {
    "simpy": simpy.__version__,
    "mm8": {"servers": SERVERS, "submit": submits, "duration": durations, "start": simulate(submits, durations)},
    # Mean wait in units of the mean service time.
    "erlang_wait": {str(rho): erlang_c(8, 8 * rho) / (8 * (1 - rho)) for rho in (0.5, 0.7, 0.9)},
    # Pollaczek and Khinchine: rho * (1 + cv^2) / (2 * (1 - rho)).
    "pollaczek_khinchine": {"deterministic": 0.7 / (2 * 0.3), "uniform": 0.7 * (1 + 1 / 3) / (2 * 0.3)},
}
path = pathlib.Path(__file__).with_name("simulate.golden.json")
path.write_text(json.dumps(golden) + "\n")
