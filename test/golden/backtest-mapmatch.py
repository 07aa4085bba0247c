"""Golden map matches on a small road graph: Newson & Krumm's hidden Markov model with directions, worked out the slow way.

Writes backtest-mapmatch.golden.json beside it: the graph, traces, and for each its Viterbi path, log-probability and breaks.
A state is a point of a road and a direction in which it is driven. Routes do not turn round but at the end of a road that has no
other way on; a vehicle may turn round where it has a position, which costs 10 of the log-probability; one that
seems to move back on its way by up to 4 sigma stands still. Distances by cross products of unit vectors, routes by Floyd and Warshall over all edges in their
directions, the likeliest path by trying every path where there are up to 200,000 and by dynamic programming in any case.
Python's standard library only: python3 test/golden/backtest-mapmatch.py
"""

import itertools
import json
import math
import pathlib
import random

R = 6371008.8
SIGMA, BETA, RADIUS, MAX_GAP_MS = 5.0, 4.1, 50.0, 60_000
TURN = 10.0
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

# Edges in a direction: (place of the edge, +1 along it or -1 against it).
WAYS = [(i, d) for i, e in enumerate(EDGES) for d in (1, -1) if e["oneway"] in (0, d)]


def ends(way):
    e = EDGES[way[0]]
    return (e["from"], e["to"]) if way[1] > 0 else (e["to"], e["from"])


def onward(way):
    """Ways by which a vehicle goes on, without turning round where it need not."""
    exits = [w for w in WAYS if ends(w)[0] == ends(way)[1]]
    return exits if len(exits) == 1 else [w for w in exits if w != (way[0], -way[1])]


# Metres from the start of one way to the start of another.
DIST = {(v, w): math.inf for v in WAYS for w in WAYS}
for v in WAYS:
    for w in onward(v):
        DIST[v, w] = EDGES[v[0]]["length"]
    DIST[v, v] = 0.0
for k, v, w in itertools.product(WAYS, WAYS, WAYS):
    DIST[v, w] = min(DIST[v, w], DIST[v, k] + DIST[k, w])


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
            found += [(way, offset, distance) for way in WAYS if way[0] == i]
    return found


def route(a, b):
    """Metres from a state to another without turning round at either."""
    (v, o, _), (w, q, _) = a, b
    past = lambda way, offset: offset if way[1] > 0 else EDGES[way[0]]["length"] - offset
    ways = [EDGES[v[0]]["length"] - past(v, o) + DIST[u, w] + past(w, q) for u in onward(v)]
    if v == w and past(w, q) - past(v, o) >= -4 * SIGMA:
        ways.append(max(0.0, past(w, q) - past(v, o)))
    return min(ways, default=math.inf)


def emission(c):
    return -math.log(math.sqrt(2 * math.pi) * SIGMA) - 0.5 * (c[2] / SIGMA) ** 2


def straight_on(a, b, straight, ms):
    metres = route(a, b)
    if metres > straight + min(2000, 50 * ms / 1000):
        return -math.inf
    return -math.log(BETA) - abs(metres - straight) / BETA


def transition(a, b, straight, ms):
    """Log-probability of b after a: as it arrives, or turned round there."""
    ((edge, direction), *place) = b
    turned = ((edge, -direction), *place)
    on = straight_on(a, b, straight, ms)
    return max(on, straight_on(a, turned, straight, ms) - TURN) if turned[0] in WAYS else on


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
    if math.prod(len(c) for _, c, _ in chain) <= 200_000:
        def whole(p):
            places = [c[i] for i, (_, c, _) in zip(p, chain)]
            return sum(map(emission, places)) + sum(s[i][j] for s, i, j in zip(steps, p, p[1:]))
        tried = max(itertools.product(*(range(len(c)) for _, c, _ in chain)), key=whole)
        places = lambda p: [(c[i][0][0], c[i][1]) for i, (_, c, _) in zip(p, chain)]
        assert places(tried) == places(path) and math.isclose(whole(tried), total, rel_tol=1e-12)
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
                (i, _), offset, distance = found[at]
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
    "turns round in a street": drive(names("00", "01") + [(0, 130)] + names("01", "11", "21"), 37, 3),
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
