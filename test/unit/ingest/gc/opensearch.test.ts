import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, cut, edit, goldenGraph, ingest, itRefuses } from "./golden.js";

const at = temporaryFolder();
const inIndices = (change: (text: string) => string) => (input: string) => edit(join(input, "eu/indices.json"), change);
const inPolicies = (change: (text: string) => string) => (input: string) =>
  edit(join(input, "eu/ism_explain.json"), change);

describe("Indices and snapshots of OpenSearch", () => {
  it("have the graph of its answers, cluster by cluster", async () => {
    const input = await copyInput("opensearch", at("in"));
    const { objects, edges, warnings } = await ingest("opensearch", input, at("out"));
    const golden = await goldenGraph("opensearch");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("of one cluster are called after its folder", async () => {
    const input = await copyInput("opensearch", at("one"));
    const { objects } = await ingest("opensearch", join(input, "us"), at("one-out"));
    expect(objects.map(({ id }) => id)).toEqual([
      "opensearch://us/_snapshot/weekly/w1",
      "opensearch://us/logs-2026.05.01",
    ]);
  });
});

describe("an export of OpenSearch is refused", () => {
  itRefuses("opensearch", at, [
    [
      "without indices",
      async (input) => {
        for (const cluster of ["eu", "us"]) await rm(join(input, cluster, "indices.json"));
      },
      /indices\.json: no such file; export _cat\/indices/,
    ],
    [
      "when the list of indices was cut short",
      (input) => cut(join(input, "eu/indices.json"), 9),
      /eu\/indices\.json: broken JSON/,
    ],
    [
      "when sizes have units",
      inIndices((text) => text.replace('"4096"', '"4kb"')),
      /eu\/indices\.json: \[0\]\.store\.size: expected whole bytes or milliseconds; ask with bytes=b/,
    ],
    [
      "when an open index has no size",
      inIndices((text) => text.replace('"store.size": "10"', '"store.size": null')),
      /index "\.kibana_1" has no store\.size/,
    ],
    [
      "when policies are of more indices",
      inIndices((text) => text.replace('"index": "logs-2026.05.01"', '"index": "other"')),
      /lacks index "logs-2026\.05\.01" of ism_explain\.json; export both at the same time/,
    ],
    [
      "when policies are one page of several",
      inPolicies((text) => text.replace('"total_managed_indices": 2', '"total_managed_indices": 20')),
      /says 20 managed indices and lists 2; export all of them/,
    ],
    [
      "when policies are something else",
      inPolicies((text) => text.replace(/^\{/, '{"error": "no",')),
      /is not what _plugins\/_ism\/explain\/\* answers/,
    ],
    [
      "when snapshots are something else",
      (input) => edit(join(input, "eu/snapshots-nightly.json"), (text) => text.replace('"snapshots"', '"responses"')),
      /snapshots-nightly\.json: snapshots/,
    ],
  ]);
});
