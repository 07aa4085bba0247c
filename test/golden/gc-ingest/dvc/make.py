"""DVC projects with remotes as DVC writes them, and the graph that DVC itself reads from them.

Writes in/ and golden.json beside this file. Made with dvc 3.67.1 (and, for the project "legacy", dvc 2.58.2, whose
program is named by DVC2): pip install dvc, then DVC2=/path/to/dvc-2.58/bin/dvc PATH=/path/to/dvc-3/bin:$PATH python make.py
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from dvc.repo import Repo
from dvc_data.hashfile import load

HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp())
IN = HERE / "in"
COPIED_AT = 1780272000000  # the tests set the time of every file to 2026-06-01
ENV = {**os.environ, "DVC_NO_ANALYTICS": "1"}
# Projects by name: the remote that their configuration names in the end, and the folder that stands for it here.
REMOTES = {"ranker": ("s3a://ml/dvcstore/", "dvcstore"), "parser": ("s3://ml/dvcstore", "dvcstore"),
           "local": ("../../stores/local", "stores/local"), "cached": (None, None), "legacy": ("s3://old/v2store", "v2store")}
URIS = {"ranker": "s3://ml/dvcstore", "parser": "s3://ml/dvcstore", "local": "dvc://in/stores/local",
        "cached": "dvc://in/cached/.dvc/cache", "legacy": "s3://old/v2store"}


def dvc(project, *args, program="dvc"):
    subprocess.run([program, *args], cwd=WORK / project, env=ENV, check=True, capture_output=True)


def write(path, text):
    path = WORK / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def make(project, program="dvc"):
    (WORK / project).mkdir()
    dvc(project, "init", "--no-scm", program=program)
    dvc(project, "config", "core.autostage", "false", program=program)
    _, folder = REMOTES[project]
    if folder:
        dvc(project, "remote", "add", "-d", "storage", str(WORK / folder), program=program)
    write(f"{project}/shared.txt", "the same in every project\n")
    write(f"{project}/images/a b+c.txt", f"{project} one\n")
    write(f"{project}/images/50%/ünï.txt", "two\n")
    write(f"{project}/images/copy of two.txt", "two\n")
    dvc(project, "add", "shared.txt", "images", program=program)


def add_pipeline(project):
    write(f"{project}/train.py", "import pathlib\n"
          "pathlib.Path('model').mkdir(exist_ok=True)\n"
          "pathlib.Path('model/w.bin').write_text('weights')\n"
          "pathlib.Path('metrics.json').write_text('{\"loss\": 1}')\n")
    dvc(project, "stage", "add", "-n", "train", "-d", "train.py", "-d", "images", "-o", "model", "-M", "metrics.json", "python3 train.py")
    dvc(project, "stage", "add", "-n", "pack", "-d", "model", "-o", "packed.txt", "cat model/w.bin > packed.txt")
    dvc(project, "repro")


def graph_of(project, uris):
    """Edges of a project by DVC's own index, with the places of its stores."""
    repo = Repo(str(WORK / project))
    base, objects, edges = f"dvc://in/{project}", [{"id": f"dvc://in/{project}", "kind": "dvc_project", "size_bytes": 0}], []

    def place(hash_info):
        odb = repo.cache.legacy if hash_info.name == "md5-dos2unix" else repo.cache.local
        return f"{uris[project]}/{pathlib.Path(odb.oid_to_path(hash_info.value)).relative_to(repo.cache.legacy.path)}"

    def track(src, out, rel):
        edges.append([src, place(out.hash_info), rel])
        if out.hash_info.isdir:
            odb = repo.cache.legacy if out.hash_info.name == "md5-dos2unix" else repo.cache.local
            for _, _, hash_info in load(odb, out.hash_info):
                edges.append([place(out.hash_info), place(hash_info), "file"])

    for stage in repo.index.stages:
        is_pointer = stage.path.endswith(".dvc")
        path = pathlib.Path(stage.path).relative_to(WORK)
        uri = f"dvc://in/{path}" if is_pointer else f"dvc://in/{path.parent}/dvc.lock#{stage.name}"
        size = pathlib.Path(stage.path).stat().st_size if is_pointer else 0
        objects.append({"id": uri, "kind": "dvc_pointer" if is_pointer else "dvc_stage", "size_bytes": size})
        edges.append([base, uri, "tracks"])
        for out in stage.outs:
            if out.use_cache:
                track(uri, out, "out")
        for dep in stage.deps:
            if not is_pointer and repo.cache.local.exists(dep.hash_info.value):
                track(uri, dep, "dep")  # the others lie in git
    return objects, edges


def stored(folder, uri):
    files = [path for path in (WORK / folder).rglob("*") if path.is_file() and len(path.parent.name) == 2]
    return [{"id": f"{uri}/{path.relative_to(WORK / folder)}", "kind": "dvc_dir" if path.suffix == ".dir" else "dvc_file",
             "size_bytes": path.stat().st_size, "created_at": COPIED_AT} for path in files]


for name in REMOTES:
    make(name, os.environ["DVC2"] if name == "legacy" else "dvc")
add_pipeline("ranker")
for name in ("ranker", "parser", "local"):
    dvc(name, "push")
dvc("legacy", "push", program=os.environ["DVC2"])
write("ranker/images/a b+c.txt", "no longer what was pushed\n")  # a second version: the first is tracked no more
dvc("ranker", "commit", "-f", "images.dvc")
dvc("ranker", "push")
objects, edges = [], []
for name in REMOTES:
    more, links = graph_of(name, URIS)
    objects += more
    edges += links
for folder, uri in [("dvcstore", URIS["ranker"]), ("stores/local", URIS["local"]), ("cached/.dvc/cache", URIS["cached"]), ("v2store", URIS["legacy"])]:
    objects += stored(folder, uri)

shutil.rmtree(IN, ignore_errors=True)
for name, (url, _) in REMOTES.items():
    for path in (WORK / name).rglob("*"):
        inside = path.relative_to(WORK)
        is_list = path.suffix == ".dir" and ".dvc" in inside.parts
        keep = path.suffix == ".dvc" or path.name in ("dvc.lock", "dvc.yaml") or is_list or (name == "cached" and "cache" in inside.parts)
        if path.is_file() and keep and "tmp" not in inside.parts and path.name != ".gitignore":
            (IN / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, IN / inside)
    config = (WORK / name / ".dvc/config").read_text()
    lines = [f"    url = {url}" if "url =" in line else line for line in config.splitlines()]
    (IN / name / ".dvc").mkdir(parents=True, exist_ok=True)
    (IN / name / ".dvc/config").write_text("\n".join(lines) + "\n")
for folder in ("dvcstore", "stores/local", "v2store"):
    shutil.copytree(WORK / folder, IN / folder, ignore=shutil.ignore_patterns("tmp"), copy_function=shutil.copyfile)
golden = {
    "objects": sorted({o["id"]: o for o in objects}.values(), key=lambda o: o["id"].encode()),
    "edges": sorted(map(list, set(map(tuple, edges))), key=lambda e: [part.encode() for part in e]),
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
shutil.rmtree(WORK)
