import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, cut, edit, goldenGraph, ingest, itRefuses } from "./golden.js";

const at = temporaryFolder();
const inRuns = (change: (text: string) => string) => (input: string) => edit(join(input, "runs.jsonl"), change);
const inArtifacts = (change: (text: string) => string) => (input: string) =>
  edit(join(input, "artifacts.jsonl"), change);

describe("Runs and artifacts of W&B", () => {
  it("have the graph of the manifests that W&B makes", async () => {
    const input = await copyInput("wandb", at("in"));
    const { objects, edges, warnings } = await ingest("wandb", input, at("out"), { metric: "val_loss" });
    const golden = await goldenGraph("wandb");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("may be none", async () => {
    const input = await copyInput("wandb", at("empty"));
    for (const name of ["runs.jsonl", "artifacts.jsonl"]) await edit(join(input, name), () => "\n");
    const { objects, edges, warnings } = await ingest("wandb", input, at("empty-out"));
    expect([objects, edges, warnings]).toEqual([[], [], [expect.stringMatching(/the export lists no artifact/)]]);
  });
});

describe("an export of W&B is refused", () => {
  itRefuses("wandb", at, [
    ["without artifacts", (input) => rm(join(input, "artifacts.jsonl")), /artifacts\.jsonl: no such file; export both/],
    ["without runs", (input) => rm(join(input, "runs.jsonl")), /runs\.jsonl: no such file; export both/],
    [
      "when a run logged an artifact that is not there",
      inRuns((text) => text.replace("model:v0", "model:v7")),
      /runs\.jsonl: run wandb:\/\/acme\/ml\/r2 logged "acme\/ml\/model:v7", which artifacts\.jsonl does not list; export all projects it uses/,
    ],
    [
      "when a run used an artifact that was deleted",
      inRuns((text) => text.replace('corpus:v1", "acme/shared', 'model:v1", "acme/shared')),
      /used "acme\/ml\/model:v1", which artifacts\.jsonl does not list/,
    ],
    [
      "when a manifest refers to an artifact that is not there",
      inArtifacts((text) => text.replace(/wandb-artifact:\/\/\w/, "wandb-artifact://f")),
      /artifacts\.jsonl: "corpus\.txt" of wandb-artifact:\/\/acme\/ml\/model:v0 refers to the artifact wandb-artifact:.*, which is not exported/,
    ],
    [
      "when a file has no size",
      inArtifacts((text) => text.replace(', "size": 7', "")),
      /artifacts\.jsonl: "w\.bin" of .* has no size; export the manifest again/,
    ],
    [
      "when the last line was cut short",
      (input) => cut(join(input, "runs.jsonl"), 30),
      /runs\.jsonl line 3: broken JSON, perhaps cut short/,
    ],
    [
      "without a manifest",
      inArtifacts((text) => text.replace('"manifest"', '"manifesto"')),
      /artifacts\.jsonl line 1: manifest: expected object/,
    ],
    [
      "with a name without its version",
      inArtifacts((text) => text.replace("corpus:v0", "corpus")),
      /artifacts\.jsonl line 1: name: expected a name with its version/,
    ],
    [
      "with a time that is none",
      inRuns((text) => text.replace("2026-01-05T00:00:00", "last week")),
      /runs\.jsonl line 1: created_at: expected an ISO 8601 time/,
    ],
    ["with a size below 0", inRuns((text) => text.replace("120", "-120")), /runs\.jsonl line 1: files\[0\]\.size/],
  ]);
});
