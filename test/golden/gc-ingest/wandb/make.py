"""Runs and artifacts of Weights & Biases as docs/gc-ingest.md exports them, and the graph they hold.

Writes in/ and golden.json beside this file. Manifests are made by wandb 0.31.0 itself, without a server; the attributes
that only a server knows (ids, times, versions) are set by hand. pip install wandb boto3, then python make.py
"""

import base64
import json
import os
import pathlib
import shutil
import tempfile

os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true")
import wandb
from wandb.sdk.lib.hashutil import b64_to_hex_id

HERE = pathlib.Path(__file__).parent
IN = HERE / "in"
WORK = pathlib.Path(tempfile.mkdtemp())
MS = {"2026-01-05T00:00:00": 1767571200000, "2026-02-05T00:00:00Z": 1770249600000, "2026-02-06T12:00:00Z": 1770379200000}
EARLY, LATE, BEAT = MS
os.chdir(WORK)


def artifact(name, kind, number, files, created, project="ml", metadata=None, references=(), state="COMMITTED"):
    made = wandb.Artifact(name.split(":")[0], kind)
    for path, text in files.items():
        pathlib.Path("file").write_text(text)
        made.add_file("file", name=path)
    for path, uri in references:
        made.add_reference(uri, name=path, checksum=False)
    identity = base64.b64encode(f"Artifact:{number}".encode()).decode()
    return {"id": identity, "entity": "acme", "project": project, "name": name, "type": kind, "state": state,
            "aliases": ["latest", "best+1", name.split(":")[1]] if name == "corpus:v1" else [], "created_at": created, "metadata": metadata, "digest": made.digest, "manifest": made.manifest.to_manifest_json()}


corpus0 = artifact("corpus:v0", "dataset", 1, {"a.txt": "hello", "sub/b c+%é.txt": "world!"}, EARLY, metadata={"retention_class": "Silver"})
corpus1 = artifact("corpus:v1", "dataset", 2, {"a.txt": "hello", "sub/b c+%é.txt": "new world!"}, LATE, metadata={"retention_class": "Bronze"},
                   references=[("raw.parquet", "s3://lake/raw data/x+y.parquet"), ("model.bin", "https://other.org/m.bin")])
corpus1["manifest"]["contents"]["raw.parquet"]["extra"] = {"etag": "abc", "versionID": "ver.1"}
model = artifact("model:v0", "model", 3, {"w.bin": "weights"}, LATE)
model["manifest"]["contents"]["corpus.txt"] = {"digest": "x", "ref": f"wandb-artifact://{b64_to_hex_id(corpus0['id'])}/a.txt", "size": 5}
deleted = artifact("model:v1", "model", 4, {"w.bin": "gone"}, LATE, state="DELETED")
eval_set = artifact("eval:v0", "dataset", 5, {"e.txt": "hello"}, EARLY, project="shared")
artifacts = [corpus0, corpus1, model, deleted, eval_set]

run = lambda name, **more: {"entity": "acme", "project": "ml", "id": name, "created_at": EARLY, "heartbeat_at": BEAT, "sweep": None, "config": {},
                            "summary": {}, "files": [], "logged_artifacts": [], "used_artifacts": [], **more}
runs = [
    run("r1", logged_artifacts=["acme/ml/corpus:v0", "acme/ml/corpus:v1"], files=[{"name": "output.log", "size": 120}, {"name": "config.yaml", "size": 30}]),
    run("r2", sweep="s9", summary={"val_loss": 0.25, "best": "r2"}, config={"retention_class": "Bronze", "lr": 0.1},
        logged_artifacts=["acme/ml/model:v0"], used_artifacts=["acme/ml/corpus:v1", "acme/shared/eval:v0"]),
    run("r3", sweep="s9", summary={"val_loss": "NaN"}, heartbeat_at=None),
]

objects, edges = {}, set()
for a in artifacts:
    if a["state"] == "DELETED":
        continue
    collection = f"{a['entity']}/{a['project']}/{a['name'].split(':')[0]}"
    uri = f"wandb-artifact://{a['entity']}/{a['project']}/{a['name']}"
    about = {"created_at": MS[a["created_at"]], "class": (a["metadata"] or {}).get("retention_class"), "group": collection}
    objects[uri] = {"id": uri, "kind": "wandb_model" if a["type"] == "model" else "wandb_artifact", "size_bytes": 0, **about}
    for path, entry in a["manifest"]["contents"].items():
        if "ref" not in entry:
            name = f"wandb-file://{collection}/{base64.b64decode(entry['digest']).hex()}"
            before = objects.get(name, {"id": name, "kind": "wandb_file", "size_bytes": entry["size"], **about})
            agree = before["class"] == about["class"]
            objects[name] = {**before, "class": about["class"] if agree else None, "created_at": max(before["created_at"], about["created_at"])}
            edges.add((uri, name, "file"))
for alias in ("latest", "best+1"):
    uri = f"wandb-artifact://acme/ml/corpus:{alias}"
    objects[uri] = {"id": uri, "kind": "wandb_alias", "size_bytes": 0, "group": "acme/ml/corpus"}
    edges.add((uri, "wandb-artifact://acme/ml/corpus:v1", "alias"))
references = {"raw.parquet": "s3://lake/raw data/x+y.parquet?versionId=ver.1", "model.bin": "https://other.org/m.bin"}
edges |= {("wandb-artifact://acme/ml/corpus:v1", to, "reference") for to in references.values()}
edges.add(("wandb-artifact://acme/ml/model:v0", "wandb-artifact://acme/ml/corpus:v0", "reference"))
for r in runs:
    uri = f"wandb://acme/ml/{r['id']}"
    loss = r["summary"].get("val_loss")
    objects[uri] = {"id": uri, "kind": "wandb_run", "size_bytes": sum(f["size"] for f in r["files"]), "created_at": MS[EARLY],
                    "last_access_at": MS.get(r["heartbeat_at"]), "class": r["config"].get("retention_class"),
                    "group": "acme/ml/s9" if r["sweep"] else None, "metric": loss if isinstance(loss, float) else None}
    edges |= {(uri, f"wandb-artifact://{name}", rel) for rel in ("logged", "used") for name in r[f"{rel}_artifacts"]}

shutil.rmtree(IN, ignore_errors=True)
IN.mkdir()
for name, rows in (("runs", runs), ("artifacts", artifacts)):
    (IN / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
golden = {"objects": sorted(objects.values(), key=lambda o: o["id"].encode()), "edges": sorted(map(list, edges), key=lambda e: [p.encode() for p in e])}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
