import { createHash } from "node:crypto";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, cut, edit, goldenGraph, ingest, itRefuses, refusal } from "./golden.js";

const at = temporaryFolder();
const MANIFEST = "ml-data/all/2026-06-01T00-00Z/manifest.json";
const PART = "ml-data/all/data/part-2.csv.gz";
const UPLOADS = "ml-data.multipart-uploads.json";

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** Changes rows of a data file and the checksums that vouch for them. */
async function editRows(input: string, change: (csv: string) => string): Promise<void> {
  const path = join(input, PART);
  const before = await readFile(path);
  const after = gzipSync(change(gunzipSync(before).toString()));
  await writeFile(path, after);
  await editManifest(input, (text) => text.replace(md5(before), md5(after)));
}

async function editManifest(input: string, change: (text: string) => string): Promise<void> {
  await edit(join(input, MANIFEST), change);
  await rm(join(input, MANIFEST.replace("json", "checksum")), { force: true });
}

describe("S3 Inventories", () => {
  it("give every version, marker and upload under its decoded key, the newest inventory of each configuration", async () => {
    const input = await copyInput("s3-inventory", at("in"));
    const { objects, edges, warnings } = await ingest("s3-inventory", input, at("out"));
    const golden = await goldenGraph("s3-inventory");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([
      "1 incomplete uploads have no Parts and count as 0 bytes",
      "1 older inventories of the same configurations were left aside",
      expect.stringMatching(/^the ids carry versions: .*--onto/),
    ]);
  });

  it("give the same bytes again", async () => {
    const input = await copyInput("s3-inventory", at("again"));
    for (const out of ["one", "two"]) await ingest("s3-inventory", input, at(out));
    for (const name of ["objects.parquet", "edges.parquet"]) {
      expect(md5(await readFile(join(at("one"), name)))).toBe(md5(await readFile(join(at("two"), name))));
    }
  });

  it("may be of an empty bucket", async () => {
    const input = await copyInput("s3-inventory", at("empty"));
    const { objects, edges, warnings } = await ingest("s3-inventory", join(input, "nothing"), at("empty-out"));
    expect([objects, edges]).toEqual([[], []]);
    expect(warnings).toEqual([expect.stringMatching(/the export lists no artifact/)]);
  });

  it("keep ids without versions where no object of the bucket has one", async () => {
    const input = await copyInput("s3-inventory", at("plain"));
    await editRows(
      input,
      () => '"ml-data","k","","true","false","1","2026-01-01T00:00:00.000Z","e","STANDARD","false"\n',
    );
    await editManifest(input, (text) => {
      const manifest = JSON.parse(text);
      return JSON.stringify({ ...manifest, files: manifest.files.slice(1) });
    });
    const { objects } = await ingest("s3-inventory", join(input, "ml-data"), at("plain-out"));
    expect(objects).toMatchObject([{ id: "s3://ml-data/k", kind: "s3_object" }]);
  });
});

describe("an S3 Inventory is refused", () => {
  itRefuses("s3-inventory", at, [
    [
      "when a data file is missing",
      (input) => rm(join(input, PART)),
      /manifest\.json: lists ".*part-2\.csv\.gz", which is not below .*copy the data folder/,
    ],
    [
      "when a data file was cut short",
      (input) => cut(join(input, PART), 5),
      /part-2\.csv\.gz: its MD5 is not the \w{32} of .*copy the file again/,
    ],
    [
      "when the manifest was changed",
      (input) => edit(join(input, MANIFEST), (text) => text.replace("part-1", "part-9")),
      /manifest\.json: its MD5 is not that of manifest\.checksum/,
    ],
    [
      "when the manifest was cut short",
      async (input) => {
        await rm(join(input, MANIFEST.replace("json", "checksum")));
        await cut(join(input, MANIFEST), 20);
      },
      /manifest\.json: broken JSON, perhaps cut short/,
    ],
    [
      "in ORC",
      (input) => editManifest(input, (text) => text.replace('"CSV"', '"ORC"')),
      /an inventory in ORC cannot be read; set its output format to CSV or Parquet/,
    ],
    [
      "without a field that is needed",
      (input) => editManifest(input, (text) => text.replace(", Size,", ", Sise,")),
      /the inventory lacks Size; add the fields to its configuration/,
    ],
    [
      "with rows that its schema does not fit",
      (input) => editManifest(input, (text) => text.replace(", ETag,", ",")),
      /manifest\.json: its data files cannot be read/,
    ],
    [
      "of another bucket than it says",
      (input) => editManifest(input, (text) => text.replace('"ml-data"', '"other"')),
      /is of another bucket than the manifest/,
    ],
    [
      "with a key that is not well encoded",
      (input) => editRows(input, (csv) => csv.replace('"hidden.bin"', '"50%.bin"')),
      /the row of key "50%\.bin" has no key, or one that is not well encoded/,
    ],
    [
      "with a key that is no UTF-8",
      (input) => editRows(input, (csv) => csv.replace('"hidden.bin"', '"%C3"')),
      /the row of key "%C3" has no key, or one that is not well encoded/,
    ],
    [
      "without a size",
      (input) => editRows(input, (csv) => csv.replace('"true","false","1010"', '"true","false",""')),
      /has no size; the inventory is broken/,
    ],
    [
      "with a size below 0",
      (input) => editRows(input, (csv) => csv.replace('"1010"', '"-1"')),
      /has no size; the inventory is broken/,
    ],
    [
      "with a bad date",
      (input) => editRows(input, (csv) => csv.replace(/"2026-04-2\d[^"]*"/, '"yesterday"')),
      /has no last-modified date/,
    ],
    [
      "with a version that may be the latest or not",
      (input) => editRows(input, (csv) => csv.replace('"true","false","1010"', '"maybe","false","1010"')),
      /does not say whether it is the latest version/,
    ],
    [
      "with uploads page by page",
      (input) => edit(join(input, UPLOADS), (text) => text.replace("{", '{"IsTruncated": true,')),
      /is one page of several/,
    ],
    [
      "with uploads of no bucket",
      async (input) => {
        await writeFile(join(input, "A B.multipart-uploads.json"), "{}");
      },
      /name the file BUCKET\.multipart-uploads\.json/,
    ],
    [
      "with an upload without a time",
      (input) => edit(join(input, UPLOADS), (text) => text.replace("2026-04-01T10:00:00+00:00", "soon")),
      /Uploads\[0\]\.Initiated: expected an ISO 8601 time/,
    ],
  ]);

  it("where there is none", async () => {
    await mkdir(at("nothing"));
    expect(await refusal("s3-inventory", at("nothing"), at("nothing-out"))).toMatch(/holds no manifest\.json/);
    expect(await refusal("s3-inventory", at("absent"), at("nothing-out"))).toMatch(/no file or folder/);
  });

  it("when a link leads out of the folder", async () => {
    const input = await copyInput("s3-inventory", at("link"));
    await writeFile(at("outside.csv.gz"), await readFile(join(input, PART)));
    await rm(join(input, PART));
    await symlink(at("outside.csv.gz"), join(input, PART));
    expect(await refusal("s3-inventory", input, at("link-out"))).toMatch(/part-2\.csv\.gz", which is not below/);
  });
});
