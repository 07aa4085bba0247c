"""Golden map matches on a small road graph: Newson & Krumm's hidden Markov model, worked out the slow way.

Writes backtest-mapmatch.golden.json beside it: the graph, traces, and for each its Viterbi path, log-probability and breaks.
Distances by cross products of unit vectors, routes by Floyd and Warshall over all nodes, the likeliest path by trying every path
of up to 6 positions and by dynamic programming beyond (and both wherever both are possible).
Python's standard library only: python3 test/golden/backtest-mapmatch.py
"""

import itertools
import json
import math
import pathlib
import random

R = 6371008.8
SIGMA, BETA, RADIUS, MAX_GAP_MS = 5.0, 4.1, 50.0, 60_000
LAT, LON = 48.2, 16.37
random.seed(7)


def unit(lon, lat):
    a, b = math.radians(lat), math.radians(lon)
    return (math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a))


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def norm(a):
    return math.sqrt(dot(a, a))


def angle(a, b):
    return math.atan2(norm(cross(a, b)), dot(a, b))


def place(east, north):
    return [LON + math.degrees(east / R) / math.cos(math.radians(LAT)), LAT + math.degrees(north / R)]


# A 4 x 3 grid of 90 m, an island apart, a one-way street, a winding road and a dead end.
AT = {f"{x}{y}": (90 * x + random.uniform(-15, 15), 90 * y + random.uniform(-15, 15)) for x in range(4) for y in range(3)}
AT |= {"d": (135, -80), "i1": (400, 20), "i2": (400, 150)}
EDGES = []


def road(a, b, oneway=0, bends=()):
    EDGES.append({"id": f"{a}-{b}", "from": a, "to": b, "oneway": oneway, "bends": [list(p) for p in bends]})


for y in range(3):
    for x in range(3):
        road(f"{x}{y}", f"{x + 1}{y}", 1 if y == 1 else 0)
for x in range(4):
    for y in range(2):
        road(f"{x}{y}", f"{x}{y + 1}", -1 if x == 2 else 0)
road("10", "21", 0, [(120, 20), (110, 50), (150, 60)])
road("10", "d", 0, [(100, -40)])
road("i1", "i2")
for edge in EDGES:
    edge["line"] = [place(*p) for p in [AT[edge["from"]], *edge.pop("bends"), AT[edge["to"]]]]
    units = [unit(*p) for p in edge["line"]]
    edge["length"] = sum(R * angle(a, b) for a, b in zip(units, units[1:]))

DIST = {(a, b): 0.0 if a == b else math.inf for a in AT for b in AT}
for e in EDGES:
    if e["oneway"] >= 0:
        DIST[e["from"], e["to"]] = min(DIST[e["from"], e["to"]], e["length"])
    if e["oneway"] <= 0:
        DIST[e["to"], e["from"]] = min(DIST[e["to"], e["from"]], e["length"])
for k, i, j in itertools.product(AT, AT, AT):
    DIST[i, j] = min(DIST[i, j], DIST[i, k] + DIST[k, j])


def nearest(edge, p):
    """Offset along the edge and great-circle distance of its nearest point."""
    best, start = (math.inf, 0.0), 0.0
    units = [unit(*q) for q in edge["line"]]
    for a, b in zip(units, units[1:]):
        n = cross(a, b)
        # From the start of the arc: its plane goes through the centre only up to rounding.
        height = dot([x - y for x, y in zip(p, a)], n) / dot(n, n)
        foot = [x - height * y for x, y in zip(p, n)]
        whole = angle(a, b)
        along = math.copysign(angle(a, foot), dot(cross(a, foot), n))
        if 0 <= along <= whole:
            best = min(best, (R * angle(p, foot), start + R * along))
        best = min(best, (R * angle(p, a), start), (R * angle(p, b), start + R * whole))
        start += R * whole
    return best[1], best[0]


def candidates(lon, lat):
    found = []
    for i, edge in enumerate(EDGES):
        offset, distance = nearest(edge, unit(lon, lat))
        if distance <= RADIUS:
            found.append((i, offset, distance))
    return found


def route(a, b):
    (i, o, _), (j, q, _) = a, b
    e, f = EDGES[i], EDGES[j]
    ways = []
    if i == j:
        ahead = (q - o) * (-1 if e["oneway"] < 0 else 1)
        if e["oneway"] == 0 or ahead >= -4 * SIGMA:
            ways.append(abs(ahead))
    leave = ([(e["to"], e["length"] - o)] if e["oneway"] >= 0 else []) + ([(e["from"], o)] if e["oneway"] <= 0 else [])
    enter = ([(f["from"], q)] if f["oneway"] >= 0 else []) + ([(f["to"], f["length"] - q)] if f["oneway"] <= 0 else [])
    ways += [x + DIST[u, v] + y for u, x in leave for v, y in enter]
    return min(ways)


def emission(c):
    return -math.log(math.sqrt(2 * math.pi) * SIGMA) - 0.5 * (c[2] / SIGMA) ** 2


def transition(a, b, straight, ms):
    metres = route(a, b)
    if metres > straight + min(2000, 50 * ms / 1000):
        return -math.inf
    return -math.log(BETA) - abs(metres - straight) / BETA


