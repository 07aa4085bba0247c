import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { canonicalFolder, canonicalUri, versionedUri } from "../../../../src/ingest/gc/canonical-uri.js";
import {
  filesBelow,
  parseJson,
  pathBelow,
  readJson,
  readYaml,
  sourceRoot,
} from "../../../../src/ingest/gc/source-files.js";
import { temporaryFolder } from "../files.js";

const at = temporaryFolder();
const ROOT = { name: "export", path: "/nowhere", file: null };
const json = (text: string) => parseJson(ROOT, "x.json", z.unknown(), text);

describe("canonicalUri", () => {
  it.each([
    ["s3a://b/k", "s3://b/k"],
    ["s3n://b/a+b %41é\n", "s3://b/a+b %41é\n"],
    ["S3://b/K", "s3://b/K"],
    ["/srv/x", "file:///srv/x"],
    ["file:/srv/x", "file:///srv/x"],
    ["file:///srv/x", "file:///srv/x"],
    ["s3alike://b/k", "s3alike://b/k"],
    ["no scheme", "no scheme"],
  ])("spells %j as %j", (given, canonical) => {
    expect(canonicalUri(given)).toBe(canonical);
  });

  it("ends no folder in a slash and adds versions only where there are any", () => {
    expect(canonicalFolder("s3a://b/t//")).toBe("s3://b/t");
    expect([versionedUri("s3://b/k", "v"), versionedUri("s3://b/k", null)]).toEqual([
      "s3://b/k?versionId=v",
      "s3://b/k",
    ]);
  });
});

describe("parseJson", () => {
  it("keeps every digit of long whole numbers, and texts as they are", () => {
    expect(
      json(
        '{"id": 8000000000000000123, "n": [-1234567890123456, 12, 1.2345678901234567e5], "t": "a \\" 8000000000000000123"}',
      ),
    ).toEqual({
      id: "8000000000000000123",
      n: ["-1234567890123456", 12, 123456.78901234567],
      t: 'a " 8000000000000000123',
    });
  });

  it.each([
    ["an open text", '{"a": "b'],
    ["many open texts", '{"a": "'.repeat(50_000)],
    ["a lone backslash", '"\\'],
    ["long digits", `${"1".repeat(1_000_000)}.`],
    ["deep nesting", "[".repeat(1_000_000)],
    ["millions of escapes", `"${"\\n".repeat(6_000_000)}`],
  ])("refuses %s at once", (_what, text) => {
    expect(() => json(text)).toThrow(/^export\/x\.json: broken JSON, perhaps cut short/);
  });
});

describe("files of an export", () => {
  it("are only regular ones below its folder, in the order of their bytes", async () => {
    await mkdir(join(at("e"), "b"), { recursive: true });
    for (const name of ["b/z", "a", "é", "B"]) await writeFile(join(at("e"), name), "{}");
    await writeFile(at("secret"), "{}");
    await symlink(at("secret"), join(at("e"), "link"));
    await symlink(at("."), join(at("e"), "up"));
    const root = await sourceRoot(at("e"));
    expect(await filesBelow(root, () => true)).toEqual(["B", "a", "b/z", "é"]);
    for (const name of ["link", "../secret", "up/secret", "b", "absent", "a\0", "b/../../secret"]) {
      expect(await pathBelow(root, name), name).toBeNull();
    }
    expect(await pathBelow(root, "b/../a")).toBe(join(root.path, "a"));
    await expect(readJson(root, "../secret", z.unknown())).rejects.toThrow(/no such file/);
  });

  it("of YAML hold text only, and no billion laughs", async () => {
    const root = await sourceRoot(at("."));
    await writeFile(at("t.yaml"), "id: 12e4\nno: no\nempty:\n");
    expect(await readYaml(root, "t.yaml", z.unknown())).toEqual({ id: "12e4", no: "no", empty: "" });
    const laughs = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    await writeFile(at("l.yaml"), `a0: &a0 x\n${laughs.join("\n")}\n`);
    await expect(readYaml(root, "l.yaml", z.unknown())).rejects.toThrow(/l\.yaml: broken YAML/);
    await writeFile(at("b.json"), Buffer.from([0x22, 0xff, 0x22]));
    await expect(readJson(root, "b.json", z.unknown())).rejects.toThrow(/b\.json: is not UTF-8 text/);
  });
});
