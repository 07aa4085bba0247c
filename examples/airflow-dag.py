"""A run of fleetlens as an Airflow DAG: one mapped task a shard, then the merge. Airflow 2.4 or newer.

A shard that fails is tried again by itself; running it again changes nothing. All workers see DATA under the same name.
"""

import shlex
from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator

DATA = "/data"
SHARDS = 8


def shard(index: int) -> str:
    """The command of one shard."""
    words = [
        *("fleetlens", "drift", "--reference", f"{DATA}/train.parquet", "--current", f"{DATA}/today.parquet"),
        *("--slices", "region", "--shard", f"{index}/{SHARDS}", "--out", f"{DATA}/parts"),
    ]
    return shlex.join(words)


with DAG(
    "fleetlens_drift",
    schedule="@daily",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two runs would write to one folder.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
) as dag:
    clear = BashOperator(task_id="clear", bash_command=f"rm -rf {DATA}/parts")
    shards = BashOperator.partial(task_id="shards").expand(bash_command=[shard(i) for i in range(SHARDS)])
    merge = BashOperator(
        task_id="merge",
        # With --fail-on drift the shards say so, and the merge ends with code 3.
        bash_command=f"fleetlens merge --inputs {DATA}/parts --out {DATA}/drift.json",
    )
    clear >> shards >> merge