def best(chain):
    """Path and log-probability of [(row, candidates)], steps between given by their transitions."""
    steps = [[[transition(a, b, *move) for b in after] for a in before] for (_, before, _), (_, after, move) in zip(chain, chain[1:])]
    score = [emission(c) for c in chain[0][1]]
    backs = []
    for step, (_, after, _) in zip(steps, chain[1:]):
        back = [max(range(len(score)), key=lambda i: score[i] + step[i][j]) for j in range(len(after))]
        backs.append(back)
        score = [score[back[j]] + step[back[j]][j] + emission(c) for j, c in enumerate(after)]
    at = max(range(len(score)), key=score.__getitem__)
    total, path = score[at], [at]
    for back in reversed(backs):
        path.insert(0, back[path[0]])
    if len(chain) <= 6:
        def whole(p):
            places = [c[i] for i, (_, c, _) in zip(p, chain)]
            return sum(map(emission, places)) + sum(s[i][j] for s, i, j in zip(steps, p, p[1:]))
        tried = max(itertools.product(*(range(len(c)) for _, c, _ in chain)), key=whole)
        assert list(tried) == path and math.isclose(whole(tried), total, rel_tol=1e-12)
    return path, total


def reachable(chain, step):
    """Whether any path through the chain reaches a candidate of the step."""
    live = set(range(len(chain[0][1])))
    for (_, before, _), (_, after, move) in zip(chain, [*chain[1:], step]):
        live = {j for j, b in enumerate(after) for i in live if transition(before[i], b, *move) > -math.inf}
    return bool(live)


def match(trace):
    rows = [{"edge": None, "offset": None, "distance": None} for _ in trace]
    chains, breaks, chain, lost = [], [], [], False

    def close():
        if chain:
            path, total = best(chain)
            for at, (row, found, _) in zip(path, chain):
                i, offset, distance = found[at]
                rows[row] = {"edge": EDGES[i]["id"], "offset": offset, "distance": distance}
            chains.append(total)
            chain.clear()

    last = None
    for row, (ts, lon, lat) in enumerate(trace):
        if last is not None and ts - last > MAX_GAP_MS:
            close()
            breaks.append({"ts": ts, "reason": "gap"})
            lost = False
        last = ts
        found = candidates(lon, lat)
        if not found:
            close()
            if not lost:
                breaks.append({"ts": ts, "reason": "no_candidate"})
            lost = True
            continue
        lost = False
        move = (0.0, 0)
        if chain:
            before = trace[chain[-1][0]]
            straight = R * angle(unit(before[1], before[2]), unit(lon, lat))
            assert straight >= 2 * SIGMA, "no row of the golden traces may be left out"
            move = (straight, ts - before[0])
            if not reachable(chain, (row, found, move)):
                close()
                breaks.append({"ts": ts, "reason": "no_route"})
        chain.append((row, found, move))
    close()
    return {"rows": rows, "chains": chains, "breaks": breaks}


def drive(corners, every, noise, start=0, ms=4000):
    """Positions every so many metres along straight lines between places."""
    trace, left = [], 0.0
    for (ax, ay), (bx, by) in zip(corners, corners[1:]):
        whole = math.hypot(bx - ax, by - ay)
        while left <= whole:
            t = left / whole
            east, north = ax + t * (bx - ax) + random.gauss(0, noise), ay + t * (by - ay) + random.gauss(0, noise)
            trace.append([start + ms * len(trace), *place(east, north)])
            left += every
        left -= whole
    return trace


def names(*nodes):
    return [AT[node] for node in nodes]


TRACES = {
    "along a street": drive(names("00", "10", "20", "30"), 55, 4),
    "round a block": drive(names("00", "10", "11", "21", "20", "30", "31"), 30, 6),
    "against a one-way street": drive(names("31", "21", "11", "01"), 40, 5),
    "winding road": drive([AT["10"], (120, 20), (110, 50), (150, 60), AT["21"], AT["22"]], 25, 3),
    "dead end and back": drive(names("11", "10") + [(100, -40), AT["d"], (100, -40), AT["10"], AT["20"]], 28, 3),
    "to the island": drive(names("00", "10", "20", "30") + [(400, 20), (400, 150)], 45, 3),
    "off the roads": drive([AT["00"], AT["01"], AT["02"], (0, 420), AT["12"], AT["22"]], 60, 4),
    "a long gap": drive(names("00", "10"), 40, 3) + drive(names("22", "32"), 40, 3, start=100_000),
    "noisy": drive(names("02", "12", "11", "10", "20", "21", "31"), 32, 12),
}
out = {
    "sigmaM": SIGMA, "betaM": BETA, "radiusM": RADIUS, "maxGapMs": MAX_GAP_MS,
    "nodes": [{"id": name, "position": place(*at)} for name, at in AT.items()],
    "edges": [{key: edge[key] for key in ("id", "from", "to", "oneway", "line", "length")} for edge in EDGES],
    "traces": [{"name": name, "positions": trace, **match(trace)} for name, trace in TRACES.items()],
}
path = pathlib.Path(__file__).with_suffix(".golden.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
for trace in out["traces"]:
    print(trace["name"], len(trace["rows"]), [round(c, 3) for c in trace["chains"]], [b["reason"] for b in trace["breaks"]])
