import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDuckDb } from "../../../../src/engine/index.js";
import { ingestLineage, LINEAGE_SOURCES } from "../../../../src/ingest/gc/ingest-lineage.js";
import { copyTo, readBack, temporaryFolder } from "../files.js";
import { copyInput, GOLDEN, goldenGraph, ingest, refusal } from "./golden.js";
import { listing } from "./listing.js";

const at = temporaryFolder();

describe("every export", () => {
  it.each(LINEAGE_SOURCES)(
    "of %s gives tables with the columns of a plan, objects by id, the same bytes again",
    async (source) => {
      const input =
        source === "logs" ? join(GOLDEN, "logs/in/listing.csv") : await copyInput(source, at(`in-${source}`));
      const outs = [at(`${source}-1`), at(`${source}-2`)];
      const { objects, edges, outputs } = await ingestLineage(source, input, { out: outs[0] });
      await ingestLineage(source, input, { out: outs[1] });
      expect(outputs).toEqual(["objects", "edges"].map((name) => join(outs[0], `${name}.parquet`)));
      expect(await readdir(outs[0])).toEqual(["edges.parquet", "objects.parquet"]);
      for (const name of await readdir(outs[0])) {
        expect((await readFile(join(outs[0], name))).equals(await readFile(join(outs[1], name)))).toBe(true);
      }
      const engine = await openDuckDb({ allowedFiles: outputs });
      const types = async (path: string) => {
        const relation = engine.dialect.table(path);
        const rows = await engine.rows({
          sql: `SELECT column_name AS c, column_type AS t FROM (DESCRIBE FROM ${relation})`,
        });
        return rows.map(({ c, t }) => `${c} ${t}`);
      };
      expect(await types(outputs[0])).toEqual(
        [
          "id VARCHAR",
          "kind VARCHAR",
          "class VARCHAR",
          "size_bytes BIGINT",
          "storage_class VARCHAR",
          "created_at TIMESTAMP",
        ].concat(
          [
            "last_access_at TIMESTAMP",
            "storage_class_since TIMESTAMP",
            "group VARCHAR",
            "metric DOUBLE",
            "is_latest BOOLEAN",
          ],
          ["is_delete_marker BOOLEAN", "is_multipart_upload BOOLEAN", "inventory_at TIMESTAMP"],
        ),
      );
      expect(await types(outputs[1])).toEqual(["src VARCHAR", "dst VARCHAR", "rel VARCHAR"]);
      await engine.close();
      const rows = await readBack(outputs[0]);
      const ids = rows.map(({ id }) => Buffer.from(String(id)));
      expect([rows.length, (await readBack(outputs[1])).length]).toEqual([objects, edges]);
      expect(ids.every((id, i) => i === 0 || Buffer.compare(ids[i - 1], id) < 0)).toBe(true);
    },
  );
});

describe("--onto", () => {
  const FILE = "s3://lake/wh/db/events/metadata/deletes-m0.avro";

  it("takes a listing over, makes its rows more exact, and leads edges to current versions", async () => {
    const golden = await goldenGraph("iceberg");
    const [manifest] = golden.objects.filter(({ id }) => id === FILE);
    const onto = await listing(at("listed.parquet"), [
      `('${FILE}?versionId=new', 's3_object', NULL, 999, 'GLACIER', TIMESTAMP '2020-01-01', true, false)`,
      `('${FILE}?versionId=old', 's3_noncurrent', 'Bronze', 5, 'STANDARD', TIMESTAMP '2019-01-01', false, false)`,
      `('s3://lake/other?versionId=x', 's3_object', 'Gold', 7, 'STANDARD', NULL, true, false)`,
      `('s3://lake/wh/db/legacy/data/hidden?versionId=m', 's3_delete_marker', NULL, 0, 'UNKNOWN', NULL, true, true)`,
    ]);
    const { objects, edges } = await ingest("iceberg", await copyInput("iceberg", at("in")), at("out"), { onto });
    const row = (id: string) => objects.find((object) => object["id"] === id);
    expect(row(`${FILE}?versionId=new`)).toEqual({
      ...manifest,
      id: `${FILE}?versionId=new`,
      size_bytes: 999,
      storage_class: "GLACIER",
      created_at: Date.UTC(2020, 0, 1),
      is_latest: true,
      is_delete_marker: false,
      is_multipart_upload: false,
      inventory_at: Date.UTC(2026, 5, 1),
    });
    expect(row(`${FILE}?versionId=old`)).toMatchObject({ kind: "s3_noncurrent", class: "Bronze", size_bytes: 5 });
    expect(row("s3://lake/other?versionId=x")).toMatchObject({ kind: "s3_object", class: "Gold" });
    expect(row(FILE)).toBeUndefined();
    expect(objects).toHaveLength(golden.objects.length + 3);
    const ends = (graph: typeof edges, index: 0 | 1) => graph.filter((edge) => edge[index].startsWith(FILE)).length;
    expect(edges).toHaveLength(golden.edges.length);
    expect([ends(edges, 0), ends(edges, 1)]).toEqual([ends(golden.edges, 0), ends(golden.edges, 1)]);
    expect(edges.some(([src, dst]) => src === FILE || dst === FILE)).toBe(false);
  });

  it("leaves the class open where two do not agree", async () => {
    const onto = await listing(at("classes.parquet"), [
      `('${FILE}', 's3_object', 'Gold', 999, 'STANDARD', TIMESTAMP '2020-01-01', true, false)`,
    ]);
    const { objects } = await ingest("iceberg", await copyInput("iceberg", at("in2")), at("out2"), { onto });
    expect(objects.find(({ id }) => id === FILE)).not.toHaveProperty("class");
  });

  it("takes the file of one export after the other", async () => {
    await ingest("s3-inventory", await copyInput("s3-inventory", at("s3")), at("chain"));
    const onto = join(at("chain"), "objects.parquet");
    const before = await readBack(onto);
    const { objects } = await ingest("oci", await copyInput("oci", at("oci")), at("chain"), { onto });
    expect(objects).toHaveLength(before.length + (await goldenGraph("oci")).objects.length);
  });

  it("refuses what is no such file", async () => {
    await writeFile(at("x.csv"), "id\n");
    const input = join(GOLDEN, "logs/in/listing.csv");
    const refused = (onto: string) => refusal("logs", input, at("none"), { onto });
    expect(await refused(at("x.csv"))).toMatch(/x\.csv" is no Parquet file: name the objects\.parquet of an ingest/);
    expect(await refused(at("absent.parquet"))).toMatch(/no file ".*absent\.parquet"/);
    await copyTo(at("less.parquet"), "SELECT 'a' AS id");
    expect(await refused(at("less.parquet"))).toMatch(/less\.parquet: no column "kind"/);
  });
});

describe("ingestLineage", () => {
  it("leaves what was there when an export is refused, and nothing when it is stopped", async () => {
    await ingest("logs", join(GOLDEN, "logs/in/listing.csv"), at("kept"));
    const before = await readFile(join(at("kept"), "objects.parquet"));
    await mkdir(at("broken"));
    await expect(ingestLineage("oci", at("broken"), { out: at("kept") })).rejects.toThrow(/holds neither/);
    expect((await readFile(join(at("kept"), "objects.parquet"))).equals(before)).toBe(true);
    const signal = AbortSignal.abort(new Error("stopped"));
    const input = await copyInput("oci", at("stopped"));
    await expect(ingestLineage("oci", input, { out: at("stopped-out"), signal })).rejects.toThrow("stopped");
    expect(await readdir(at("stopped-out"))).toEqual([]);
  });
});
