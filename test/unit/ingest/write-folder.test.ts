import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InputError } from "../../../src/core/errors.js";
import { writeFolder } from "../../../src/ingest/write-folder.js";
import { temporaryFolder } from "./files.js";

const at = temporaryFolder();
const OURS = ["a", "b"];
const put =
  (...names: string[]) =>
  async (folder: string) => {
    for (const name of names) await writeFile(join(folder, name), name);
  };

describe("writeFolder", () => {
  it("makes the folder, and replaces an empty one, one of its own kind, and what a link leads to", async () => {
    await writeFolder(at("x/out"), OURS, put("a", "b"));
    expect((await readdir(at("x/out"))).sort()).toEqual(["a", "b"]);
    await writeFolder(at("x/out"), OURS, put("a"));
    await mkdir(at("x/empty"));
    await writeFolder(at("x/empty"), OURS, put("b"));
    await symlink(at("x/empty"), at("x/link"));
    await writeFolder(at("x/link"), OURS, put("a"));
    expect([await readdir(at("x/out")), await readdir(at("x/empty")), await readdir(at("x/link"))]).toEqual([
      ["a"],
      ["a"],
      ["a"],
    ]);
    expect((await readdir(at("x"))).sort()).toEqual(["empty", "link", "out"]);
  });

  it("leaves everything as it was when the work fails, or something else is there", async () => {
    await mkdir(at("y/out"), { recursive: true });
    await writeFile(at("y/out/a"), "old");
    const failing = async (folder: string) => {
      await put("a", "b")(folder);
      throw new Error("disk full");
    };
    await expect(writeFolder(at("y/out"), OURS, failing)).rejects.toThrow("disk full");
    await expect(writeFolder(at("y/new"), OURS, failing)).rejects.toThrow("disk full");
    await writeFile(at("y/out/mine"), "x");
    await expect(writeFolder(at("y/out"), OURS, put("a"))).rejects.toThrow(InputError);
    await expect(writeFolder(at("y/out/mine"), OURS, put("a"))).rejects.toThrow(/it is a file/);
    await expect(writeFolder(at("y/out/mine/deeper"), OURS, put("a"))).rejects.toThrow(/not a folder/);
    expect(await readFile(at("y/out/a"), "utf8")).toBe("old");
    expect(await readdir(at("y"))).toEqual(["out"]);
    expect((await readdir(at("y/out"))).sort()).toEqual(["a", "mine"]);
  });
});
