import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, cut, edit, goldenGraph, ingest, itRefuses, only, refusal } from "./golden.js";

const at = temporaryFolder();

/** Place in a layout of the blob that an edge of the golden graph leads to. */
async function blobOf(input: string, repository: string, rel: string): Promise<string> {
  const { edges } = await goldenGraph("oci");
  const [, dst] = edges.find(([src, , r]) => r === rel && src.startsWith(`oci://${repository}@`)) ?? ["", ""];
  return join(input, repository, "blobs", ...dst.slice(dst.indexOf("@") + 1).split(":"));
}
const layout = (input: string) => join(input, "serve/index.json");

describe("Container images", () => {
  it("have the graph that their maker wrote, a layer of several repositories once", async () => {
    const input = await copyInput("oci", at("in"));
    const { objects, edges, warnings } = await ingest("oci", input, at("out"));
    const golden = await goldenGraph("oci");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("share layers across repositories of both kinds of store", async () => {
    const { edges } = await goldenGraph("oci");
    const users = new Map<string, Set<string>>();
    for (const [src, dst, rel] of edges) {
      const repository = src.slice("oci://".length, src.indexOf("@"));
      if (rel === "layer") users.set(dst, (users.get(dst) ?? new Set()).add(repository));
    }
    expect(Math.max(...[...users.values()].map(({ size }) => size))).toBe(4);
  });

  it("may lie in the folder itself, and lack a layer that is fetched from elsewhere", async () => {
    const input = await copyInput("oci", at("app"));
    await rm(await blobOf(input, "serve", "layer"));
    const { objects, edges } = await ingest("oci", join(input, "serve"), at("app-out"));
    expect(objects.some(({ id }) => id === "oci://serve:latest")).toBe(true);
    const known = new Set(objects.map(({ id }) => id));
    expect(edges.filter(([, dst]) => !known.has(dst)).map(([, , rel]) => rel)).toEqual(["layer", "layer"]);
  });
});

describe("container images are refused", () => {
  itRefuses("oci", at, [
    [
      "when a platform is missing",
      async (input) => rm(await blobOf(input, "team/train", "manifest")),
      /no such file, but oci:\/\/team\/train@sha256:\w+ refers to this manifest; export it with all platforms/,
    ],
    [
      "when a manifest was changed",
      async (input) => edit(await blobOf(input, "team/train", "manifest"), (text) => text.replace("Silver", "Bronze")),
      /its sha256 is not sha256:\w+; copy it again/,
    ],
    [
      "when a layer was cut short",
      async (input) => cut(await blobOf(input, "team/train", "layer"), 4),
      /has \d+ bytes, its manifest says \d+; copy it again/,
    ],
    [
      "when a config was changed",
      async (input) => edit(await blobOf(input, "team/train", "config"), (text) => text.replace("amd64", "arm64")),
      /its sha256 is not|has \d+ bytes/,
    ],
    ["when index.json is missing", (input) => rm(layout(input)), /serve\/index\.json: no such file/],
    ["when index.json was cut short", (input) => cut(layout(input), 5), /serve\/index\.json: broken JSON/],
    [
      "when index.json names a digest that leads elsewhere",
      (input) => edit(layout(input), (text) => text.replace(/sha256:\w+/, "..:..")),
      /manifests\[0\]\.digest: expected a digest/,
    ],
    [
      "of a layout to come",
      (input) => writeFile(join(input, "serve/oci-layout"), '{"imageLayoutVersion":"2.0.0"}'),
      /imageLayoutVersion: expected image layout version 1/,
    ],
    [
      "when a tag is no link",
      async (input) => writeFile(await only(input, /tags\/stable\/current\/link$/), "sha256:12"),
      /link: is no link to a digest/,
    ],
    [
      "when a revision's blob is missing",
      async (input) => {
        await rm(join(input, "registry/docker/registry/v2/blobs"), { recursive: true });
      },
      /data: no such file, but (tag "stable" of|repository) "ml\/batch" refers to this manifest/,
    ],
  ]);

  it("that are of Docker's first schema", async () => {
    const digest = "sha256:a3d6b0d8d0b9e0b8a1b5e7cbd1c0f0b9e7b7c6f1a5c4a3b2c1d0e9f8a7b6c5d4";
    await mkdir(join(at("old"), "blobs/sha256"), { recursive: true });
    await writeFile(join(at("old"), "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    await writeFile(join(at("old"), "index.json"), JSON.stringify({ manifests: [{ digest }] }));
    await writeFile(join(at("old"), "blobs/sha256", digest.slice(7)), '{"schemaVersion":1,"fsLayers":[]}');
    expect(await refusal("oci", at("old"), at("old-out"))).toMatch(/its sha256 is not/);
  });

  it("where there are none", async () => {
    await mkdir(at("nothing"));
    expect(await refusal("oci", at("nothing"), at("nothing-out"))).toMatch(/holds neither an oci-layout file nor/);
  });
});
