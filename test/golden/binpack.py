"""Golden placements of 20 pods on 6 nodes, worked out with exact fractions and a plain loop.

Writes binpack.golden.json beside it: the lists, an order of the nodes at ties, and where each published policy with
fixed choices puts every pod. Python's standard library only: python3 test/golden/binpack.py
"""

import json
import math
import pathlib
from collections import Counter
from fractions import Fraction

NODES = [  # cpu, memory, gpus, model
    (96000, 512, 8, "B"), (64000, 256, 4, "A"), (64000, 128, 4, "A"),
    (32000, 128, 2, "A"), (16000, 64, 1, "C"), (48000, 96, 0, ""),
]
PODS = [  # cpu, memory, gpus, milli, spec
    (4000, 16, 1, 470, ""), (8000, 32, 1, 1000, ""), (4000, 16, 1, 470, ""), (12000, 8, 0, 0, ""), (8000, 32, 2, 1000, "B"),
    (4000, 16, 1, 810, "A|C"), (4000, 8, 1, 160, ""), (16000, 64, 4, 1000, ""), (8000, 32, 1, 1000, ""), (4000, 16, 1, 810, ""),
    (4000, 16, 1, 330, "A"), (8000, 90, 1, 1000, ""), (24000, 16, 0, 0, ""), (4000, 16, 1, 470, ""), (8000, 32, 2, 1000, ""),
    (4000, 8, 1, 160, "C"), (4000, 16, 1, 810, ""), (8000, 32, 8, 1000, ""), (4000, 16, 1, 330, ""), (8000, 32, 1, 1000, "C"),
]
TIES = [3, 4, 0, 5, 1, 2]  # nodeRanks(6, 42)


def typical():
    counts = Counter((c, m, g, s) for c, _, g, m, s in PODS)
    kinds = sorted(counts.items(), key=lambda kv: (kv[1],) + kv[0], reverse=True)
    kept, covered = [], 0
    for kind, count in kinds:
        if covered >= 0.95 * len(PODS):
            break
        kept.append((kind, count))
        covered += count
    return [(kind, Fraction(count, covered)) for kind, count in kept]


def fragment(kinds, model, cpu, left):
    total = sum(left)
    f = Fraction(0)
    for (c, milli, gpus, spec), share in kinds:
        fits = cpu >= c and sum(g >= milli for g in left) >= gpus
        useless = gpus == 0 or (spec and model not in spec.split("|")) or not fits
        f += share * (total if useless else sum(g for g in left if g < milli))
    return f


def run(policy):
    kinds = typical()
    state = [{"cpu": c, "mem": m, "left": [1000] * g, "model": mod, "hosts": []} for c, m, g, mod in NODES]
    placed = []
    for cpu, mem, gpus, milli, spec in PODS:
        best = None
        for node in TIES:
            s = state[node]
            left = s["left"]
            if s["cpu"] < cpu or s["mem"] < mem:
                continue
            fit = [g for g in range(len(left)) if left[g] >= milli]
            if gpus and (len(fit) < gpus or (spec and s["model"] not in spec.split("|"))):
                continue

            def gain(take):
                after = [v - milli if g in take else v for g, v in enumerate(left)]
                return fragment(kinds, s["model"], s["cpu"], left) - fragment(kinds, s["model"], s["cpu"] - cpu, after)

            if gpus == 0:
                take = []
            elif milli == 1000:
                take = fit[:gpus]
            elif policy == "fgd":
                take = [max(fit, key=lambda g: (gain([g]), -g))]
            else:
                take = [min(fit, key=lambda g: (left[g], g))]
            tag = "share" if milli < 1000 else gpus
            total, asked = sum(left), gpus * milli
            if policy == "fgd":
                score = math.floor(100 / (1 + math.exp(-float(gain(take)) / 1000)))
            elif policy == "bestfit":
                score = math.floor(100 * (1 - Fraction(s["cpu"] - cpu, 256000) - Fraction(total - asked, 16000)))
            elif policy == "dotprod":
                score = math.floor(100 * (1 - (Fraction(s["cpu"] * cpu, 128000**2) + Fraction(total * asked, 8000**2)) / 2))
            elif gpus == 0:
                score = 0
            elif policy == "packing":
                free = left.count(1000)
                whole = sum(left[g] == 1000 for g in take)
                if free == len(left):
                    score = max(33 - free, free)
                elif whole:
                    score = max(50 - whole, 33)
                else:
                    score = max(100 - sum(left[g] // 10 for g in take) // 10, 50)
            else:
                score = 25 * (8000 - total) // 8000
                hosts = set(s["hosts"])
                score += 25 if not hosts else (75 if hosts == {tag} else 50) if tag in hosts else 0
            if best is None or score > best[0]:
                best = (score, node, take, tag)
        if best is None:
            placed.append(None)
            continue
        _, node, take, tag = best
        state[node]["cpu"] -= cpu
        state[node]["mem"] -= mem
        for g in take:
            state[node]["left"][g] -= milli
        if gpus:
            state[node]["hosts"].append(tag)
        placed.append([node, take])
    return placed


golden = {"nodes": NODES, "pods": PODS, "ties": TIES}
golden["placed"] = {policy: run(policy) for policy in ["dotprod", "clustering", "packing", "bestfit", "fgd"]}
path = pathlib.Path(__file__).with_name("binpack.golden.json")
path.write_text(json.dumps(golden) + "\n")
