"""SimPy's Resource on the jobs of standard input (JSON: servers, submit, duration): seconds and start times, as JSON."""

import json
import sys
import time

import simpy

task = json.load(sys.stdin)
submits, durations = task["submit"], task["duration"]
starts = [None] * len(submits)


def job(environment, servers, i):
    yield environment.timeout(submits[i])
    with servers.request() as request:
        yield request
        starts[i] = environment.now
        yield environment.timeout(durations[i])


began, used = time.perf_counter(), time.process_time()
environment = simpy.Environment()
servers = simpy.Resource(environment, capacity=task["servers"])
for i in range(len(submits)):
    environment.process(job(environment, servers, i))
environment.run()
seconds = {"wall": time.perf_counter() - began, "cpu": time.process_time() - used}
json.dump({"versions": {"python": sys.version.split()[0], "simpy": simpy.__version__}, "start": starts, **seconds}, sys.stdout)
