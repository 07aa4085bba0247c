import { cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { COPIED_AT, copyInput, cut, edit, goldenGraph, ingest, itRefuses, only, refusal } from "./golden.js";

const at = temporaryFolder();

describe("DVC projects", () => {
  it("have the graph that DVC reads from them, files of one remote once", async () => {
    const input = await copyInput("dvc", at("in"));
    const { objects, edges, warnings } = await ingest("dvc", input, at("out"));
    const golden = await goldenGraph("dvc");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("lead to files that only a listing of the remote knows, and not to what they track no more", async () => {
    const input = await copyInput("dvc", at("bare"));
    const { objects, edges } = await ingest("dvc", input, at("bare-out"));
    const used = new Set(edges.map(([, dst]) => dst));
    const unused = objects.filter(({ id, kind }) => kind === "dvc_file" && !used.has(String(id)));
    // Only the pipeline still remembers the first version of ranker's images; nobody made any other file useless.
    expect(unused).toEqual([]);
    await rm(join(input, "dvcstore"), { recursive: true });
    const without = await ingest("dvc", input, at("without-out"));
    expect(without.edges).toEqual(edges);
    expect(without.objects.some(({ id }) => String(id).startsWith("s3://ml/"))).toBe(false);
  });

  it("read a hash that looks like a number, configuration of their own, and outputs kept in git", async () => {
    const hash = "1234567890123456789012345678e123";
    const write = async (file: string, text: string) => {
      await mkdir(join(at("odd"), file, ".."), { recursive: true });
      await writeFile(join(at("odd"), file), text);
    };
    await write("p/.dvc/config", "[core]\n    remote = one\n['remote \"one\"']\n    url = s3://b/one\n# [core]\n");
    await write(
      "p/.dvc/config.local",
      '[\'remote "two"\']\n    url = "azure://c/two"\n[core]\nremote = two # the other\n',
    );
    await write(
      "p/x.dvc",
      `outs:\n- md5: ${hash}\n  path: x\n  hash: md5\n- path: y\n  md5: ${"a".repeat(32)}\n  cache: false\n- path: z\n  etag: q\n`,
    );
    await write("p/w.dvc", `outs:\n- md5: ${"b".repeat(32)}\n  path: w\n  remote: one\n`);
    const { edges } = await ingest("dvc", at("odd"), at("odd-out"));
    expect(edges.filter(([, , rel]) => rel === "out")).toEqual([
      ["dvc://odd/p/w.dvc", `s3://b/one/bb/${"b".repeat(30)}`, "out"],
      ["dvc://odd/p/x.dvc", `azure://c/two/files/md5/12/${hash.slice(2)}`, "out"],
    ]);
  });

  it("take the time of a stored file from its copy", async () => {
    const { objects } = await ingest("dvc", await copyInput("dvc", at("time")), at("time-out"));
    expect(objects.filter(({ kind }) => kind === "dvc_dir").every((row) => row["created_at"] === COPIED_AT)).toBe(true);
  });
});

describe("a DVC project is refused", () => {
  const listOf = (input: string) => only(join(input, "parser/.dvc/cache"), /\.dir$/);
  const storedLists = async (input: string) => {
    await rm(join(input, "parser/.dvc/cache"), { recursive: true });
    await rm(join(input, "dvcstore"), { recursive: true });
  };
  itRefuses("dvc", at, [
    [
      "when the list of a folder is missing",
      storedLists,
      /parser\/images\.dvc: tracks the folder "images", whose list files\/md5\/.*\.dir is not below .*copy the \.dir files/,
    ],
    [
      "when the list of a folder was cut short",
      async (input) => {
        await rm(join(input, "dvcstore"), { recursive: true });
        await cut(await listOf(input), 3);
      },
      /\.dir: its MD5 is not the one in its name; fetch it again/,
    ],
    [
      "without its configuration",
      (input) => rm(join(input, "parser/.dvc"), { recursive: true }),
      /parser\/images\.dvc: lies outside of a DVC project; copy the project's \.dvc\/config/,
    ],
    [
      "when its remote has no url",
      (input) => edit(join(input, "parser/.dvc/config"), (text) => text.replace("url", "uri")),
      /parser\/\.dvc\/config: remote "storage" has no url/,
    ],
    [
      "with cloud versioning",
      (input) => edit(join(input, "parser/.dvc/config"), (text) => `${text}    version_aware = true\n`),
      /remote "storage" keeps files under their own names \(cloud versioning\)/,
    ],
    [
      "with versions of the cloud in a pointer",
      (input) => edit(join(input, "parser/shared.txt.dvc"), (text) => `${text}  cloud:\n    storage:\n      etag: x\n`),
      /shared\.txt\.dvc: "shared\.txt" is versioned by the cloud store itself/,
    ],
    [
      "when a pointer was cut short",
      (input) => writeFile(join(input, "parser/shared.txt.dvc"), "outs:\n- md5: c193497a1a06\n"),
      /shared\.txt\.dvc: outs\[0\]\.md5/,
    ],
    [
      "when a lock is of an older DVC",
      (input) => edit(join(input, "ranker/dvc.lock"), (text) => text.replace("'2.0'", "'1.0'")),
      /ranker\/dvc\.lock: schema/,
    ],
    [
      "when a copy may be of several remotes",
      (input) => rename(join(input, "dvcstore"), join(input, "copy")),
      /copy: is a copy of which remote: .*"s3:\/\/ml\/dvcstore", "s3:\/\/old\/v2store"\? name the folder as the url ends/,
    ],
    [
      "when two copies of a file differ in size",
      async (input) => {
        await cp(join(input, "dvcstore"), join(input, "more/dvcstore"), { recursive: true });
        await cut(await only(join(input, "more/dvcstore"), /\/[0-9a-f]{30}$/), 2);
      },
      /^"s3:\/\/ml\/dvcstore\/.*" is listed with \d+ and with \d+ bytes/,
    ],
  ]);

  it("where there is none", async () => {
    await mkdir(at("nothing"));
    expect(await refusal("dvc", at("nothing"), at("nothing-out"))).toMatch(
      /holds no DVC project; copy each with its \.dvc\/config/,
    );
  });
});
