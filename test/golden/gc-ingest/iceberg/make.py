"""Iceberg tables as PyIceberg writes them, and the graph that PyIceberg itself reads from them.

Writes in/ (metadata only: data files stay where a warehouse would have them) and golden.json beside this file. Made with
pyiceberg 0.12.0, pyarrow 26.0.1: pip install 'pyiceberg[pyarrow,sql-sqlite]', then python make.py. Snapshot ids and file
names are random, so a new run writes other files; the two outputs always belong together.
"""

import json
import pathlib
import shutil
import tempfile

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyarrow.fs import LocalFileSystem
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO
from pyiceberg.manifest import (
    DataFile, DataFileContent, FileFormat, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestWriterV2,
    write_manifest_list,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Transaction
from pyiceberg.table.snapshots import Operation, Snapshot, Summary
from pyiceberg.table.update import AddSnapshotUpdate, SetSnapshotRefUpdate
from pyiceberg.transforms import IdentityTransform
from pyiceberg.typedef import Record
from pyiceberg.types import LongType, NestedField, StringType

HERE = pathlib.Path(__file__).parent
WORK = pathlib.Path(tempfile.mkdtemp())
LAKE = "s3a://lake/wh"


class LocalLake(PyArrowFileIO):
    """Keeps what belongs to s3a://lake in a local folder."""

    def local(self, location):
        path = WORK / location.removeprefix("s3a://lake/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return str(path)

    def new_input(self, location):
        return PyArrowFile(location, self.local(location), LocalFileSystem())

    new_output = new_input

    def delete(self, location):
        return super().delete(self.local(getattr(location, "location", location)))


import sys
sys.modules["local_lake"] = sys.modules[__name__]
CATALOG = SqlCatalog("c", **{"uri": f"sqlite:///{WORK}/c.db", "warehouse": LAKE, "py-io-impl": "local_lake.LocalLake"})
CATALOG.create_namespace("db")
SCHEMA = Schema(NestedField(1, "id", LongType(), required=False), NestedField(2, "team", StringType(), required=False))
BY_TEAM = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "team"))


def rows(ids, team):
    return pa.table({"id": pa.array(ids, pa.int64()), "team": pa.array([team] * len(ids), pa.string())})


class DeleteManifestWriter(ManifestWriterV2):
    """PyIceberg reads delete files but writes none."""

    def content(self):
        return ManifestContent.DELETES

    @property
    def _meta(self):
        return {**super()._meta, "content": "deletes"}


def add_deletes(table, snapshot_id):
    """A snapshot of row-level deletes: one position and one equality delete file."""
    io, parent, metadata = table.io, table.current_snapshot(), table.metadata
    path = f"{table.location()}/metadata/deletes-m0.avro"
    with DeleteManifestWriter(table.spec(), table.schema(), io.new_output(path), snapshot_id, "deflate") as writer:
        for name, content, size in [("pos", DataFileContent.POSITION_DELETES, 1523), ("eq", DataFileContent.EQUALITY_DELETES, 871)]:
            file = DataFile.from_args(
                content=content, file_path=f"{table.location()}/data/team=a b+c/{name}-delete é%41.parquet",
                file_format=FileFormat.PARQUET, partition=Record("a b+c"), record_count=1, file_size_in_bytes=size,
                equality_ids=[1] if name == "eq" else None,
            )
            file._spec_id = table.spec().spec_id
            writer.add_entry(ManifestEntry.from_args(status=ManifestEntryStatus.ADDED, snapshot_id=snapshot_id, data_file=file))
    manifest = writer.to_manifest_file()
    sequence = metadata.last_sequence_number + 1
    list_path = f"{table.location()}/metadata/snap-{snapshot_id}-deletes.avro"
    with write_manifest_list(2, io.new_output(list_path), snapshot_id, parent.snapshot_id, sequence, "deflate") as writer:
        writer.add_manifests([manifest, *parent.manifests(io)])
    snapshot = Snapshot(
        snapshot_id=snapshot_id, parent_snapshot_id=parent.snapshot_id, sequence_number=sequence, manifest_list=list_path,
        timestamp_ms=parent.timestamp_ms + 1000, summary=Summary(Operation.DELETE), schema_id=table.schema().schema_id,
    )
    with Transaction(table) as tx:
        tx._apply((
            AddSnapshotUpdate(snapshot=snapshot),
            SetSnapshotRefUpdate(ref_name="main", type="branch", snapshot_id=snapshot_id),
        ))


