import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ForecastMetaSchema } from "../../src/cli/forecast/forecast-meta-schema.js";
import { createRandom } from "../../src/core/random.js";
import { ForecastBacktestSchema } from "../../src/forecast/index.js";
import { NeuralWeightsSchema } from "../../src/ingest/neural/neural-weights-file.js";
import { fleetlens } from "./program.js";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 8, 7);
const NAMES = ["--id", "queue", "--time", "time", "--value", "gpus"];
const SETTING = [...NAMES, "--horizon", "12", "--season", "24", "--quantiles", "0.1"];
const TFJS = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"];

describe("fleetlens forecast --neural", () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const text = (name: string): string => readFileSync(at(name), "utf8");
  const meta = (name: string) => ForecastMetaSchema.parse(JSON.parse(text(name)));

  /** Hourly queues of one daily shape, times as time stamps or as steps. */
  function queues(name: string, count: number, hours: number, time: (hour: number) => string | number): string {
    const lines = ["queue,time,gpus"];
    for (let q = 0; q < count; q++) {
      const random = createRandom(4).child(`q${q}`);
      for (let h = 0; h < hours; h++) {
        const day = 8 * Math.sin((2 * Math.PI * h) / 24) + (h % 24 === 9 ? 15 : 0);
        lines.push(`q${q},${time(h)},${(30 + 5 * q + day + random.normal()).toFixed(3)}`);
      }
    }
    writeFileSync(at(name), `${lines.join("\n")}\n`);
    return at(name);
  }

  let input: string;
  let trained: ReturnType<typeof fleetlens>;
  const forecast = (out: string, args: string[], options?: Parameters<typeof fleetlens>[1]) =>
    fleetlens(["forecast", input, ...SETTING, ...args, "--out", at(out)], options);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleetlens-neural-"));
    input = queues("queues.csv", 6, 240, (h) => new Date(START + h * HOUR).toISOString());
    trained = forecast("on.csv", ["--neural", "on", "--backend", "wasm", "--save-weights", at("net.json"), "--meta"]);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("trains, judges the network at the origins, and says what became of it", () => {
    expect(trained.code).toBe(0);
    const { neural, createdFrom, warnings, series } = meta("on.meta.json");
    if (typeof neural === "string") throw new Error(neural);
    expect(neural).toMatchObject({
      backend: "wasm",
      seed: 0,
      series: 6,
      weights_sha256: null,
      batches: [{ series: 6 }],
    });
    expect(neural.loss).toBeLessThan(neural.naive_loss as number);
    expect(createdFrom.options["neural"]).toBe("on");
    const joined = series.every(({ weights }) => (weights["neural"] ?? 0) > 0);
    expect(neural.joined).toBe(joined);
    expect(neural.gain).toBe(neural.batches[0].gain);
    const said = joined ? trained.stdout : warnings.join();
    expect(said).toMatch(
      joined ? /the neural model joined \(errors at the origins / : /the neural model is left out: /,
    );
  });

  it("writes networks that give the same bytes again, with any number of threads and without any tensor library", () => {
    const file = NeuralWeightsSchema.parse(JSON.parse(text("net.json")));
    expect(file).toMatchObject({ frequency: "h", whole: { shape: { horizon: 12, seasons: [24] } } });
    const again = forecast("again.csv", ["--weights", at("net.json"), "--threads", "2", "--meta"], { without: TFJS });
    expect([again.code, text("again.csv")]).toEqual([0, text("on.csv")]);
    expect(meta("again.meta.json").neural).toMatchObject({ weights_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    // Seen nothing but what came before the origins of these very series.
    expect(again.stderr).not.toContain("--weights");
  });

  it("forecasts by the network alone, also series that it never saw", () => {
    const alone = (out: string, threads: string) =>
      forecast(out, ["--model", "neural", "--weights", at("net.json"), "--threads", threads]);
    expect([alone("alone.csv", "1").code, alone("alone2.csv", "2").code]).toEqual([0, 0]);
    expect(text("alone2.csv")).toBe(text("alone.csv"));
    const rows = text("alone.csv").trim().split("\n").slice(1);
    expect(rows).toHaveLength(6 * 12);
    for (const row of rows) {
      const [, , , mean, lo80, hi80, lo95, hi95, model, q10] = row.split(",");
      expect(model).toBe("neural");
      const bounds = [lo95, lo80, mean, hi80, hi95].map(Number);
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      expect(Number(q10)).toBe(Number(lo80));
    }
    const unseen = queues("unseen.csv", 9, 200, (h) => new Date(START + (h + 400) * HOUR).toISOString());
    const run = fleetlens([
      ...["forecast", unseen, ...SETTING, "--model", "neural", "--weights", at("net.json")],
      ...["--tz", "UTC", "--out", at("unseen-out.csv")],
    ]);
    expect([run.code, run.stderr]).toEqual([
      2,
      expect.stringContaining("the networks forecast 12 steps, 14 are needed"),
    ]);
    const plain = ["forecast", unseen, ...SETTING, "--model", "neural", "--weights", at("net.json")];
    expect(fleetlens([...plain, "--out", at("unseen-out.csv")])).toMatchObject({ code: 0, stderr: "" });
  });

  it("warns of networks that have seen what they are judged by", () => {
    const early = queues("early.csv", 6, 200, (h) => new Date(START + h * HOUR).toISOString());
    const run = fleetlens(["forecast", early, ...SETTING, "--weights", at("net.json"), "--out", at("early-out.csv")]);
    expect([run.code, run.stderr]).toEqual([
      0,
      expect.stringMatching(/--weights: the networks have seen values \d+ steps after the earliest origin/),
    ]);
  });

  it("goes on without a tensor library in auto, to the byte, and ends with 3 where it must have one", () => {
    expect(forecast("off.csv", ["--meta"]).code).toBe(0);
    expect(meta("off.meta.json").neural).toBe("off");
    const auto = forecast("auto.csv", ["--neural", "auto", "--meta"], { without: TFJS });
    expect([auto.code, text("auto.csv")]).toEqual([0, text("off.csv")]);
    expect(meta("auto.meta.json")).toMatchObject({
      neural: "unavailable",
      warnings: [expect.stringMatching(/^the pool runs without the neural model: .*npm install/)],
    });
    const refused = (...args: string[]) => forecast("none.csv", args, { without: TFJS });
    expect(refused("--neural", "on")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^E_BACKEND_UNAVAILABLE: /),
    });
    expect(refused("--neural", "auto", "--backend", "wasm").code).toBe(3);
    expect(refused("--neural", "auto", "--model", "neural")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^E_NEURAL_UNAVAILABLE: the model "neural" cannot be had: /),
    });
  });

  it("goes on without it where the series are too short to train on, unless it must be", () => {
    const short = queues("short.csv", 3, 30, (h) => h + 1);
    const run = (mode: string) =>
      fleetlens(["forecast", short, ...SETTING, "--neural", mode, "--backend", "cpu", "--out", at("short-out.csv")]);
    expect(run("auto")).toMatchObject({ code: 0, stderr: expect.stringContaining("runs without the neural model") });
    expect(run("on")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^E_INPUT: .*: before the earliest origins inside the histories, the neural model needs a series of/,
      ),
    });
  });

  it("refuses files that are no networks for these series", () => {
    const refused = (content: string, ...args: string[]) => {
      writeFileSync(at("bad.json"), content);
      const { code, stderr } = forecast("bad.csv", ["--weights", at("bad.json"), ...args]);
      return [code, stderr.replaceAll(folder, "")];
    };
    const net = text("net.json");
    const is = (pattern: RegExp) => [2, expect.stringMatching(pattern)];
    expect(refused(net.slice(0, -100))).toEqual(is(/^E_INPUT: \/bad\.json: not JSON .* was it cut off\?\n$/));
    expect(refused('{"schema":"fleetlens.demand/1"}')).toEqual(is(/\/bad\.json: no file of --save-weights: .*schema/));
    expect(refused(net.replace('"steps":', '"steps":1'))).toEqual(is(/\/bad\.json at_origins: checksum: /));
    expect(refused(net, "--horizon", "13")).toEqual(is(/the networks forecast 12 steps, 13 are needed here/));
    expect(refused(net.replace('"frequency":"h"', '"frequency":"D"'))).toEqual(is(/trained on steps of "D"/));
    expect(forecast("bad.csv", ["--weights", at("no.json")]).stderr).toMatch(
      /cannot read neural weights ".*": no such file/,
    );
  });

  it.each([
    [["--model", "neural"], 'the model "neural" needs --neural auto, --neural on or --weights'],
    [["--backend", "wasm"], "--backend needs --neural auto or on"],
    [["--save-weights", "w.json"], "--save-weights needs --neural auto or on"],
    [["--neural", "on", "--model", "theta"], 'the neural model joins "auto", or is named: add neural to theta'],
    [["--weights", "w.json", "--backend", "cpu"], "--backend is for training, which --weights makes needless"],
    [["--weights", "w.json", "--save-weights", "v.json"], "--save-weights would write what --weights reads"],
    [["--neural", "auto", "--shard", "0/2"], "train once with --save-weights, and give the shards --weights"],
  ])("refuses %s", (args, words) => {
    const out = args.includes("--shard") ? "parts" : "x.csv";
    expect(forecast(out, args)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });

  it("gives the whole from shards that use the same networks", () => {
    for (const [k, model] of [
      ["a", "auto"],
      ["b", "neural"],
    ] as const) {
      const args = ["--weights", at("net.json"), "--meta", "--model", model];
      expect(forecast(`whole-${k}.csv`, args).code).toBe(0);
      for (const shard of ["0/2", "1/2"]) expect(forecast(`parts-${k}`, [...args, "--shard", shard]).code).toBe(0);
      const merged = fleetlens(["merge", "--inputs", at(`parts-${k}`), "--out", at(`merged-${k}.csv`)]);
      expect(merged.code).toBe(0);
      expect(text(`merged-${k}.csv`)).toBe(text(`whole-${k}.csv`));
      expect(text(`merged-${k}.meta.json`)).toBe(text(`whole-${k}.meta.json`));
    }
  });

  it("is part of a hierarchy's forecasts", () => {
    const lines = text("queues.csv").split("\n");
    const tree = [
      `pool,${lines[0]}`,
      ...lines
        .slice(1)
        .filter(Boolean)
        .map((line) => `p${Number(line[1]) % 2},${line}`),
    ];
    writeFileSync(at("tree.csv"), tree.join("\n"));
    const args = ["--hierarchy", "pool,queue", "--model", "neural", "--weights", at("net.json")];
    for (const method of ["bu", "td"]) {
      const out = at(`tree-${method}.csv`);
      const run = fleetlens(["forecast", at("tree.csv"), ...SETTING, ...args, "--reconcile", method, "--out", out]);
      expect(run.code).toBe(0);
      expect(readFileSync(out, "utf8")).toMatch(/^q0,.*,neural,/m);
    }
  });

  it("is backtested with a network trained before each origin", () => {
    const run = fleetlens([
      ...["forecast-backtest", input, ...NAMES, "--horizon", "12", "--season", "24", "--origins", "1"],
      ...["--neural", "on", "--backend", "wasm", "--models", "auto,neural,seasonal_naive"],
      ...["--out", at("b.csv"), "--result", at("b.json"), "--report", at("b.md")],
    ]);
    expect(run.code).toBe(0);
    const { neural, models } = ForecastBacktestSchema.parse(JSON.parse(text("b.json")));
    expect(models.map(({ model }) => model).toSorted()).toEqual(["auto", "neural", "seasonal_naive"]);
    expect(neural).toMatchObject({
      backend: "wasm",
      weights_sha256: null,
      joins: [{ steps_before_end: 12, series: 6 }],
    });
    expect(text("b.md")).toContain("## Neural model");
    const seen = fleetlens([
      ...["forecast-backtest", input, ...NAMES, "--horizon", "12", "--season", "24", "--origins", "2"],
      ...["--models", "neural", "--weights", at("net.json"), "--out", at("c.csv")],
    ]);
    expect([seen.code, seen.stderr]).toEqual([
      0,
      expect.stringContaining("the networks have seen 24 steps after the first origin"),
    ]);
    const off = fleetlens([
      "forecast-backtest",
      input,
      ...NAMES,
      "--horizon",
      "12",
      "--origins",
      "1",
      "--models",
      "neural",
      "--out",
      at("d.csv"),
    ]);
    expect(off.code).toBe(2);
  }, 300_000);
}, 300_000);
