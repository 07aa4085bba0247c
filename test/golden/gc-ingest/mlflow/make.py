"""An MLflow file store as MLflow writes it, and the graph that MLflow's client reads from it.

Writes in/ and golden.json beside this file. Made with mlflow 3.17.2: pip install mlflow, then python make.py. Run ids are
random and times those of the run, so a new run writes other files; the two outputs always belong together.
"""

import json
import os
import pathlib
import shutil
import tempfile

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow
import numpy
import yaml

HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp())
STORE = WORK / "mlruns"
SERVED = "file:///srv/mlflow/mlruns"  # where the store was before it was copied
COPIED_AT = 1780272000000  # the tests set the time of every file to 2026-06-01
mlflow.set_tracking_uri(f"file://{STORE}")
CLIENT = mlflow.MlflowClient()


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str]):
        return model_input


def make_store():
    mlflow.set_experiment("ranking")
    with mlflow.start_run(run_name="sweep") as sweep:
        for i, loss in enumerate([0.5, 0.25]):
            with mlflow.start_run(run_name=f"trial {i}", nested=True):
                for step, value in [(2, loss), (1, 9.0)]:
                    mlflow.log_metric("val_loss", value, step=step)
                mlflow.set_tag("retention_class", "Bronze")
                mlflow.log_text(f"trial {i}\n", "notes/50% of a+b ünï.txt")
    with mlflow.start_run(run_name="final") as final:
        mlflow.log_metric("val_loss", float("nan"))
        mlflow.log_input(mlflow.data.from_numpy(numpy.arange(3), source="s3://bucket/train set.npy"), context="training")
        model = mlflow.pyfunc.log_model(name="model", python_model=Echo(), pip_requirements=[])
        mlflow.log_text("{}", "config.json")
    with mlflow.start_run(run_name="deleted"):
        mlflow.log_input(mlflow.data.from_numpy(numpy.arange(4)), context="eval")
        mlflow.log_text("deleted soon", "x.txt")
        gone = mlflow.active_run().info.run_id
    CLIENT.delete_run(gone)
    mlflow.register_model(model.model_uri, "ranker")
    CLIENT.create_model_version("ranker", f"{final.info.artifact_uri}/old", run_id=final.info.run_id)
    CLIENT.create_model_version("ranker", "s3n://elsewhere/model")
    CLIENT.set_registered_model_alias("ranker", "champion", "1")
    CLIENT.transition_model_version_stage("ranker", "1", "Production")
    CLIENT.transition_model_version_stage("ranker", "2", "Archived")
    with mlflow.start_run(run_id=final.info.run_id):
        mlflow.log_text("weights", "old/w.bin")
    mlflow.set_experiment("empty")


def served(uri):
    return uri.replace(f"file://{STORE}", SERVED)


def local_files(uri):
    folder = pathlib.Path(uri.removeprefix("file://"))
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def graph():
    objects, edges = {}, []

    def add(uri, kind, **more):
        objects[uri] = {"id": uri, "kind": kind, "size_bytes": 0, **more}

    def add_files(owner, uri, created_at, **more):
        for path, size in local_files(uri).items():
            name = f"{served(uri)}/{path}"
            objects[name] = {"id": name, "kind": "mlflow_artifact", "size_bytes": size, "created_at": max(created_at, COPIED_AT), **more}
            edges.append([owner, name, "artifact"])

    experiments = [e.experiment_id for e in CLIENT.search_experiments(view_type=3)]
    for run in CLIENT.search_runs(experiments, run_view_type=3):
        info, tags = run.info, run.data.tags
        more = {"class": tags.get("retention_class"), "group": tags.get("mlflow.parentRunId", info.experiment_id)}
        loss = run.data.metrics.get("val_loss")
        add(f"runs:/{info.run_id}", "mlflow_run", created_at=info.start_time, last_access_at=info.end_time,
            metric=loss if loss == loss else None, **more)
        add_files(f"runs:/{info.run_id}", info.artifact_uri, info.start_time, **more)
        for entry in run.inputs.dataset_inputs:
            folder = [path.parent.name for path in (STORE / info.experiment_id / "datasets").glob("*/meta.yaml")
                      if f"digest: {entry.dataset.digest}" in path.read_text()][0]
            name = f"mlflow-dataset:/{info.experiment_id}/{folder}"
            add(name, "mlflow_dataset", group=entry.dataset.name)
            edges.append([f"runs:/{info.run_id}", name, "input"])
            uri = json.loads(entry.dataset.source).get("uri")
            if uri:
                edges.append([name, uri, "source"])
        for output in run.outputs.model_outputs if run.outputs else []:
            edges.append([f"runs:/{info.run_id}", f"models:/{output.model_id}", "logged"])
    for model in CLIENT.search_logged_models(experiments):
        name = f"models:/{model.model_id}"
        add(name, "mlflow_logged_model", created_at=model.creation_timestamp, group=model.experiment_id)
        add_files(name, model.artifact_location, model.creation_timestamp, group=model.experiment_id)
    for version in CLIENT.search_model_versions():
        name = f"models:/{version.name}/{version.version}"
        add(name, "mlflow_model_version", created_at=version.creation_timestamp,
            last_access_at=version.last_updated_timestamp, group=version.name)
        if version.run_id:
            edges.append([name, f"runs:/{version.run_id}", "source_run"])
        if version.source.startswith("models:/m-"):
            edges.append([name, version.source, "logged_model"])
        location = CLIENT.get_model_version_download_uri(version.name, version.version)
        for uri in objects:
            if uri.startswith(f"{served(location)}/"):
                edges.append([name, uri, "artifact"])
        if version.current_stage != "None":
            stage = f"models:/{version.name}/{version.current_stage}"
            add(stage, "mlflow_model_stage", group=version.name)
            edges.append([stage, name, "stage"])
    for model in CLIENT.search_registered_models():
        for alias, version in model.aliases.items():
            add(f"models:/{model.name}@{alias}", "mlflow_model_alias", group=model.name)
            edges.append([f"models:/{model.name}@{alias}", f"models:/{model.name}/{version}", "alias"])
    return list(objects.values()), edges


make_store()
objects, edges = graph()
shutil.rmtree(HERE / "in", ignore_errors=True)
shutil.copytree(STORE, HERE / "in")
for path in (HERE / "in").rglob("*"):
    if path.name == "mlflow.user" or path.name.startswith("mlflow.source."):
        path.unlink()  # says who ran this, and where
    elif path.name == "python_model.pkl":
        path.write_text("weights\n")
    elif path.parent.parent.name == "datasets":
        dataset = yaml.safe_load(path.read_text())
        if "tags" in dataset["source"]:
            path.write_text(yaml.safe_dump({**dataset, "source": '{"tags": {}}'}))
    elif path.name in ("meta.yaml", "MLmodel"):
        path.write_text(path.read_text().replace(f"file://{STORE}", SERVED).replace("user_id: root", "user_id: someone"))
for row in objects:
    if row["kind"] == "mlflow_artifact":
        row["size_bytes"] = (HERE / "in" / row["id"].removeprefix(f"{SERVED}/")).stat().st_size
golden = {
    "objects": sorted(objects, key=lambda o: o["id"].encode()),
    "edges": sorted(map(list, set(map(tuple, edges))), key=lambda e: [part.encode() for part in e]),
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
shutil.rmtree(WORK)