def make_tables():
    events = CATALOG.create_table("db.events", SCHEMA, partition_spec=BY_TEAM, properties={
        "format-version": "2", "retention_class": "Silver", "history.expire.min-snapshots-to-keep": "2"})
    events.append(rows([1, 2, 3], "a b+c"))
    tagged = events.current_snapshot().snapshot_id
    events.append(rows([4, 5], "50%/ünï\ncode"))
    events.manage_snapshots().create_tag(tagged, "golden").commit()
    events.delete("id = 1")  # rewrites the first file: its old manifest entry becomes "deleted"
    events.append(rows([6], None))
    add_deletes(CATALOG.load_table("db.events"), 8_000_000_000_000_000_123)
    legacy = CATALOG.create_table("db.legacy", SCHEMA, properties={"format-version": "1", "write.avro.compression-codec": "null"})
    for ids in ([1], [2], [3]):
        legacy.append(rows(ids, "x"))
    oldest = legacy.metadata.snapshots[0].snapshot_id
    legacy.maintenance.expire_snapshots().by_id(oldest).commit()
    CATALOG.create_table("db.empty", SCHEMA, properties={"format-version": "2"})
    return ["db.events", "db.legacy", "db.empty"]


def s3(uri):
    return "s3://" + uri.removeprefix("s3a://")


def graph_of(table):
    """The objects and edges of one table, by PyIceberg's own readers."""
    metadata, io, location = table.metadata, table.io, s3(table.location())
    times = {s.snapshot_id: s.timestamp_ms for s in metadata.snapshots}
    kind_of = ["iceberg_data", "iceberg_position_deletes", "iceberg_equality_deletes"]
    objects, edges = {}, set()
    cls, group = metadata.properties.get("retention_class"), location.rsplit("/", 1)[1]

    def add(uri, kind, size, at):
        before = objects.get(uri)
        objects[uri] = {"id": uri, "kind": kind, "class": cls, "size_bytes": size, "group": group,
                        "created_at": max(at, before["created_at"]) if before else at}

    size_of = lambda uri: pathlib.Path(io.local(uri)).stat().st_size
    name = s3(table.metadata_location)
    objects[location] = {"id": location, "kind": "iceberg_table", "class": cls, "size_bytes": 0, "group": group, "created_at": None}
    add(name, "iceberg_metadata", size_of(table.metadata_location), metadata.last_updated_ms)
    edges.add((location, name, "metadata"))
    for entry in metadata.metadata_log:
        add(s3(entry.metadata_file), "iceberg_metadata", size_of(entry.metadata_file), entry.timestamp_ms)
        edges.add((location, s3(entry.metadata_file), "metadata_log"))
    parents = {s.snapshot_id: s.parent_snapshot_id for s in metadata.snapshots}
    keep = int(metadata.properties.get("history.expire.min-snapshots-to-keep", 1))
    for ref in metadata.refs.values():
        at = ref.snapshot_id
        for _ in range(keep if ref.snapshot_ref_type == "branch" else 1):
            if at in parents:
                edges.add((location, f"{location}#snapshot={at}", str(ref.snapshot_ref_type)))
                at = parents[at]
    seen = set()
    for snapshot in sorted(metadata.snapshots, key=lambda s: s.timestamp_ms):
        me, listing = f"{location}#snapshot={snapshot.snapshot_id}", s3(snapshot.manifest_list)
        add(me, "iceberg_snapshot", 0, snapshot.timestamp_ms)
        add(listing, "iceberg_manifest_list", size_of(snapshot.manifest_list), snapshot.timestamp_ms)
        edges.add((me, listing, "manifest_list"))
        for manifest in snapshot.manifests(io):
            path = s3(manifest.manifest_path)
            edges.add((listing, path, "manifest"))
            if path in seen:
                continue
            seen.add(path)
            at = lambda sid: times.get(sid, snapshot.timestamp_ms)
            add(path, "iceberg_manifest", size_of(manifest.manifest_path), at(manifest.added_snapshot_id))
            for entry in manifest.fetch_manifest_entry(io, discard_deleted=True):
                file = entry.data_file
                add(s3(file.file_path), kind_of[int(file.content)], file.file_size_in_bytes, at(entry.snapshot_id))
                edges.add((path, s3(file.file_path), "data_file" if int(file.content) == 0 else "delete_file"))
    return list(objects.values()), edges


names = make_tables()
objects, edges = [], set()
shutil.rmtree(HERE / "in", ignore_errors=True)
for name in names:
    table = CATALOG.load_table(name)
    more, links = graph_of(table)
    objects += more
    edges |= links
    source = pathlib.Path(table.io.local(table.location())) / "metadata"
    shutil.copytree(source, HERE / "in" / name.split(".")[1] / "metadata")
golden = {
    "objects": sorted(objects, key=lambda o: o["id"].encode()),
    "edges": sorted(map(list, edges), key=lambda e: [part.encode() for part in e]),
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
shutil.rmtree(WORK)
