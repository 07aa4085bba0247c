"""Container images in OCI image layouts and in the storage of a Docker registry, and the graph they hold.

Writes in/ and golden.json beside this file, by the OCI image specification 1.1 and the file layout of distribution 2.8.
Standard library of Python 3.11 only: python make.py
"""

import datetime
import hashlib
import json
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
IN = HERE / "in"
OCI = "application/vnd.oci.image"
objects, edges = {}, set()


def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()


def ms(text):
    return None if text is None else int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Repository:
    def __init__(self, name, write_blob):
        self.name, self.write_blob = name, write_blob

    def blob(self, body, media_type, present=True):
        if present:
            self.write_blob(self, digest(body), body)
        return {"mediaType": media_type, "digest": digest(body), "size": len(body)}

    def note(self, descriptor, kind, created, cls):
        uri = f"oci://@{descriptor['digest']}"
        before = objects.get(uri)
        if before:  # shared: the youngest time, a class only where all agree
            created = max((t for t in (created, before["created_at"]) if t is not None), default=None)
            cls = cls if cls == before["class"] else None
            kind = min(kind, before["kind"])
        objects[uri] = {"id": uri, "kind": kind, "size_bytes": descriptor["size"], "created_at": created, "class": cls}

    def put(self, manifest, kind, created, cls=None):
        body = json.dumps(manifest).encode()
        descriptor = self.blob(body, manifest.get("mediaType", f"{OCI}.manifest.v1+json"))
        uri = f"oci://{self.name}@{descriptor['digest']}"
        objects[uri] = {"id": uri, "kind": kind, "size_bytes": len(body), "group": self.name, "created_at": created, "class": cls}
        return descriptor, uri

    def image(self, layers, created=None, cls=None, absent=(), subject=None, config_type=f"{OCI}.config.v1+json", annotations=None):
        config = self.blob(json.dumps({"created": created, "architecture": "amd64", "n": len(layers)}).encode(), config_type)
        parts = [self.blob(layer, f"{OCI}.layer.v1.tar+gzip", present=layer not in absent) for layer in layers]
        manifest = {"schemaVersion": 2, "mediaType": f"{OCI}.manifest.v1+json", "config": config, "layers": parts}
        notes = {**(annotations or {}), **({"retention_class": cls} if cls else {})}
        if notes:
            manifest["annotations"] = notes
        if subject:
            manifest["subject"] = subject
        when = ms((annotations or {}).get("org.opencontainers.image.created") or created)
        when = None if when is not None and when < ms("2013-01-01T00:00:00Z") else when
        descriptor, uri = self.put(manifest, "oci_manifest", when, cls)
        self.note(config, "oci_config", when, cls)
        edges.add((uri, f"oci://@{config['digest']}", "config"))
        for layer, part in zip(layers, parts):
            if layer not in absent:
                self.note(part, "oci_layer", when, cls)
            edges.add((uri, f"oci://@{part['digest']}", "layer"))
        if subject:
            edges.add((f"oci://{self.name}@{subject['digest']}", uri, "referrer"))
        return descriptor

    def index(self, children, kind="oci_index"):
        manifest = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": children}
        descriptor, uri = self.put(manifest, kind, None)
        for child in children:
            edges.add((uri, f"oci://{self.name}@{child['digest']}", "manifest"))
        return descriptor

    def tag(self, tag, descriptor):
        uri, to = f"oci://{self.name}:{tag}", f"oci://{self.name}@{descriptor['digest']}"
        about = {key: objects[to][key] for key in ("created_at", "class")}
        objects[uri] = {"id": uri, "kind": "oci_tag", "size_bytes": 0, "group": self.name, **about}
        edges.add((uri, to, "manifest"))


def write(path, body):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def layout_blob(repository, name, body):
    write(IN / repository.name / "blobs" / pathlib.Path(*name.split(":")), body)


def write_layout(repository, tagged, untagged=()):
    (IN / repository.name / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    listed = [{**d, "annotations": {"org.opencontainers.image.ref.name": tag}} for tag, d in tagged] + list(untagged)
    (IN / repository.name / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": listed}))


REGISTRY = IN / "registry/docker/registry/v2"


def registry_blob(repository, name, body):
    algorithm, hexdigest = name.split(":")
    write(REGISTRY / "blobs" / algorithm / hexdigest[:2] / hexdigest / "data", body)
    write(REGISTRY / "repositories" / repository.name / "_layers" / algorithm / hexdigest / "link", name.encode())


def registry_link(repository, descriptor, tag=None):
    folder = REGISTRY / "repositories" / repository.name / "_manifests"
    algorithm, hexdigest = descriptor["digest"].split(":")
    write(folder / "revisions" / algorithm / hexdigest / "link", descriptor["digest"].encode())
    if tag:
        write(folder / "tags" / tag / "current/link", descriptor["digest"].encode())


shutil.rmtree(IN, ignore_errors=True)
BASE, CUDA, APP, OTHER, FOREIGN = (f"layer {name}".encode() * 7 for name in ("base", "cuda", "app", "other", "foreign"))

train = Repository("team/train", layout_blob)
arm = train.image([BASE, APP], "2026-03-01T00:00:00Z", cls="Silver")
amd = train.image([BASE, CUDA, APP], "2026-03-02T00:00:00.123456789Z", cls="Silver")
multi = train.index([arm, amd])
signature = train.image([b"signed"], subject=amd)
old = train.image([BASE, OTHER], "1970-01-01T00:00:00Z", cls="Bronze")
train.tag("v1+cu12", multi)
write_layout(train, [("v1+cu12", multi)], [old, signature])

serve = Repository("serve", layout_blob)
api = serve.image([BASE, CUDA, FOREIGN], "2025-12-24T18:00:00+01:00", absent=(FOREIGN,), annotations={"org.opencontainers.image.created": "2026-01-01T00:00:00Z"})
serve.tag("latest", api)
serve.tag(f"sha256-{api['digest'][7:]}.sig", (cosign := serve.image([b"cosign"], None)))
edges.add((f"oci://serve@{api['digest']}", f"oci://serve:sha256-{api['digest'][7:]}.sig", "referrer"))
write_layout(serve, [("latest", api), (f"sha256-{api['digest'][7:]}.sig", cosign)])
orphan = b"left over from an image that is gone"
layout_blob(serve, digest(orphan), orphan)
objects[f"oci://@{digest(orphan)}"] = {"id": f"oci://@{digest(orphan)}", "kind": "oci_blob", "size_bytes": len(orphan)}

for name, layers in (("ml/batch", [BASE, CUDA]), ("ml/stream", [BASE, OTHER])):
    repository = Repository(name, registry_blob)
    current = repository.image(layers, "2026-05-05T05:05:05Z")
    repository.tag("stable", current)
    registry_link(repository, current, "stable")
    registry_link(repository, repository.image(layers + [name.encode()], "2026-04-04T04:04:04Z"))

golden = {"objects": sorted(objects.values(), key=lambda o: o["id"].encode()), "edges": sorted(map(list, edges), key=lambda e: [p.encode() for p in e])}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
