"""Values of a sweep by Python: round(lo + i * step, 12), and its own count of points by decimal arithmetic.

    python3 test/golden/backtest-sweep.py > test/golden/backtest-sweep.golden.json
"""
import json
import random
from decimal import Decimal

RANGES = [
    ("-0.4", "-0.1", "0.05"), ("0", "0.3", "0.1"), ("-0.5", "0.5", "0.01"), ("0.1", "0.7", "0.3"), ("1", "1", "5"),
    ("-1", "1", "0.3"), ("0", "1", "0.07"), ("100.1", "100.4", "0.1"), ("0", "0.001", "0.0001220703125"),
    ("-0.001", "0.001", "0.0001220703125"), ("1e-3", "1e-2", "1e-3"), ("-2", "2", "0.04"), ("1000000", "1000001", "0.001"),
    ("0", "0.00000000001", "0.000000000001"), ("-0.3", "0.3", "0.1"), ("5", "6", "2"),
]


def values(lo, hi, step):
    count = int((Decimal(hi) - Decimal(lo)) // Decimal(step)) + 1
    return [round(float(lo) + i * float(step), 12) + 0.0 for i in range(count)]


random.seed(1)
for _ in range(60):
    digits = random.randint(0, 4)
    unit = Decimal(1).scaleb(-digits)
    lo = random.randint(-3000, 3000) * unit
    step = random.randint(1, 40) * unit
    hi = lo + random.randint(0, 120) * step + random.choice([0, 0, 0, step / 2])
    RANGES.append(tuple(format(x, "f") for x in (lo, hi, step)))

# Ties of rounding: odd multiples of 2**-13 end in a 5 at the 13th digit.
ties = [k / 8192 for k in (1, 3, -1, -3, 8191, -8193, 12345, 999_999)]
print(json.dumps({
    "sweeps": [{"low": float(lo), "high": float(hi), "step": float(step), "values": values(lo, hi, step)} for lo, hi, step in RANGES],
    "rounded": [{"x": x, "rounded": round(x, 12) + 0.0} for x in ties + [random.uniform(-10, 10) for _ in range(200)]],
}, indent=0))
