"""S3 Inventories laid out as Amazon S3 delivers them (version 2016-11-30), and the graph they hold.

Writes in/ and golden.json beside this file. S3 itself cannot be asked here: keys in CSV are encoded by urllib as S3 does
(blank as "+"), columns and manifests are those of the S3 User Guide. Python 3.11, pyarrow 26.0.1: python make.py
"""

import csv
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import shutil
import urllib.parse

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
IN = HERE / "in"
CREATED = 1780272000000
FIELDS = ["Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size", "LastModifiedDate", "ETag", "StorageClass", "IsMultipartUploaded"]
KEYS = ["plain.bin", "with blank.bin", "a+b.bin", "50%.bin", "100%25.bin", "two\nlines.bin", "ünïcode/日本/🚀.bin", "quote\"d,comma.bin",
        "what?versionId=x.bin", "trailing/", "//double//slash"]


def at(days):
    return datetime.datetime(2026, 5, 1, 12, 30, 15, tzinfo=datetime.timezone.utc) - datetime.timedelta(days=days)


def versioned_rows():
    """bucket, key, version, latest, marker, size, modified, class, uploaded in parts"""
    rows = [("ml-data", key, f"v{i}.aB_-", True, False, 1000 + i, at(i), "STANDARD", i == 0) for i, key in enumerate(KEYS)]
    rows += [
        ("ml-data", "plain.bin", "older.1", False, False, 5, at(100), "GLACIER", False),
        ("ml-data", "plain.bin", "", False, False, 6, at(200), "STANDARD_IA", False),  # from before versioning
        ("ml-data", "hidden.bin", "marker.2", True, True, None, at(3), "", False),
        ("ml-data", "hidden.bin", "v.2", False, False, 7, at(4), "STANDARD", False),
        ("ml-data", "hidden.bin", "marker.1", False, True, None, at(5), "", False),
        ("ml-data", "hidden.bin", "v.1", False, False, 8, at(6), "STANDARD", False),
        ("ml-data", "lone marker", "marker.3", True, True, None, at(9), "", False),
        ("ml-data", "never versioned", "", True, False, 2**40 + 1, at(300), "DEEP_ARCHIVE", True),
    ]
    return rows


def encoded(key):
    return urllib.parse.quote_plus(key, safe="/")


def manifest(folder, bucket, config, when, files, file_format, schema):
    listed = []
    for name, body in files:
        (IN / folder / "data").mkdir(parents=True, exist_ok=True)
        (IN / folder / "data" / name).write_bytes(body)
        listed.append({"key": f"inventories/{bucket}/{config}/data/{name}", "size": len(body), "MD5checksum": hashlib.md5(body).hexdigest()})
    text = json.dumps({"sourceBucket": bucket, "destinationBucket": "arn:aws:s3:::inventories", "version": "2016-11-30",
                       "creationTimestamp": str(when), "fileFormat": file_format, "fileSchema": schema, "files": listed}, indent=2)
    dated = IN / folder / datetime.datetime.fromtimestamp(when / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H-%MZ")
    dated.mkdir(parents=True, exist_ok=True)
    (dated / "manifest.json").write_text(text)
    (dated / "manifest.checksum").write_text(hashlib.md5(text.encode()).hexdigest())


def csv_file(rows):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for b, k, v, latest, marker, size, modified, cls, parts in rows:
        writer.writerow([b, encoded(k), v, str(latest).lower(), str(marker).lower(), "" if size is None else size,
                         modified.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "" if marker else "d41d8cd98f00b204e9800998ecf8427e", cls, str(parts).lower()])
    return gzip.compress(out.getvalue().encode(), mtime=0)


def parquet_file(rows):
    table = pa.table({
        "bucket": pa.array([r[0] for r in rows]), "key": pa.array([r[1] for r in rows]),
        "size": pa.array([r[2] for r in rows], pa.int64()), "last_modified_date": pa.array([r[3] for r in rows], pa.timestamp("ms")),
        "storage_class": pa.array([r[4] for r in rows]), "is_multipart_uploaded": pa.array([False for _ in rows]),
    })
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def object_of(uri, kind, size, cls, modified, latest, marker, when):
    return {"id": uri, "kind": kind, "size_bytes": size, "storage_class": cls, "created_at": int(modified.timestamp() * 1000),
            "is_latest": latest, "is_delete_marker": marker, "is_multipart_upload": False, "inventory_at": when}


shutil.rmtree(IN, ignore_errors=True)
rows = versioned_rows()
manifest("ml-data/all", "ml-data", "all", CREATED - 86_400_000, [("old.csv.gz", csv_file(rows[:3]))], "CSV", ", ".join(FIELDS))
manifest("ml-data/all", "ml-data", "all", CREATED, [("part-1.csv.gz", csv_file(rows[:8])), ("part-2.csv.gz", csv_file(rows[8:]))], "CSV", ", ".join(FIELDS))
current = [("models", key, 10 * i, at(i).replace(tzinfo=None), "STANDARD") for i, key in enumerate(KEYS) if i != 8]
manifest("models/current", "models", "current", CREATED + 1000, [("part.parquet", parquet_file(current))], "Parquet",
         "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional int64 size; optional int64 last_modified_date (TIMESTAMP_MILLIS); optional binary storage_class (UTF8); optional boolean is_multipart_uploaded; }")
manifest("nothing/yet", "nothing", "yet", CREATED, [], "CSV", ", ".join(FIELDS))
uploads = {"Uploads": [
    {"UploadId": "up.1-_x", "Key": "half a+b/ü.bin", "Initiated": "2026-04-01T10:00:00+00:00", "StorageClass": "STANDARD", "Parts": [{"Size": 5242880}, {"Size": 17}]},
    {"UploadId": "up.2", "Key": "empty.bin", "Initiated": "2026-04-02T10:00:00.000Z", "StorageClass": "STANDARD_IA"},
], "CommonPrefixes": None}
(IN / "ml-data.multipart-uploads.json").write_text(json.dumps(uploads, indent=1, ensure_ascii=False))

objects, edges = [], []
uri = lambda r: f"s3://{r[0]}/{r[1]}?versionId={r[2] or 'null'}"
for r in rows:
    kind = "s3_delete_marker" if r[4] else "s3_object" if r[3] else "s3_noncurrent"
    objects.append(object_of(uri(r), kind, r[5] or 0, r[7] or "UNKNOWN", r[6], r[3], r[4], CREATED))
    for marker in rows:
        if marker[1] == r[1] and marker[3] and marker[4] and not r[4]:
            edges.append([uri(r), uri(marker), "hidden_by"])
for b, k, size, modified, cls in current:
    objects.append(object_of(f"s3://{b}/{k}", "s3_object", size, cls, modified.replace(tzinfo=datetime.timezone.utc), True, False, CREATED + 1000))
for u in uploads["Uploads"]:
    initiated = datetime.datetime.fromisoformat(u["Initiated"].replace("Z", "+00:00"))
    objects.append({"id": f"s3://ml-data/{u['Key']}?uploadId={u['UploadId']}", "kind": "s3_multipart", "size_bytes": sum(p["Size"] for p in u.get("Parts", [])),
                    "storage_class": u["StorageClass"], "created_at": int(initiated.timestamp() * 1000), "is_multipart_upload": True})
golden = {"objects": sorted(objects, key=lambda o: o["id"].encode()), "edges": sorted(edges, key=lambda e: [p.encode() for p in e])}
(HERE / "golden.json").write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n")
