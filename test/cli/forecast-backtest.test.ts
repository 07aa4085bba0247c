import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ForecastBacktestSchema } from "../../src/forecast/index.js";
import { fleetlens } from "./program.js";

const NAMES = ["--id", "queue", "--time", "time", "--value", "gpus"];
const SETTING = ["--horizon", "12", "--season", "24", "--origins", "2", "--models", "auto,seasonal_naive"];

describe("fleetlens forecast-backtest: result and report", () => {
  let folder: string;
  let input: string;
  let steps: string;
  const at = (file: string) => join(folder, file);
  const read = (file: string) => readFileSync(at(file), "utf8");
  const backtest = (...args: string[]) => fleetlens(["forecast-backtest", input, ...NAMES, ...SETTING, ...args]);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-backtest-"));
    input = at("demand.csv");
    const hours = Array.from({ length: 240 }, (_, h) => h);
    const value = (q: number, h: number) => 20 + 5 * q + 6 * Math.sin((2 * Math.PI * h) / 24) + ((h * (q + 3)) % 5);
    const lines = (time: (h: number) => string) =>
      [0, 1, 2].flatMap((q) => hours.map((h) => `q${q},${time(h)},${value(q, h).toFixed(3)}`));
    const instant = (h: number) => new Date(Date.UTC(2026, 8, 1) + h * 3_600_000).toISOString();
    writeFileSync(input, ["queue,time,gpus", ...lines(instant)].join("\n"));
    steps = at("steps.csv");
    writeFileSync(steps, ["queue,time,gpus", ...lines((h) => String(h + 1))].join("\n"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("writes both beside the scores, and prints the leaderboard as without them", () => {
    const plain = backtest("--out", at("plain.csv"));
    const { code, stdout } = backtest("--out", at("r.csv"), "--result", at("r.json"), "--report", at("r.html"));
    expect([code, stdout]).toEqual([0, plain.stdout]);
    const result = ForecastBacktestSchema.parse(JSON.parse(read("r.json")));
    expect(result).toMatchObject({ as_of: "2026-09-10T23:00:00Z", value: "gpus", frequency: "h", horizon: 12 });
    expect(result.createdFrom.inputs[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(read("r.html")).toContain("Which forecast to use");
  });

  it("gives the same bytes again, whatever the number of threads", () => {
    backtest("--out", at("a.csv"), "--result", at("a.json"), "--report", at("a.html"));
    backtest("--out", at("b.csv"), "--result", at("b.json"), "--report", at("b.html"), "--threads", "2");
    expect(read("b.json")).toBe(read("a.json"));
    expect(read("b.html")).toBe(read("a.html"));
  });

  it("makes the same report of the result by `report render`", () => {
    backtest("--out", at("c.csv"), "--result", at("c.json"), "--report", at("c.md"));
    const { code } = fleetlens(["report", "render", at("c.json"), "--to", "md", "--out", folder]);
    expect(code).toBe(0);
    expect(read("forecast_quality.md")).toBe(read("c.md"));
    expect(fleetlens(["report", "validate", at("c.json")]).stdout).toBe("ok\n");
  });

  it("writes a notebook", () => {
    expect(backtest("--out", at("d.csv"), "--report", at("d.ipynb")).code).toBe(0);
    expect(JSON.parse(read("d.ipynb"))).toMatchObject({ nbformat: 4 });
  });

  it("needs a date where the steps are numbers", () => {
    const args = ["forecast-backtest", steps, ...NAMES, ...SETTING, "--out", at("n.csv"), "--result", at("n.json")];
    expect(fleetlens(args)).toMatchObject({ code: 2, stderr: expect.stringContaining("--as-of") });
    expect(existsSync(at("n.csv"))).toBe(false);
    expect(fleetlens([...args, "--as-of", "2026-10-01"]).code).toBe(0);
    expect(JSON.parse(read("n.json"))).toMatchObject({ as_of: "2026-10-01T00:00:00Z", frequency: "int" });
  });

  it("says when intervals and p-values can only compare the origins of one series", () => {
    const one = at("one.csv");
    const lines = readFileSync(input, "utf8").split("\n");
    writeFileSync(one, [lines[0], ...lines.filter((line) => line.startsWith("q0"))].join("\n"));
    const args = ["forecast-backtest", one, ...NAMES, ...SETTING, "--out", at("one-scores.csv")];
    expect(fleetlens(args)).toMatchObject({ code: 0, stderr: expect.stringContaining("one series only") });
    expect(backtest("--out", at("p.csv")).stderr).toBe("");
  });

  it("refuses names that it cannot write to, before it works", () => {
    expect(backtest("--out", at("x.csv"), "--report", at("x.pdf"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("ends in .html, .md, .ipynb"),
    });
    expect(backtest("--out", at("x.csv"), "--result", at("x.csv")).code).toBe(2);
    expect(backtest("--out", at("x.csv"), "--result", at("x.json"), "--as-of", "soon").code).toBe(2);
    expect(existsSync(at("x.csv"))).toBe(false);
  });
});
