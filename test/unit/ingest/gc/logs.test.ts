import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { GOLDEN, goldenGraph, ingest, refusal } from "./golden.js";

const at = temporaryFolder();

describe("listings of log partitions", () => {
  it.each(["listing.csv", "listing.jsonl"])("are read from %s", async (file) => {
    const { objects, edges, warnings } = await ingest("logs", join(GOLDEN, "logs/in", file), at(`out-${file}`));
    expect(objects).toEqual((await goldenGraph("logs")).objects);
    expect([edges, warnings]).toEqual([[], []]);
  });

  it("may be empty", async () => {
    await writeFile(at("empty.csv"), "path,bytes,created_at\n");
    const { objects, warnings } = await ingest("logs", at("empty.csv"), at("empty-out"));
    expect([objects, warnings]).toEqual([[], [expect.stringMatching(/the export lists no artifact/)]]);
  });

  it.each<[string, string, RegExp]>([
    ["without a size", "s3://b/k,,2026-01-01", /row 1: column "bytes": got an empty cell, expected whole bytes from 0/],
    ["with a size below 0", "s3://b/k,-1,2026-01-01", /column "bytes": got "-1"/],
    ["with part of a byte", "s3://b/k,1.5,2026-01-01", /column "bytes": got "1\.5"/],
    [
      "with a relative path",
      "var/log/x,1,2026-01-01",
      /column "path": got "var\/log\/x", expected a URI or an absolute path/,
    ],
    ["without a path", ",1,2026-01-01", /column "path": got an empty cell/],
    ["with a bad time", "s3://b/k,1,soon", /column "created_at": got "soon"/],
    [
      "that name a partition twice, with other sizes",
      "s3://b/k,1,2026-01-01\ns3a://b/k,2,2026-01-01",
      /"s3:\/\/b\/k" is listed with 1 and with 2 bytes/,
    ],
    ["that were cut short", "s3://b/k,1,2026-01-01\ns3://b/l,1", /line 3: expected 3 fields/],
  ])("are refused %s", async (what, rows, message) => {
    const path = at(`${what.replaceAll(/\W/g, "-")}.csv`);
    await writeFile(path, `path,bytes,created_at\n${rows}\n`);
    expect(await refusal("logs", path, at("refused"))).toMatch(message);
  });

  it("are refused without a column that is needed", async () => {
    await writeFile(at("less.csv"), "path,bytes\ns3://b/k,1\n");
    expect(await refusal("logs", at("less.csv"), at("refused"))).toMatch(/no column "created_at"/);
  });
});
