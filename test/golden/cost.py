"""Totals of fixtures/cost by Python's decimal module: python test/golden/cost.py > test/golden/cost.golden.json

Nothing of fleetlens is used. Amounts are added exactly; a charge of several days is not spread here, so daily sums are
checked for charges of one day only.
"""

import csv
import glob
import json
import platform
from collections import defaultdict
from decimal import Decimal, getcontext

getcontext().prec = 60

ZERO = Decimal(0)


def text(value):
    """Plain decimal text without trailing zeros."""
    out = format(value, "f")
    if "." in out:
        out = out.rstrip("0").rstrip(".")
    return "0" if out == "-0" else out


def add(table, key, row):
    table[key][0] += Decimal(row["BilledCost"])
    table[key][1] += Decimal(row["EffectiveCost"])


rows = []
for name in sorted(glob.glob("fixtures/cost/focus/*.csv")):
    with open(name, newline="") as file:
        rows.extend(csv.DictReader(file))

total = defaultdict(lambda: [ZERO, ZERO])
category = defaultdict(lambda: [ZERO, ZERO])
month = defaultdict(lambda: [ZERO, ZERO])
direct = defaultdict(lambda: [ZERO, ZERO])
days = defaultdict(lambda: [ZERO, ZERO])
shared = defaultdict(lambda: ZERO)
prepaid = defaultdict(lambda: ZERO)
for row in rows:
    invoice = row["BillingPeriodStart"][:7]
    correction = row["ChargeClass"] == "Correction"
    add(total, "all", row)
    add(category, "correction" if correction else row["ChargeCategory"].lower(), row)
    add(month, invoice, row)
    team = json.loads(row["Tags"])["team"] if row["Tags"] else None
    everybody = (
        row["ChargeCategory"] == "Tax"
        or row["CommitmentDiscountStatus"] == "Unused"
        or "Support" in row["ServiceName"]
    )
    if row["ChargeCategory"] != "Credit":
        prepaid[invoice] += Decimal(row["BilledCost"]) - Decimal(row["EffectiveCost"])
        if team is None and everybody:
            shared[invoice] += Decimal(row["EffectiveCost"])
        else:
            add(direct, f"{invoice} {team or '_untagged'}", row)
    if row["ResourceId"] and not correction:
        add(days, row["ChargePeriodStart"][:10], row)


def both(table):
    return {key: {"billed": text(b), "effective": text(e)} for key, (b, e) in sorted(table.items())}


print(
    json.dumps(
        {
            "made_by": f"python {platform.python_version()}, decimal",
            "rows": len(rows),
            "total": both(total)["all"],
            "by_category": both(category),
            "by_month": both(month),
            "direct_by_month_and_team": both(direct),
            "shared_by_month": {key: text(value) for key, value in sorted(shared.items())},
            "prepaid_by_month": {key: text(value) for key, value in sorted(prepaid.items())},
            "resources_by_day": both(days),
        },
        indent=1,
    )
)
