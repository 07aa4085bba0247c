"""Writes planned.json and expected/: a plan with hostile names, and the action files that it must give.

    python test/golden/gc-actions/gc_actions.py

Only the standard library. Keys are encoded by urllib, draws are made by hashlib, the SQL is
spelled out by hand; nothing is shared with src/ingest/gc/actions.
"""
import hashlib
import json
import pathlib
import re
import shutil
from urllib.parse import quote

HERE = pathlib.Path(__file__).parent
OUT = HERE / "expected"
shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir()
AS_OF = "2026-06-01T00:00:00.000Z"
POLICY = {
    "grace_hours": 48,
    "restore_drill": {"fraction": 0.4, "seed": "2026-06 ü"},
    "classes": {
        "Silver": {"on_expire": "transition", "transition_to": "GLACIER"},
        "Bronze": {"on_expire": "delete"},
        "Tin": {"on_expire": "transition", "transition_to": "GLACIER_IR"},
    },
}
objects = []


def add(id, kind, action="delete", phase=None, **more):
    phase = phase or {"delete": "quarantine", "transition": "transition", "keep": None}[action]
    target = more.pop("target", "GLACIER" if action == "transition" else None)
    row = dict(id=id, kind=kind, action=action, phase=phase, target_storage_class=target, size_bytes=1, created_at=None)
    row.update(group=None, metric=None, is_latest=None, is_delete_marker=None, is_multipart_upload=None)
    assert not set(more) - set(row), more
    objects.append({**row, **more})
    return id


def file(name, text):
    path = OUT / name
    path.write_bytes(text.encode("utf-8"))


