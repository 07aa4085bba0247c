import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../files.js";
import { copyInput, edit, GOLDEN, goldenGraph, ingest, refusal } from "./golden.js";
import { listing } from "./listing.js";

const at = temporaryFolder();
const SOURCE = "mlflow-api";
let listed: string[];
let onto: string;
beforeAll(async () => {
  ({ listed } = JSON.parse(await readFile(join(GOLDEN, SOURCE, "golden.json"), "utf8")));
  const rows = [...listed, "s3://ml/mlflow-2/other"].map(
    (id) => `('${id}', 's3_object', NULL, 7, 'STANDARD', TIMESTAMP '2026-01-01', true, false)`,
  );
  onto = await listing(at("listed.parquet"), rows);
});

describe("answers of MLflow's API", () => {
  it("have the graph that the client of MLflow reads from its server, artifacts by the listing of their bucket", async () => {
    const input = await copyInput(SOURCE, at("in"));
    const { objects, edges } = await ingest("mlflow", input, at("out"), { metric: "val_loss", onto });
    const golden = await goldenGraph(SOURCE);
    expect(listed.length).toBeGreaterThan(5);
    expect(objects.filter(({ kind }) => kind !== "s3_object")).toEqual(golden.objects);
    expect(objects.filter(({ kind }) => kind === "s3_object")).toHaveLength(listed.length + 1);
    expect(edges).toEqual(golden.edges);
  });

  it.each<[what: string, spoil: (input: string) => Promise<void>, message: RegExp]>([
    ["without the registry", (input) => rm(join(input, "model_versions.json")), /model_versions\.json: no such file/],
    [
      "that are one page of several",
      (input) => edit(join(input, "runs.json"), (text) => text.replace("{", '{"next_page_token": "abc",')),
      /runs\.json: is one page of several \(next_page_token\)/,
    ],
    [
      "without the logged models",
      (input) => rm(join(input, "logged_models.json")),
      /runs\.json: runs:\/\w+ refers to "models:\/m-\w+", which no answer lists; ask for all of them/,
    ],
    [
      "when a version's run is missing",
      (input) =>
        edit(join(input, "model_versions.json"), (text) => text.replace(/"run_id": "\w+"/, '"run_id": "gone"')),
      /model_versions\.json: models:\/ranker\/1 refers to "runs:\/gone", which no answer lists/,
    ],
    [
      "when an alias names no version",
      (input) =>
        edit(join(input, "registered_models.json"), (text) => text.replace(/("champion",\s*"version": )"1"/, '$1"9"')),
      /registered_models\.json: models:\/ranker@champion refers to "models:\/ranker\/9"/,
    ],
    [
      "with artifacts in a bucket that was not listed",
      (input) => edit(join(input, "runs.json"), (text) => text.replace("s3a://ml/", "s3a://ml2/")),
      /runs\.json: runs:\/\w+: nothing is listed where its artifacts are, "s3:\/\/ml2\/.*": name a listing of the bucket by --onto/,
    ],
    [
      "with artifacts behind a proxy",
      (input) => edit(join(input, "runs.json"), (text) => text.replace("s3a://ml/", "mlflow-artifacts:/")),
      /nothing is listed where its artifacts are, "mlflow-artifacts:/,
    ],
    [
      "with something else",
      (input) => edit(join(input, "runs.json"), (text) => text.replace('"runs"', '"runs": 1, "rans"')),
      /runs\.json: runs: expected array/,
    ],
  ])("are refused %s", async (what, spoil, message) => {
    const name = what.replaceAll(/\W/g, "-");
    const input = await copyInput(SOURCE, at(name));
    await spoil(input);
    expect(await refusal("mlflow", input, at(`${name}-out`), { onto })).toMatch(message);
  });

  it("are refused without any listing", async () => {
    const input = await copyInput(SOURCE, at("unlisted"));
    expect(await refusal("mlflow", input, at("unlisted-out"))).toMatch(/nothing is listed where its artifacts are/);
  });
});
