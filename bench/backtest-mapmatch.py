"""Peer of bench/backtest-mapmatch.ts: LeuvenMapMatching on the same roads and drives, one JSON document in, one out."""

import json
import sys
import time
from importlib.metadata import version

from leuvenmapmatching.map.inmem import InMemMap
from leuvenmapmatching.matcher.distance import DistanceMatcher
from leuvenmapmatching.matcher.newsonkrumm import NewsonKrummMatcher

town = json.load(sys.stdin)
roads = InMemMap("town", use_latlon=False, use_rtree=False, index_edges=False)
for name, (east, north) in town["nodes"].items():
    roads.add_node(name, (north, east))
edge_of = {}
for a, b, edge, oneway in town["segments"]:
    edge_of[a, b] = edge_of[b, a] = edge
    if oneway >= 0:
        roads.add_edge(a, b)
    if oneway <= 0:
        roads.add_edge(b, a)


def run(matcher_of, drives):
    edges, seconds, points = [], 0.0, 0
    for drive in drives:
        path = [(north, east) for east, north in drive["positions"]]
        matcher = matcher_of(drive["sigmaM"])
        start = time.process_time()
        matcher.match(path)
        seconds += time.process_time() - start
        points += len(path)
        found = [None] * len(path)
        for state in matcher.lattice_best or []:
            # Non-emitting states come after the position they follow; the first of each position is its own.
            if state.obs_ne == 0:
                found[state.obs] = edge_of.get((state.edge_m.l1, state.edge_m.l2))
        edges.append(found)
    return {"edges": edges, "seconds": seconds, "points": points}


def distance(sigma):
    return DistanceMatcher(
        roads, max_dist=town["radiusM"], obs_noise=sigma, obs_noise_ne=2 * sigma, dist_noise=2 * sigma, non_emitting_states=True
    )


def newson_krumm(sigma):
    return NewsonKrummMatcher(
        roads, max_dist=town["radiusM"], obs_noise=sigma, obs_noise_ne=2 * sigma, beta=town["betaM"], non_emitting_states=True
    )


result = {
    "versions": {"leuvenmapmatching": version("leuvenmapmatching"), "python": sys.version.split()[0]},
    "runs": [{"DistanceMatcher": run(distance, drives), "NewsonKrummMatcher": run(newson_krumm, drives)} for drives in town["runs"]],
}
json.dump(result, sys.stdout)
