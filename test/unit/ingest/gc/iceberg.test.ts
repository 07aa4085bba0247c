import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, cut, edit, goldenGraph, ingest, itRefuses, only, refusal } from "./golden.js";

const at = temporaryFolder();
const newest = (input: string) => only(join(input, "events"), /00006-.*\.metadata\.json$/);
const manifest = (input: string) => only(join(input, "legacy"), /-m0\.avro$/);
const list = (input: string) => only(join(input, "legacy"), /snap-.*\.avro$/);

/** Changes the newest metadata of the table "events". */
async function editMetadata(input: string, change: (text: string) => string): Promise<void> {
  await edit(await newest(input), change);
}

describe("Iceberg tables of PyIceberg", () => {
  it("have the graph that PyIceberg reads from them", async () => {
    const input = await copyInput("iceberg", at("in"));
    const { objects, edges, warnings } = await ingest("iceberg", input, at("out"));
    const golden = await goldenGraph("iceberg");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("may be given by the metadata file that the catalog points to, also packed", async () => {
    const input = await copyInput("iceberg", at("file"));
    const path = await newest(input);
    const golden = (await goldenGraph("iceberg")).edges.filter(([src]) => src.includes("/db/events"));
    expect((await ingest("iceberg", path, at("file-out"))).edges).toEqual(golden);
    const packed = path.replace(".metadata.json", ".gz.metadata.json");
    await writeFile(packed, gzipSync(await readFile(path)));
    await rm(path);
    const { objects } = await ingest("iceberg", packed, at("packed-out"));
    const files = (graph: Awaited<ReturnType<typeof goldenGraph>>["objects"]) =>
      graph.filter(({ kind, group }) => kind === "iceberg_data" && group === "events");
    expect(files(objects)).toEqual(files((await goldenGraph("iceberg")).objects));
  });

  it("of version 1 may name manifests without a list, and files that other fields do not know", async () => {
    const input = await copyInput("iceberg", at("v1"));
    const path = await only(join(input, "legacy"), /0000[4-9]-.*\.metadata\.json$/);
    const before = await ingest("iceberg", path, at("v1-before"));
    const manifests = before.edges.filter(([, , rel]) => rel === "manifest").map(([, dst]) => dst);
    await edit(path, (text) =>
      text.replaceAll(/"manifest-list":\s*"[^"]*"/g, `"manifests": ${JSON.stringify(manifests)}`),
    );
    const { objects, edges } = await ingest("iceberg", path, at("v1-out"));
    const data = (graph: typeof before.edges) => graph.filter(([, , rel]) => rel === "data_file");
    expect(data(edges)).toEqual(data(before.edges));
    expect(objects.some(({ kind }) => kind === "iceberg_manifest_list")).toBe(false);
  });

  it("may hold snapshots in a circle", async () => {
    const input = await copyInput("iceberg", at("circle"));
    await editMetadata(input, (text) =>
      text
        .replaceAll(/"parent-snapshot-id":\s*\d+/g, '"parent-snapshot-id":8000000000000000123')
        .replace(
          /"history.expire.min-snapshots-to-keep":\s*"2"/,
          '"history.expire.min-snapshots-to-keep":"2000000000"',
        ),
    );
    const { edges } = await ingest("iceberg", input, at("circle-out"));
    expect(edges.filter(([src, , rel]) => src.endsWith("/events") && rel === "branch")).toHaveLength(1);
  });
});

describe("an Iceberg table is refused", () => {
  itRefuses("iceberg", at, [
    [
      "when a manifest is missing",
      async (input) => rm(await manifest(input)),
      /metadata\.json: needs "s3:.*-m0\.avro", which is not below .*copy the whole metadata folder/,
    ],
    [
      "when a manifest list is missing",
      async (input) => rm(await list(input)),
      /metadata\.json: needs "s3:.*snap-.*\.avro", which is not below/,
    ],
    [
      "when a manifest was cut short",
      async (input) => cut(await manifest(input), 9),
      /-m0\.avro: broken Avro file .*copy it again/,
    ],
    [
      "when a manifest list was cut short",
      async (input) => cut(await list(input), 9),
      /snap-.*\.avro: broken Avro file/,
    ],
    [
      "when a manifest list was cut between two blocks, so that it still is an Avro file",
      async (input) => {
        const bytes = await readFile(await list(input));
        const afterHeader = bytes.indexOf(bytes.subarray(-16)) + 16;
        expect(afterHeader).toBeLessThan(bytes.length);
        await writeFile(await list(input), bytes.subarray(0, afterHeader));
      },
      /snap-.*\.avro: leads to 0 files, total-data-files of its snapshot says [1-9]\d*; copy the metadata folder again/,
    ],
    [
      "when a snapshot should have more delete files",
      (input) => editMetadata(input, (text) => text.replace(/"total-delete-files":\s*"0"/, '"total-delete-files":"1"')),
      /snap-.*\.avro: leads to 0 files, total-delete-files of its snapshot says 1/,
    ],
    [
      "when a manifest is another",
      async (input) => {
        await copyFile(await only(join(input, "events"), /deletes-m0\.avro$/), await manifest(input));
      },
      /-m0\.avro: has \d+ bytes, its manifest list says \d+/,
    ],
    [
      "when a manifest is no manifest",
      async (input) => {
        const bytes = await readFile(await manifest(input));
        bytes.write("file_pith", bytes.indexOf("file_path"));
        await writeFile(await manifest(input), bytes);
      },
      /-m0\.avro: an entry has no file_path or file_size_in_bytes/,
    ],
    [
      "when the metadata were cut short",
      (input) => newest(input).then((path) => cut(path, 30)),
      /metadata\.json: broken JSON/,
    ],
    [
      "of a version to come",
      (input) => editMetadata(input, (text) => text.replace(/"format-version":\s*2/, '"format-version":4')),
      /format-version: expected format version 1, 2 or 3/,
    ],
    [
      "when a branch points to no snapshot",
      (input) =>
        editMetadata(input, (text) => text.replace(/"main":\s*\{"snapshot-id":\s*\d+/, '"main":{"snapshot-id":12')),
      /a branch points to snapshot 12, which it does not list/,
    ],
    [
      "when two metadata files are the newest",
      async (input) => {
        const path = await newest(input);
        await writeFile(join(dirname(path), basename(path).replace(/-./, "-x")), await readFile(path));
      },
      /have the same number; name the file that the catalog points to/,
    ],
    [
      "when its paths lead out of the folder",
      async (input) => {
        await writeFile(at("secret.avro"), await readFile(await list(input)));
        await editMetadata(input, (text) =>
          text.replace(/("manifest-list":\s*"[^"]*\/events\/)[^"]*/, "$1../../../secret.avro"),
        );
      },
      /needs "s3:.*\/\.\.\/\.\.\/\.\.\/secret\.avro", which is not below/,
    ],
  ]);

  it("where there is none", async () => {
    await writeFile(at("metadata.txt"), "");
    expect(await refusal("iceberg", at("."), at("nothing-out"))).toMatch(/holds no metadata|metadata/);
  });
});
