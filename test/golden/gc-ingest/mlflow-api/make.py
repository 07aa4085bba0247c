"""Answers of MLflow's REST API, from a server with a database, and the graph that MLflow's client reads from it.

Writes in/ and golden.json beside this file. Made with mlflow 3.17.2: pip install mlflow, then PATH=/path/to/bin:$PATH
python make.py. The artifacts are given to a bucket that the test lists: golden.json names its objects ("listed").
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

import mlflow
import numpy

HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp())
ROOT, BUCKET = f"file://{WORK}/artifacts", "s3a://ml/mlflow"
PORT = 5917
os.environ["MLFLOW_TRACKING_URI"] = URL = f"http://127.0.0.1:{PORT}"
server = subprocess.Popen(["mlflow", "server", "--backend-store-uri", f"sqlite:///{WORK}/m.db", "--no-serve-artifacts",
                           "--default-artifact-root", ROOT, "--port", str(PORT)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def post(path, body, method="POST"):
    request = urllib.request.Request(f"{URL}/api/2.0/mlflow/{path}", json.dumps(body).encode() if method == "POST" else None,
                                     {"Content-Type": "application/json"}, method=method)
    return json.load(urllib.request.urlopen(request))


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str]):
        return model_input


try:
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{URL}/health")
            break
        except OSError:
            time.sleep(0.5)
    client = mlflow.MlflowClient()
    mlflow.set_experiment("ranking")
    with mlflow.start_run(run_name="sweep"):
        with mlflow.start_run(run_name="trial", nested=True):
            mlflow.log_metric("val_loss", 0.25, step=2)
            mlflow.set_tag("retention_class", "Bronze")
            mlflow.log_text("x", "notes/50% of a+b ünï.txt")
    with mlflow.start_run(run_name="final") as final:
        mlflow.log_input(mlflow.data.from_numpy(numpy.arange(3), source="s3://bucket/train set.npy"), context="training")
        model = mlflow.pyfunc.log_model(name="model", python_model=Echo(), pip_requirements=[])
        mlflow.log_text("w", "old/w.bin")
    mlflow.register_model(model.model_uri, "ranker")
    client.create_model_version("ranker", f"{final.info.artifact_uri}/old", run_id=final.info.run_id)
    client.set_registered_model_alias("ranker", "champion", "1")
    client.transition_model_version_stage("ranker", "1", "Production")
    experiments = [e.experiment_id for e in client.search_experiments(view_type=3)]
    answers = {
        "runs.json": post("runs/search", {"experiment_ids": experiments, "run_view_type": "ALL", "max_results": 50000}),
        "logged_models.json": post("logged-models/search", {"experiment_ids": experiments, "max_results": 50}),
        "model_versions.json": post("model-versions/search?max_results=1000", None, "GET"),
        "registered_models.json": post("registered-models/search?max_results=1000", None, "GET"),
    }
    listed, objects, edges = [], {}, []
    moved = lambda uri: uri.replace(ROOT, "s3://ml/mlflow")

    def add(uri, kind, **more):
        objects[uri] = {"id": uri, "kind": kind, "size_bytes": 0, **more}

    def add_files(owner, uri):
        folder = pathlib.Path(uri.removeprefix("file://"))
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = f"{moved(uri)}/{path.relative_to(folder)}"
            listed.append(name)
            edges.append([owner, name, "artifact"])

    for run in client.search_runs(experiments, run_view_type=3):
        info, tags, uri = run.info, run.data.tags, f"runs:/{run.info.run_id}"
        add(uri, "mlflow_run", created_at=info.start_time, last_access_at=info.end_time, metric=run.data.metrics.get("val_loss"),
            **{"class": tags.get("retention_class"), "group": tags.get("mlflow.parentRunId", info.experiment_id)})
        add_files(uri, info.artifact_uri)
        for entry in run.inputs.dataset_inputs:
            name = f"mlflow-dataset:/{info.experiment_id}/{entry.dataset.name}@{entry.dataset.digest}"
            add(name, "mlflow_dataset", group=entry.dataset.name)
            edges += [[uri, name, "input"], [name, json.loads(entry.dataset.source)["uri"], "source"]]
        edges += [[uri, f"models:/{output.model_id}", "logged"] for output in run.outputs.model_outputs]
    for logged in client.search_logged_models(experiments):
        add(f"models:/{logged.model_id}", "mlflow_logged_model", created_at=logged.creation_timestamp, group=logged.experiment_id)
        add_files(f"models:/{logged.model_id}", logged.artifact_location)
    for version in client.search_model_versions():
        name = f"models:/{version.name}/{version.version}"
        add(name, "mlflow_model_version", created_at=version.creation_timestamp, last_access_at=version.last_updated_timestamp, group=version.name)
        edges.append([name, f"runs:/{version.run_id}", "source_run"])
        if version.source.startswith("models:/m-"):
            edges.append([name, version.source, "logged_model"])
        else:
            edges += [[name, uri, "artifact"] for uri in listed if uri.startswith(f"{moved(version.source)}/")]
        if version.current_stage != "None":
            add(f"models:/ranker/{version.current_stage}", "mlflow_model_stage", group="ranker")
            edges.append([f"models:/ranker/{version.current_stage}", name, "stage"])
    add("models:/ranker@champion", "mlflow_model_alias", group="ranker")
    edges.append(["models:/ranker@champion", "models:/ranker/1", "alias"])
finally:
    server.terminate()
    server.wait()

shutil.rmtree(HERE / "in", ignore_errors=True)
(HERE / "in").mkdir()


def without_traces(value):
    """Nothing that says who ran this, and where."""
    if isinstance(value, list):
        return [without_traces(v) for v in value if not (isinstance(v, dict) and str(v.get("key")).startswith(("mlflow.user", "mlflow.source")))]
    if isinstance(value, dict):
        return {k: "someone" if k in ("user_id", "creator_id") else without_traces(v) for k, v in value.items()}
    return value.replace(ROOT, BUCKET) if isinstance(value, str) else value


for name, answer in answers.items():
    (HERE / "in" / name).write_text(json.dumps(without_traces(answer), indent=1, ensure_ascii=False) + "\n")
golden = {"listed": sorted(set(listed)), "objects": sorted(objects.values(), key=lambda o: o["id"].encode()),
          "edges": sorted(edges, key=lambda e: [p.encode() for p in e])}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
shutil.rmtree(WORK)
