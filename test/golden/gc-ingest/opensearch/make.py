"""Answers of the OpenSearch API for two clusters, and the graph they hold.

Writes in/ and golden.json beside this file. The answers are written by hand after the OpenSearch 2.11 reference of
_cat/indices, _plugins/_ism/explain, _snapshot, _snapshot/_status and _settings. Standard library of Python only: python make.py
"""

import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
IN = HERE / "in"


def index(name, size, created, status="open"):
    return {"health": "green" if status == "open" else None, "status": status, "index": name, "uuid": f"u-{name}", "pri": "1", "rep": "1",
            "docs.count": "5", "store.size": None if size is None else str(size), "pri.store.size": None if size is None else str(size // 2), "creation.date": str(created)}


def managed(name, policy, state, since):
    return {"index.plugins.index_state_management.policy_id": policy, "index.opendistro.index_state_management.policy_id": policy,
            "index": name, "index_uuid": f"u-{name}", "policy_id": policy, "policy_seq_no": 3, "policy_primary_term": 1,
            "state": {"name": state, "start_time": since}, "enabled": True}


def snapshot(name, state, indices, start):
    return {"snapshot": name, "uuid": f"u-{name}", "version_id": 136327827, "version": "2.11.0", "indices": indices, "data_streams": [], "state": state,
            "start_time": "", "start_time_in_millis": start, "end_time_in_millis": start + 5, "failures": [], "shards": {"total": 1, "failed": 0, "successful": 1}}


EU = {
    "indices.json": [index("logs-2026.05.01", 4096, 1777593600000), index("logs-2026.05.02", 8192, 1777680000000),
                     index(".kibana_1", 10, 1700000000000), index("closed", None, 1690000000000, "close")],
    "ism_explain.json": {"logs-2026.05.01": managed("logs-2026.05.01", "logs_30d", "warm", 1779000000000),
                         "logs-2026.05.02": managed("logs-2026.05.02", "logs_30d", "hot", 1777680000001),
                         ".kibana_1": {"index.plugins.index_state_management.policy_id": None, "index.opendistro.index_state_management.policy_id": None, "enabled": None},
                         "total_managed_indices": 2},
    "snapshots-nightly.json": {"snapshots": [snapshot("n1", "SUCCESS", ["logs-2026.05.01", "closed", "gone"], 1777600000000),
                                             snapshot("n2", "SUCCESS", ["logs-2026.05.01", "logs-2026.05.02"], 1777700000000),
                                             snapshot("n3", "PARTIAL", ["logs-2026.05.01", ".kibana_1"], 1777800000000)]},
}
EU["indices.json"].append(index("restored-march", 0, 1779900000000))
EU["settings.json"] = {
    "restored-march": {"settings": {"index": {"store": {"type": "remote_snapshot"}, "uuid": "u-r", "searchable_snapshot": {
        "repository": "archive", "snapshot_id": {"name": "march", "uuid": "s-m"}, "index": {"id": "i-m"}}}}},
    "closed": {"settings": {"index": {"uuid": "u-closed", "number_of_shards": "1"}}},
}
US = {
    "indices.json": [index("logs-2026.05.01", 77, 1777593600000)],
    "snapshots-weekly.json": {"snapshots": [{"snapshot": "w1", "repository": "weekly", "uuid": "x", "state": "SUCCESS", "include_global_state": True,
                                             "stats": {"total": {"file_count": 3, "size_in_bytes": 2048}, "start_time_in_millis": 1777900000000, "time_in_millis": 9},
                                             "indices": {"logs-2026.05.01": {"shards_stats": {}}}}]},
}

shutil.rmtree(IN, ignore_errors=True)
for cluster, answers in (("eu", EU), ("us", US)):
    (IN / cluster).mkdir(parents=True)
    for name, answer in answers.items():
        (IN / cluster / name).write_text(json.dumps(answer, indent=1))

row = lambda id, kind, size, created, **more: {"id": f"opensearch://{id}", "kind": f"opensearch_{kind}", "size_bytes": size, "created_at": created, **more}
objects = [
    row("eu/logs-2026.05.01", "index", 4096, 1777593600000, storage_class="warm", storage_class_since=1779000000000, group="logs_30d"),
    row("eu/logs-2026.05.02", "index", 8192, 1777680000000, storage_class="hot", storage_class_since=1777680000001, group="logs_30d"),
    row("eu/.kibana_1", "index", 10, 1700000000000), row("eu/closed", "index", 0, 1690000000000),
    row("eu/restored-march", "index", 0, 1779900000000),
    row("eu/_snapshot/nightly/n1", "snapshot", 0, 1777600000000, group="nightly"), row("eu/_snapshot/nightly/n2", "snapshot", 0, 1777700000000, group="nightly"),
    row("eu/_snapshot/nightly/n3", "snapshot", 0, 1777800000000, group="nightly"),
    row("us/logs-2026.05.01", "index", 77, 1777593600000), row("us/_snapshot/weekly/w1", "snapshot", 2048, 1777900000000, group="weekly"),
]
edge = lambda cluster, index, snapshot, rel="snapshot": [f"opensearch://{cluster}/{index}", f"opensearch://{cluster}/_snapshot/{snapshot}", rel]
edges = [
    edge("eu", "restored-march", "archive/march", "searchable_snapshot"),
    edge("eu", "logs-2026.05.01", "nightly/n1"), edge("eu", "closed", "nightly/n1"), edge("eu", "closed", "nightly/n1", "latest_snapshot"),
    edge("eu", "logs-2026.05.01", "nightly/n2"), edge("eu", "logs-2026.05.01", "nightly/n2", "latest_snapshot"),
    edge("eu", "logs-2026.05.02", "nightly/n2"), edge("eu", "logs-2026.05.02", "nightly/n2", "latest_snapshot"),
    edge("eu", "logs-2026.05.01", "nightly/n3"), edge("eu", ".kibana_1", "nightly/n3"),
    edge("us", "logs-2026.05.01", "weekly/w1"), edge("us", "logs-2026.05.01", "weekly/w1", "latest_snapshot"),
]
golden = {"objects": sorted(objects, key=lambda o: o["id"].encode()), "edges": sorted(edges, key=lambda e: [p.encode() for p in e])}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