def field(value):
    """By RFC 4180; a field with a hash is quoted too, as some readers take it for a comment."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if re.search('[,"\r\n#]', text) else text


def table(name, rows, header=None):
    file(name, "".join(",".join(map(field, row)) + "\n" for row in ([header] if header else []) + rows))


def by_id(rows):
    return [row[1:] for row in sorted(rows, key=lambda row: row[0].encode("utf-8"))]


# --- S3 -------------------------------------------------------------------------------------------------------------
KEYS = [
    "a b", "a+b", "100%", "%20", "line\nbreak", "cr\r\nlf", "na\u00efve/\u65e5\u672c", 'q"uote', "com,ma", "semi;'x'", "\U0001f600",
    "e\u0301/\u00e9", " lead and trail ", "?q=1&r=2", "tilde~!*()_-.", "#frag", "back\\slash", "slash//twice/", "\t", "../up", "s3://b/k",
]
plain, versioned, purge, cold = [], [], [], []
for i, key in enumerate(KEYS):
    encoded = quote(key, safe="/")
    plain.append((add(f"s3://data/{key}", "dataset"), "data", encoded))
    versioned.append((add(f"s3://data/{key}?versionId=V{i}.x_-", "s3_noncurrent", is_latest=False), "data", encoded, f"V{i}.x_-"))
    purge.append((add(f"s3://gdpr/{key}?versionId=null", "s3_object", phase="purge"), "gdpr", encoded, "null"))
    cold.append((add(f"s3://cold/{key}", "checkpoint", "transition"), "cold", encoded))
    add(f"s3://kept/{key}", "dataset", "keep")
versioned.append((add("s3://data/gone?versionId=m1", "s3_delete_marker", is_delete_marker=True), "data", "gone", "m1"))
# The last one counts, as the key may hold such text.
versioned.append((add("s3://data/k?versionId=no?versionId=yes", "dataset"), "data", "k%3FversionId%3Dno", "yes"))
plain.append((add("s3://data/u?uploadId=no", "dataset"), "data", "u%3FuploadId%3Dno"))
plain.append((add("s3://data/shard", None, is_multipart_upload=True), "data", "shard"))
plain.append((add("s3://odd,\"bucket/k", "dataset"), 'odd,"bucket', "k"))
table("s3_batch_delete.csv", by_id(plain))
table("s3_versioned_batch_delete.csv", by_id(versioned))
table("s3_batch_purge.csv", by_id(purge))
odd = "../../tmp/~x y"
odd_rows = [(add("s3://cold/odd", "dataset", "transition", target=odd), "cold", "odd")]
table(f"s3_transition_..%2F..%2Ftmp%2F%7Ex%20y.csv", by_id(odd_rows))
table("s3_transition_GLACIER.csv", by_id(cold))
file("s3_transition_GLACIER_IR.csv", "")
low = [(add("s3://cold/low", "dataset", "transition", target="standard_ia"), "cold", "low")]
up = [(add("s3://cold/up?versionId=1", "dataset", "transition", target="STANDARD_IA"), "cold", "up", "1")]
for target, rows in [("standard_ia", low), ("STANDARD_IA", up)]:
    table(f"s3_transition_{target}~{hashlib.sha256(target.encode()).hexdigest()[:32]}.csv", by_id(rows))
uploads = [
    (add("s3://up/a b?uploadId=U1~x", "s3_multipart"), "up", "a%20b", "U1~x"),
    (add("s3://up/a?versionId=x?uploadId=U,2", "s3_multipart"), "up", "a%3FversionId%3Dx", "U,2"),
]
table("s3_abort_multipart.csv", by_id(uploads))
table("s3_abort_multipart_purge.csv", by_id([(add("s3://up/p?uploadId=U3", "s3_multipart", phase="purge"), "up", "p", "U3")]))

# --- what no request means exactly -----------------------------------------------------------------------------------
other = []
for id, kind, more in [
    ("s3://data/no-version", "s3_noncurrent", {}),
    ("s3://data/not-latest", "dataset", {"is_latest": False}),
    ("s3://data/marker", "s3_delete_marker", {}),
    ("s3://data/marker?versionId=cold", "s3_delete_marker", {"action": "transition"}),
    ("s3://up/no-upload", "s3_multipart", {}),
    ("s3://up/cold?uploadId=U", "s3_multipart", {"action": "transition"}),
    ("s3://bucket", "dataset", {}),
    ("s3://bucket/", "dataset", {}),
    ("s3:///key", "dataset", {}),
    ("s3://bucket/?versionId=v", "dataset", {}),
    ("file:///home/x", "dvc_object", {}),
    ("runs:/1", "mlflow_run", {"phase": "purge"}),
    ("wandb://e/p", "wandb_run", {}),
    ("s3://wandb/x", "wandb_file", {}),
    ("oci://@sha256:" + "a" * 64, "oci_layer", {}),
    ("oci://app:v1", "oci_tag", {}),
    ("oci://app@nothing", "oci_manifest", {}),
    ("opensearch://c/logs-*", "opensearch_index", {}),
    ("opensearch://c/a,b", "opensearch_index", {}),
    ("opensearch://c/_all", "opensearch_index", {}),
    ("opensearch://c/..", "opensearch_index", {}),
    ("opensearch://c/-x\n", "opensearch_index", {"action": "transition"}),
    ("opensearch://c/_snapshot/r/*", "opensearch_snapshot", {}),
    ("opensearch://c/_snapshot/r/..", "opensearch_snapshot", {}),
    ("opensearch://c/_snapshot/../x", "opensearch_snapshot", {}),
    ("opensearch://c/_snapshot/r/cold", "opensearch_snapshot", {"action": "transition"}),
    ("s3://lake/nowhere", "iceberg_data", {"group": "unknown group"}),
    ("s3://lake/db/t1/data/cold.parquet", "iceberg_data", {"action": "transition", "group": "t1"}),
    ("s3://logs/day=1/", "log_partition", {"action": "transition"}),
    ("ftp://x/\u00fc,\"\n", "dataset", {}),
]:
    add(id, kind, **more)
    row = objects[-1]
    other.append((id, id, row["action"], row["phase"]))
table("other.csv", by_id(other), ["id", "action", "phase"])

# --- logs -------------------------------------------------------------------------------------------------------------
logs = [
    (add("log://app/day=1", "log_partition", created_at="2026-01-02 03:04:05.678901", size_bytes=str(2**60)), "log://app/day=1",
     "2026-01-02T03:04:05.678Z", 2**60, "quarantine"),
    (add("s3://logs/day=2/", "log_partition", phase="purge"), "s3://logs/day=2/", "", 1, "purge"),
    (add("log://app/a,b", "log_stream"), "log://app/a,b", "", 1, "quarantine"),
]
table("logs_purge.csv", by_id(logs), ["id", "created_at", "size_bytes", "phase"])

# --- Weights & Biases -------------------------------------------------------------------------------------------------
wandb = []
for id, kind, action, more in [
    ("wandb://e/p/run \"1\"", "wandb_run", "delete", {"group": "e/p/sweep", "metric": 0.1, "created_at": "2026-01-01 00:00:00", "size_bytes": 7}),
    ("wandb://e/p/run,2", "wandb_run", "delete", {"phase": "purge"}),
    ("wandb://e/p/best", "wandb_run", "keep", {"metric": 1.0}),
    ("wandb-artifact://e/p/model:v3", "wandb_model", "delete", {}),
    ("wandb-artifact://e/p/model:v4", "wandb_model", "keep", {}),
    ("wandb-file://e/p/model/00ff", "wandb_file", "delete", {}),
    ("wandb-file://e/p/\u00fc", "wandb_file", "transition", {}),
]:
    add(id, kind, action, **more)
    wandb.append((id, objects[-1]))
# A transition cannot be carried out, so the file stays as it is.
other.append(("wandb-file://e/p/\u00fc", "wandb-file://e/p/\u00fc", "transition", "transition"))
table("other.csv", by_id(other), ["id", "action", "phase"])
wandb.sort(key=lambda row: row[0].encode("utf-8"))
keep = [{"id": id, "kind": o["kind"]} for id, o in wandb if o["action"] != "delete"]
gone = [{"id": id, "kind": o["kind"], "phase": o["phase"]} for id, o in wandb if o["action"] == "delete"]
lines = lambda rows: ",\n    ".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
file("wandb_keep.json", f"""{{
  "schema": "fleetlens.wandb-keep/1",
  "version": "VERSION",
  "as_of": "2026-06-01T00:00:00Z",
  "keep": [
    {lines(keep)}
  ],
  "delete": [
    {lines(gone)}
  ]
}}
""")
runs = [
    ["e", "p", 'run "1"', "e/p/sweep", 0.1, "2026-01-01T00:00:00.000Z", 7, "quarantine"],
    ["e", "p", "run,2", "", "", "", 1, "purge"],
]
table("wandb_summary_export.csv", runs, ["entity", "project", "run", "group", "metric", "created_at", "size_bytes", "phase"])

# --- ECR ---------------------------------------------------------------------------------------------------------------
HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
digest = lambda i: f"sha256:{i:064x}"
LIFECYCLE = json.dumps({"rules": [{
    "rulePriority": 1,
    "description": "Images that fleetlens gc planned to delete as of 2026-06-01T00:00:00Z and that were tagged so",
    "selection": {"tagStatus": "tagged", "tagPatternList": ["fleetlens-gc-20260601T000000Z-*"], "countType": "sinceImagePushed",
                  "countUnit": "days", "countNumber": 1},
    "action": {"type": "expire"}}]}, indent=2) + "\n"
request = lambda more, ids: json.dumps({**more, "imageIds": [{"imageDigest": d} for d in ids]}, separators=(",", ":")) + "\n"
for i in range(205):
    add(f"oci://{HOST}/team/app@{digest(i)}", "oci_index" if i in (3, 150) else "oci_manifest", "delete" if i < 203 else "keep")
add(f"oci://{HOST}/team/app@{digest(300)}", "oci_manifest", phase="purge")
add(f"oci://localhost/team/app@{digest(1)}", "oci_manifest")
add(f"oci://solo@{digest(2)}", "oci_manifest", phase="purge")
images = [digest(i) for i in range(203) if i not in (3, 150)]
aws = {"registryId": "123456789012", "repositoryName": "team/app"}
here = "team%2Fapp~" + hashlib.sha256(f"{HOST}/team/app".encode()).hexdigest()[:32]
local = "team%2Fapp~" + hashlib.sha256(b"localhost/team/app").hexdigest()[:32]
file(f"ecr_delete_{here}.jsonl", request(aws, [digest(3), digest(150)]) + "".join(request(aws, images[i:i + 100]) for i in (0, 100, 200)))
file(f"ecr_purge_{here}.jsonl", request(aws, [digest(300)]))
file(f"ecr_delete_{local}.jsonl", request({"repositoryName": "team/app"}, [digest(1)]))
file("ecr_purge_solo.jsonl", request({"repositoryName": "solo"}, [digest(2)]))
for part in (here, local, "solo"):
    file(f"ecr_lifecycle_{part}.json", LIFECYCLE)

# --- OpenSearch ----------------------------------------------------------------------------------------------------------
def step(id, cluster, phase, after, step, method, path, **body):
    return json.dumps(dict(id=id, cluster=cluster, phase=phase, after_grace=after, step=step, method=method, path=path, **body),
                      ensure_ascii=False, separators=(",", ":")) + "\n"


steps = {}
a = add("opensearch://c1/app-2026.01", "opensearch_index")
steps[a] = step(a, "c1", "quarantine", False, "close", "POST", "/app-2026.01/_close") + step(
    a, "c1", "purge", True, "delete", "DELETE", "/app-2026.01")
a = add("opensearch://c1/.hid%den\u00fc", "opensearch_index", phase="purge")
steps[a] = step(a, "c1", "purge", False, "delete", "DELETE", "/.hid%25den%C3%BC")
a = add("opensearch://c2/cold", "opensearch_index", "transition")
steps[a] = step(a, "c2", "transition", False, "shrink", "POST", "/_plugins/_ism/add/cold", body={"policy_id": "fleetlens-gc"}) + step(
    a, "c2", "transition", False, "forcemerge", "POST", "/cold-shrunk/_forcemerge?max_num_segments=1")
a = add("opensearch://c2/_snapshot/nightly/s-1", "opensearch_snapshot")
steps[a] = step(a, "c2", "purge", True, "delete", "DELETE", "/_snapshot/nightly/s-1")
file("opensearch_steps.jsonl", "".join(steps[id] for id in sorted(steps, key=str.encode)))
file("opensearch_ism.json", json.dumps({"policy": {
    "description": "fleetlens gc: merges and shrinks; closes or deletes only indices that are sent to these states",
    "default_state": "shrink",
    "states": [
        {"name": "shrink", "actions": [
            {"force_merge": {"max_num_segments": 1}},
            {"shrink": {"num_new_shards": 1, "target_index_name_template": {"source": "{{ctx.index}}-shrunk"}}}], "transitions": []},
        {"name": "quarantine", "actions": [{"close": {}}], "transitions": []},
        {"name": "delete", "actions": [{"delete": {}}], "transitions": []}]}}, indent=2) + "\n")

# --- Iceberg ---------------------------------------------------------------------------------------------------------------
members = {}


def snapshot(location, number, action, created, **more):
    id = add(f"{location}#snapshot={number}", "iceberg_snapshot", action, created_at=created, group=location.split("/")[-1], **more)
    if action == "delete":
        members.setdefault(location, []).append((id, id, "iceberg_snapshot", objects[-1]["phase"]))


def part(location, name, kind, action="delete", **more):
    id = add(f"{location}/{name}", kind, action, group=location.split("/")[-1], **more)
    if action == "delete":
        members.setdefault(location, []).append((id, id, kind, objects[-1]["phase"]))


T1 = "s3://lake/db.db/t1"
add(T1, "iceberg_table", "keep", group="t1")
snapshot(T1, 9007199254740993, "delete", "2026-01-01 00:00:00")
snapshot(T1, 11, "delete", "2026-02-01 00:00:00.000999")
snapshot(T1, 12, "keep", "2026-03-01 00:00:00.123456")
snapshot(T1, 13, "delete", "2026-03-01 00:00:00.123")
snapshot(T1, 14, "keep", "2026-04-01 00:00:00")
part(T1, "data/a'b.parquet", "iceberg_data")
part(T1, "metadata/snap-11.avro", "iceberg_manifest_list", phase="purge")
part(T1, "data/kept.parquet", "iceberg_data", "keep")
# What is not deleted, a transition too, must be needed by a snapshot that stays.
edges = [[f"{T1}#snapshot=12", f"{T1}/data/kept.parquet"], [f"{T1}#snapshot=14", "s3://lake/db/t1/data/cold.parquet"]]
file("iceberg_db.t1.sql", """-- Iceberg table "db.t1" at "s3://lake/db.db/t1":
-- 3 of 5 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- 1 objects are to be erased. Where a snapshot that stays needs them, delete their rows and rewrite first.

