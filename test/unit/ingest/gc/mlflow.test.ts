import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, edit, goldenGraph, ingest, itRefuses, only, refusal } from "./golden.js";
import { listing } from "./listing.js";

const at = temporaryFolder();
const runWith = async (input: string, file: RegExp) =>
  dirname(await only(input, file)).replace(/\/(artifacts|outputs).*/, "");
const finalRun = (input: string) => runWith(input, /artifacts\/config\.json$/);

/** Puts the artifacts of the final run in a bucket. */
async function moveToBucket(input: string, uri: string): Promise<string> {
  const run = await finalRun(input);
  await edit(join(run, "meta.yaml"), (text) => text.replace(/artifact_uri: .*/, `artifact_uri: ${uri}`));
  await rm(join(run, "artifacts"), { recursive: true });
  return run;
}

describe("MLflow file stores", () => {
  it("have the graph that the client of MLflow reads from them", async () => {
    const input = await copyInput("mlflow", at("in"));
    const { objects, edges, warnings } = await ingest("mlflow", input, at("out"), { metric: "val_loss" });
    const golden = await goldenGraph("mlflow");
    expect(objects).toEqual(golden.objects);
    expect(edges).toEqual(golden.edges);
    expect(warnings).toEqual([]);
  });

  it("have no metric unless one is named", async () => {
    const { objects } = await ingest("mlflow", await copyInput("mlflow", at("plain")), at("plain-out"));
    expect(objects.some((row) => "metric" in row)).toBe(false);
  });

  it("find artifacts in a bucket by its listing: those that are current", async () => {
    const input = await copyInput("mlflow", at("bucket"));
    const run = await moveToBucket(input, "s3a://ml/runs/f/artifacts");
    const row = (key: string, latest: boolean, marker = false) =>
      `('s3://ml/runs/${key}', 's3_object', NULL, 10, 'STANDARD', TIMESTAMP '2026-01-01', ${latest}, ${marker})`;
    const rows = [row("f/artifacts/config.json?versionId=2", true), row("f/artifacts/config.json?versionId=1", false)];
    rows.push(
      row("f/artifacts/gone?versionId=3", true, true),
      row("f/artifacts2/x?versionId=4", true),
      row("f/artifacts/ü", true),
    );
    const onto = await listing(at("listed.parquet"), rows);
    const { edges } = await ingest("mlflow", input, at("bucket-out"), { onto });
    const id = `runs:/${run.split("/").at(-1)}`;
    expect(edges.filter(([src, , rel]) => src === id && rel === "artifact")).toEqual([
      [id, "s3://ml/runs/f/artifacts/config.json?versionId=2", "artifact"],
      [id, "s3://ml/runs/f/artifacts/ü", "artifact"],
    ]);
  });
});

describe("an MLflow file store is refused", () => {
  itRefuses("mlflow", at, [
    [
      "when the artifacts of a run are elsewhere",
      async (input) => {
        await moveToBucket(input, "s3://ml/runs/f/artifacts");
      },
      /meta\.yaml: nothing is listed where its artifacts are, "s3:.*": name a listing of the bucket by --onto, or copy them to ".*\/artifacts"/,
    ],
    [
      "when the artifacts of a run are behind a proxy",
      async (input) => {
        await moveToBucket(input, "mlflow-artifacts:/1/f/artifacts");
      },
      /nothing is listed where its artifacts are, "mlflow-artifacts:/,
    ],
    [
      "when a run has no metadata",
      async (input) => rm(join(await finalRun(input), "meta.yaml")),
      /artifacts\/config\.json: its run has no meta\.yaml; copy the whole store/,
    ],
    [
      "when metadata were cut short",
      async (input) => writeFile(join(await finalRun(input), "meta.yaml"), "run_id: a\nartifact_uri: 'b"),
      /meta\.yaml: broken YAML/,
    ],
    [
      "when metadata lack a field",
      async (input) => edit(join(await finalRun(input), "meta.yaml"), (text) => text.replace("start_time", "start")),
      /meta\.yaml: start_time/,
    ],
    [
      "when an experiment has no metadata",
      async (input) => rm(join(await finalRun(input), "../meta.yaml")),
      /meta\.yaml: its experiment has no meta\.yaml; copy the whole store/,
    ],
    [
      "when a model's run is missing",
      async (input) => rm(await finalRun(input), { recursive: true }),
      /refers to "runs:\/\w+", which the store does not hold|outputs/,
    ],
    [
      "when a logged model is missing",
      async (input) => {
        const models = await only(input, /models\/m-\w+$/);
        await rm(models, { recursive: true });
      },
      /refers to "models:\/m-\w+", which the store does not hold; copy the whole store/,
    ],
    [
      "when a dataset is missing",
      async (input) => rm(dirname(await only(input, /datasets\/\w+$/)), { recursive: true }),
      /datasets\/\w+\/meta\.yaml: no such file, but run \w+ reads it/,
    ],
    [
      "when an alias names no version",
      (input) => writeFile(join(input, "models/ranker/aliases/champion"), "9"),
      /aliases\/champion: names version 9 of "ranker", which the store does not hold/,
    ],
  ]);

  it("where there is none", async () => {
    await mkdir(at("nothing"));
    expect(await refusal("mlflow", at("nothing"), at("nothing-out"))).toMatch(
      /holds neither meta\.yaml nor runs\.json; name the folder/,
    );
    expect(await readdir(at("nothing"))).toEqual([]);
  });
});
