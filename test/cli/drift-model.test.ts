import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { DriftFileSchema } from "../../src/drift/index.js";
import { fleetlens } from "./program.js";

const COLUMNS = ["x", "y", "p", "pred", "label", "shap_x", "shap_y", "e0", "e1", "note"];
let folder: string;

/** A table of a model's predictions: two features by their correlation, scores by their spread. */
function predictions(
  name: string,
  seed: number,
  { rho = 0.7, spread = 1.5, words = "", labelled = true } = {},
): string {
  const random = createRandom(seed);
  const rows = Array.from({ length: 600 }, (_, i) => {
    const x = random.normal();
    const y = rho * x + Math.sqrt(1 - rho * rho) * random.normal();
    const p = 1 / (1 + Math.exp(-spread * random.normal()));
    const label = labelled ? (random.uniform() < p ? "yes" : "no") : "";
    const texts = `trip ${i % 7} fine${i % 2 ? words : ""}`;
    const numbers = [2 * random.normal(), random.normal(), random.normal(), random.normal()];
    return [x, y, p, p >= 0.5 ? "yes" : "no", label, ...numbers, texts].join(",");
  });
  const path = join(folder, name);
  writeFileSync(path, `${COLUMNS.join(",")}\n${rows.join("\n")}\n`);
  return path;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fleetlens-drift-model-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MODEL = ["--prediction", "pred", "--score", "p", "--label", "label"];
const ALL = [...MODEL, "--shap", "shap_", "--embedding", "e", "--text", "note", "--multivariate"];

describe("fleetlens drift, whole tables", () => {
  it("writes the sections that were asked for, and fails on their drift", () => {
    const reference = predictions("reference.csv", 1);
    const current = predictions("current.csv", 2, { rho: -0.7, spread: 0.4, words: " brandnew words here" });
    const out = join(folder, "drift.json");
    const run = fleetlens([
      "drift",
      "--reference",
      reference,
      "--current",
      current,
      "--out",
      out,
      "--fail-on",
      "drift",
      ...ALL,
    ]);
    expect(run.stderr).toBe("");
    expect(run.code).toBe(3);
    expect(run.stdout).toContain("model: accuracy");
    const file = DriftFileSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(file.multivariate).toMatchObject({ features: ["x", "y"], verdict: "drift" });
    expect(file.model).toMatchObject({ positive: "yes", verdict: "drift", performance: { basis: "realised" } });
    expect(file.embedding).toMatchObject({ dimensions: 2, classifier: { n_reference: 600 } });
    expect(file.embedding?.verdict).not.toBe("drift");
    expect(file.attribution?.verdict).not.toBe("drift");
    expect(file.text).toMatchObject([{ column: "note", verdict: "drift" }]);
    expect(file.features.map(({ feature }) => feature)).toEqual(["x", "y", "p", "pred", "label", "note:length"]);
    expect(file.createdFrom.options).toMatchObject({ prediction: "pred", text: ["note"], multivariate: true });
  });

  it("estimates performance where the labels of today are missing, of the columns that are named", () => {
    const reference = predictions("before.csv", 1);
    const current = predictions("unlabelled.csv", 3, { labelled: false });
    const out = join(folder, "estimated.json");
    const args = ["drift", "--reference", reference, "--current", current, "--out", out, "--features", "x", ...MODEL];
    expect(fleetlens(args).code).toBe(0);
    const file = DriftFileSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(file.model?.performance).toMatchObject({ basis: "estimated", n_realised: 0 });
    expect(file.multivariate).toBeUndefined();
    const again = join(folder, "again.json");
    fleetlens([...args.slice(0, 6), again, ...args.slice(7)]);
    expect(readFileSync(again, "utf8")).toBe(readFileSync(out, "utf8"));
  });

  it("takes an embedding as a column of vectors, and the scores of each class", () => {
    const random = createRandom(4);
    const table = (name: string, shift: number): string => {
      const rows = Array.from({ length: 300 }, () => {
        const vector = Array.from({ length: 4 }, () => 1 + shift + random.normal());
        const scores = Array.from({ length: 3 }, () => random.uniform());
        const label = "abc"[scores.indexOf(Math.max(...scores))];
        return `"[${vector.join(", ")}]",${scores.join(",")},${random.uniform() < 0.7 ? label : "a"}`;
      });
      writeFileSync(join(folder, name), `v,s_a,s_b,s_c,label\n${rows.join("\n")}\n`);
      return join(folder, name);
    };
    const out = join(folder, "vectors.json");
    const files = ["--reference", table("was.csv", 0), "--current", table("is.csv", 1), "--out", out];
    const run = fleetlens(["drift", ...files, "--embedding", "v", "--class-scores", "s_", "--label", "label"]);
    expect(run).toMatchObject({ stderr: "", code: 0 });
    expect(run.stdout).toContain("embedding: MMD");
    expect(run.stdout).toContain("model: macro_f1");
    const file = DriftFileSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(file.embedding).toMatchObject({ prefix: "v", dimensions: 4, verdict: "drift" });
    expect(file.model).toMatchObject({ class_scores: "s_", classes: ["a", "b", "c"], performance: { event: "class" } });
    expect(file.features.map(({ feature }) => feature)).toEqual(["s_a", "s_b", "s_c", "label"]);
    expect(file.createdFrom.options).toMatchObject({ embedding: "v", classScores: "s_" });
  });

  it("names file, column and row of a vector that is none, and both files of vectors that differ in length", () => {
    const vectors = (name: string, ...cells: string[]): string => {
      writeFileSync(join(folder, name), `v\n${cells.map((cell) => `"${cell}"`).join("\n")}\n`);
      return join(folder, name);
    };
    const good = vectors("good.csv", "[1, 2]", "[2, 1]");
    for (const [file, message] of [
      [vectors("short.csv", "[1, 2]", "[1]"), 'short.csv row 2: column "v": got "[1]", expected 2 numbers'],
      [vectors("nan.csv", "[1, 2]", "[1, nan]"), 'nan.csv row 2: column "v": got "[1, nan]", expected a vector'],
      [vectors("empty.csv", "[1, 2]", ""), 'empty.csv row 2: column "v": got '],
      [vectors("three.csv", "[1, 2, 3]"), 'the embedding "v" has 2 dimensions in the reference and 3 in the current'],
    ] as const) {
      const run = fleetlens([
        ...["drift", "--reference", good, "--current", file, "--out", join(folder, "no.json"), "--embedding", "v"],
      ]);
      expect(run.code).toBe(2);
      expect(run.stderr.trim().split("\n")).toHaveLength(1);
      expect(run.stderr).toContain(message);
    }
  });

  it("names what is wrong on one line", () => {
    const reference = predictions("same.csv", 1);
    const run = (...args: string[]) =>
      fleetlens([
        "drift",
        "--reference",
        reference,
        "--current",
        reference,
        "--out",
        join(folder, "bad.json"),
        ...args,
      ]);
    for (const [args, message] of [
      [["--embedding", "v"], "no numeric columns v0, v1"],
      [["--shap", "none_"], "begin with none_"],
      [["--score", "note"], "score column note holds no numbers"],
      [["--label", "label"], "--label needs --prediction or --score"],
      [["--prediction", "pred", "--label", "label", "--positive", "maybe"], "positive class maybe"],
    ] as const) {
      const { code, stderr } = run(...args);
      expect(code).toBe(2);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(stderr).toContain(message);
    }
  });
});