SELECT assert_true(count(*) = 2, 'this is not the table that was planned')
FROM db.t1.snapshots WHERE snapshot_id IN (14, 12);

CALL system.expire_snapshots(
  table => 'db.t1',
  older_than => TIMESTAMP '2026-03-01 00:00:00.123Z',
  retain_last => 2,
  snapshot_ids => ARRAY(13L)
);

CALL system.rewrite_manifests(
  table => 'db.t1'
);

CALL system.remove_orphan_files(
  table => 'db.t1',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
""")
T2 = "s3://lake/db/o'brien`\\;\n-- drop"
add(T2, "iceberg_table", group=T2.split("/")[-1])
members[T2] = [(T2, T2, "iceberg_table", "quarantine")]
snapshot(T2, 21, "delete", "2026-01-01 00:00:00")
file("iceberg_db.o%27brien%60%5C%3B%0A--%20drop.sql", r"""-- Iceberg table "db.`o'brien``\\;\n-- drop`" at "s3://lake/db/o'brien`\\;\n-- drop":
-- 1 of 1 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- The table itself is to go too. If its catalog agrees: DROP TABLE, which these calls do not.

SELECT assert_true(count(*) = 1, 'this is not the table that was planned')
FROM IDENTIFIER('db.`o\'brien``\\;\u000a-- drop`.snapshots') WHERE snapshot_id IN (21);

CALL system.expire_snapshots(
  table => 'db.`o\'brien``\\;\u000a-- drop`',
  older_than => TIMESTAMP '2026-01-01 00:00:00.001Z',
  retain_last => 1
);

CALL system.rewrite_manifests(
  table => 'db.`o\'brien``\\;\u000a-- drop`'
);

CALL system.remove_orphan_files(
  table => 'db.`o\'brien``\\;\u000a-- drop`',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
""")
T3 = "s3://lake/db/t3"
snapshot(T3, 31, "delete", "2026-01-01 00:00:00")
snapshot(T3, 32, "keep", "2026-02-01 00:00:00")
part(T3, "data/held.parquet", "iceberg_data", "keep")
file("iceberg_db.t3.sql", """-- Iceberg table "db.t3" at "s3://lake/db/t3":
-- 1 of 2 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- HELD BACK: 1 files are kept that no kept snapshot is known to need; these calls would delete them.
-- Tag a snapshot that holds them, or end what keeps them, and plan again.
--
-- SELECT assert_true(count(*) = 1, 'this is not the table that was planned')
-- FROM db.t3.snapshots WHERE snapshot_id IN (32);
--
-- CALL system.expire_snapshots(
--   table => 'db.t3',
--   older_than => TIMESTAMP '2026-02-01 00:00:00.000Z',
--   retain_last => 1
-- );
--
-- CALL system.rewrite_manifests(
--   table => 'db.t3'
-- );
--
-- CALL system.remove_orphan_files(
--   table => 'db.t3',
--   older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
--   dry_run => true
-- );
""")
# A table that its export names by the group only.
id = add("iceberg:1", "iceberg_snapshot", group="prod.by group", phase="purge")
members["prod.by group"] = [(id, id, "iceberg_snapshot", "purge")]
file("iceberg_prod.by%20group.sql", """-- Iceberg table "prod.`by group`" at "prod.by group":
-- 1 of 1 snapshots go.
-- Run in the table's catalog (USE <catalog>) right after `fleetlens gc verify`. The name is taken from the location.
-- 1 objects are to be erased. Where a snapshot that stays needs them, delete their rows and rewrite first.

SELECT assert_true(count(*) = 1, 'this is not the table that was planned')
FROM IDENTIFIER('prod.`by group`.snapshots') WHERE snapshot_id IN (1);

CALL system.expire_snapshots(
  table => 'prod.`by group`',
  older_than => TIMESTAMP '1970-01-01 00:00:00.000Z',
  retain_last => 1,
  snapshot_ids => ARRAY(1L)
);

CALL system.rewrite_manifests(
  table => 'prod.`by group`'
);

CALL system.remove_orphan_files(
  table => 'prod.`by group`',
  older_than => TIMESTAMP '2026-05-30 00:00:00.000Z',
  dry_run => true
);
""")
NAMES = {T1: "db.t1", T2: "db.o%27brien%60%5C%3B%0A--%20drop", T3: "db.t3", "prod.by group": "prod.by%20group"}
for location, rows in members.items():
    table(f"iceberg_{NAMES[location]}.csv", by_id(rows), ["id", "kind", "phase"])

# --- restore drill -----------------------------------------------------------------------------------------------------------
def drawn(id):
    first = hashlib.sha256(f"{POLICY['restore_drill']['seed']}\n{id}".encode()).digest()[:8]
    return int.from_bytes(first, "big") / 2**64 < POLICY["restore_drill"]["fraction"]


transitions = [o["id"] for o in objects if o["action"] == "transition"]
table("restore_drill.csv", by_id([(id, id) for id in transitions if drawn(id)]), ["id"])

objects.sort(key=lambda o: o["id"].encode("utf-8"))
assert len({o["id"] for o in objects}) == len(objects)
plan = {"as_of": AS_OF, "policy": POLICY, "edges": edges, "objects": objects}
(HERE / "planned.json").write_text(json.dumps(plan, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
print(len(objects), "objects,", len(list(OUT.iterdir())), "files")
