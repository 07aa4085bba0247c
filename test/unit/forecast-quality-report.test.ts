import { beforeAll, describe, expect, it } from "vitest";
import { backtestPanel, fixtureBacktest } from "../../fixtures/backtest.js";
import { coverageBand } from "../../reports/forecast-quality/coverage-band.js";
import { findingWords } from "../../reports/forecast-quality/finding-words.js";
import { intervalWords, judgeInterval } from "../../reports/forecast-quality/judge-interval.js";
import { blockMeans, blockPositions } from "../../reports/forecast-quality/thin-steps.js";
import { forecastQualityReport, notebooks } from "../../reports/index.js";
import { ReportError } from "../../src/core/index.js";
import { FINDING_KINDS } from "../../src/forecast/diagnose.js";
import type { ForecastBacktest } from "../../src/forecast/index.js";
import { type Cell, defineReport, type Report } from "../../src/report/index.js";

let result: ForecastBacktest;
let report: Report;
beforeAll(async () => {
  result = await fixtureBacktest();
  report = forecastQualityReport(result);
});

const cell = (from: Report, id: string): Cell => {
  const found = from.cells.find((one) => one.id === id);
  if (!found) throw new Error(`no cell "${id}"; there are ${from.cells.map((one) => one.id).join(", ")}`);
  return found;
};
const table = (from: Report, id: string) => cell(from, id) as Cell & { kind: "table" };
const prose = (from: Report, id: string) => (cell(from, id) as Cell & { kind: "prose" }).markdown.replaceAll("\\", "");
const charts = (from: Report) => from.cells.filter((one) => one.kind === "chart");

/** Rows of the data of a chart, wherever in the spec they stand. */
const rowsOf = (value: unknown): number[] => {
  if (Array.isArray(value)) return value.flatMap(rowsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "values" && Array.isArray(inner) ? [inner.length] : rowsOf(inner),
  );
};

interface Layer {
  encoding?: Record<string, { type?: string; axis?: { title?: string | null } }>;
}
const layersOf = (spec: Record<string, unknown>) => spec["layer"] as Layer[];
const axisTitles = (spec: Record<string, unknown>, channel: "x" | "y"): string =>
  layersOf(spec)
    .map(({ encoding }) => encoding?.[channel]?.axis?.title ?? "")
    .join("");
/** Names along an axis say themselves what they are. */
const namesModels = (spec: Record<string, unknown>): boolean =>
  layersOf(spec).some(({ encoding }) => encoding?.["y"]?.type === "nominal");

/** The result with its best model changed. */
const withBest = (change: Partial<ForecastBacktest["models"][number]>): ForecastBacktest => ({
  ...result,
  models: [{ ...result.models[0], ...change }, ...result.models.slice(1)],
});

describe("the backtest as a report", () => {
  it("is a valid report, dated with the data and not with the clock", () => {
    expect(defineReport(report)).toEqual(report);
    expect(report).toMatchObject({ generatedAt: result.as_of, title: "Forecast quality: demand" });
    expect(report.provenance?.inputs).toEqual(result.createdFrom.inputs);
  });

  it("is the same for the same result, and leaves it as it was", () => {
    const before = JSON.stringify(result);
    expect(JSON.stringify(forecastQualityReport(structuredClone(result)))).toBe(JSON.stringify(report));
    expect(JSON.stringify(result)).toBe(before);
  });

  it("has every section, each opening with a sentence", () => {
    const heads = ["verdict", "leaderboard", "intervals", "horizon", "series", "worst", "losses", "quality", "method"];
    for (const id of heads) expect(prose(report, id)).toMatch(/^# [A-Z][^\n]+\n\n\S[^\n]+[.:]$/);
    const order = heads.map((id) => report.cells.findIndex((one) => one.id === id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("repeats the result's figures", () => {
    const rows = table(report, "leaderboard-scores").rows;
    expect(rows.map((row) => [row["model"], row["mase"]])).toEqual(result.models.map((m) => [m.model, m.mase]));
    expect(rows.map((row) => row["holm"])[0]).toBe("best");
    expect(table(report, "series-scores").rows.map((row) => row["mase"])).toEqual(result.series.map((s) => s.mase));
    expect(table(report, "losses-series").rows).toHaveLength(result.losses?.series.length ?? -1);
    expect(table(report, "quality-left-out").rows).toEqual([{ id: "opened-late", values: 4 }]);
  });

  it("gives every chart a title, titled axes and an alternative text with figures of its own", () => {
    const alts = charts(report).map(({ alt }) => alt);
    expect(new Set(alts).size).toBe(alts.length);
    expect(charts(report)).toHaveLength(7 + result.shown.length);
    for (const { alt, spec } of charts(report)) {
      expect(alt).toMatch(/\d/);
      expect(String(spec["title"])).toMatch(/^[A-Z]/);
      expect(axisTitles(spec, "x")).toMatch(/\w/);
      expect(axisTitles(spec, "y") || namesModels(spec)).toBeTruthy();
    }
  });

  it("draws a bounded number of points, however far the horizon reaches", () => {
    for (const { spec } of charts(report)) expect(Math.max(...rowsOf(spec))).toBeLessThanOrEqual(700);
    const long = 5000;
    const stretch = <T>(x: readonly T[]): T[] => Array.from({ length: long }, (_, i) => x[i % x.length]);
    const model = result.models[0];
    const far: ForecastBacktest = {
      ...withBest({
        steps: Object.fromEntries(
          Object.entries(model.steps).map(([key, x]) => [key, stretch<number | null>(x)]),
        ) as typeof model.steps,
      }),
      horizon: long,
      shown: [
        Object.fromEntries(
          Object.entries(result.shown[0]).map(([key, x]) => [
            key,
            Array.isArray(x) && key !== "findings" ? stretch<unknown>(x) : x,
          ]),
        ) as unknown as ForecastBacktest["shown"][number],
      ],
    };
    for (const { spec } of charts(forecastQualityReport(far))) expect(Math.max(...rowsOf(spec))).toBeLessThan(700);
  });
});

describe("the verdict", () => {
  it("names the model, its gain over seasonal naive with interval and p, and how honest it is", () => {
    const [best] = result.models;
    expect(prose(report, "verdict")).toContain(
      `Use ${best.model}. Its error is ${Math.round((best.skill ?? 0) * 100)}`,
    );
    expect(prose(report, "verdict")).toMatch(/95\u00a0% interval .* to .*, p [<=] /);
    expect(prose(report, "verdict-words")).toMatch(/80\u00a0% interval/);
  });

  it("says when the gain may be chance, is unknown, or when nothing beats seasonal naive", () => {
    const chance = { ...result, models: result.models.map((m, i) => (i ? { ...m, dm_p_holm: 0.4 } : m)) };
    expect(prose(forecastQualityReport(chance), "verdict")).toContain("p = 0.4); that may be chance.");
    expect(prose(forecastQualityReport({ ...result, baseline: null, losses: null }), "verdict")).toContain(
      "seasonal_naive was not among the models",
    );
    const naive = result.models.find(({ model }) => model === "seasonal_naive");
    if (!naive) throw new Error("no seasonal naive");
    const reordered = { ...result, losses: null, models: [naive, ...result.models.filter((m) => m !== naive)] };
    expect(prose(forecastQualityReport(reordered), "verdict")).toContain("No other model beats seasonal_naive");
  });

  it.each([
    ["honest", 0.79, 0.75, 0.83, /^Believe its 80\u00a0% interval: it held 79/],
    ["honest", 0.79, 0.785, 0.795, /^Believe/],
    ["plausible", 0.72, 0.6, 0.84, /may be believed\.$/],
    ["narrow", 0.6, 0.55, 0.66, /too narrow and held only 60/],
    ["wide", 0.95, 0.92, 0.97, /wider than it needs to be/],
    ["unknown", 0.7, null, null, /too little to judge/],
  ] as const)("judges an interval as %s at %s", (verdict, held, lo, hi, words) => {
    const judged = judgeInterval(
      { ...result.models[0], coverage_80: held, coverage_80_lo: lo, coverage_80_hi: hi },
      80,
    );
    expect(judged.verdict).toBe(verdict);
    expect(intervalWords(judged)).toMatch(words);
  });

  it("names the series that makes up most of the error", () => {
    const series = result.series.map((s, i) => (i ? s : { ...s, mase: 40 }));
    const values = series.flatMap(({ mase }) => mase ?? []).sort((a, b) => a - b);
    const dominated = { ...withBest({ series_mase: values }), series };
    expect(prose(forecastQualityReport(dominated), "verdict-words")).toContain(`${series[0].id} alone makes up`);
    expect(prose(report, "verdict-words")).not.toContain("alone makes up");
  });

  it("says which model is best when large series count by their size", () => {
    const models = result.models.map((m, i) => ({ ...m, pooled_wape: i === 1 ? 0.1 : 0.2 }));
    const other = forecastQualityReport({ ...result, models });
    expect(prose(other, "verdict-words")).toContain(`${models[1].model} errs less by that measure (10`);
  });
});

describe("bands and thinning", () => {
  it("gives the range of chance of a binomial share, wider by the root of the design effect", () => {
    const band = coverageBand(0.8, 100, 1);
    expect(band?.lo).toBeCloseTo(0.8 - 1.96 * 0.04, 12);
    expect(band?.hi).toBeCloseTo(0.8 + 1.96 * 0.04, 12);
    expect(coverageBand(0.8, 400, 4)).toEqual(band);
    expect(coverageBand(0.95, 5, 1)?.hi).toBe(1);
    expect(coverageBand(0.8, 0, 1)).toBeNull();
  });

  it("averages blocks of steps and places them in their middle", () => {
    expect(blockMeans([1, 3, null, null, 5], 2)).toEqual([2, null, 5]);
    expect(blockPositions(5, 2, 1)).toEqual([1.5, 3.5, 5]);
    expect(blockPositions(3, 1, 1)).toEqual([1, 2, 3]);
  });
});

describe("the worst forecasts", () => {
  it("has a sentence for every kind of finding, whose figures are those found", () => {
    const names = ["missing", "steps", "season", "of", "expected", "after", "before", "largest_before", "changes"];
    const more = ["from", "width", "above", "least", "most", "bound", "stretches", "peak", "low", "share"];
    const keys = [...names, ...more, "relative", "naive", "mase", "seasonal_naive"];
    const figures = Object.fromEntries(keys.map((key, i) => [key, /share|relative|naive$/.test(key) ? 0.5 : i + 2]));
    for (const kind of FINDING_KINDS) {
      const words = findingWords(result, { kind, figures });
      expect(words).toMatch(/^[A-Z].*\d.*\.$/);
      expect(words).not.toMatch(/NaN|undefined|—/);
    }
  });

  it("says so when nothing explains the error", () => {
    const bare = forecastQualityReport({ ...result, shown: result.shown.map((s) => ({ ...s, findings: [] })) });
    expect(prose(bare, "worst-1-words")).toContain("Nothing stands out");
    expect(prose(bare, "worst")).toContain("0 of them have");
  });

  it("is an empty section with a reason when no forecast could be scored", () => {
    expect(prose(forecastQualityReport({ ...result, shown: [] }), "worst")).toContain("could be scored by MASE");
  });
});

describe("the notebook of the kind forecast-backtest", () => {
  it("makes the report of a result read from JSON", () => {
    expect(notebooks["forecast-backtest"](JSON.parse(JSON.stringify(result)))).toEqual(report);
  });

  it("refuses what is none and says where", () => {
    expect(() => notebooks["forecast-backtest"]({ ...result, horizon: "24" })).toThrow(
      /^not a forecast backtest at \$\.horizon: /,
    );
    expect(() => notebooks["forecast-backtest"](null)).toThrow(ReportError);
  });
});

describe("small and hostile panels", () => {
  const HOSTILE = ["<img src=x onerror=alert(1)>", "# x\n\n- [a](javascript:alert(1))", "_a_ *b* `c` | d", "__proto__"];

  it("stay text in prose, tables and charts", async () => {
    const panel = backtestPanel().map((s, i) => ({ ...s, id: HOSTILE[i] ?? s.id }));
    const made = forecastQualityReport({ ...(await fixtureBacktest(panel)), value: HOSTILE[1] });
    expect(defineReport(made)).toEqual(made);
    for (const one of made.cells) {
      if (one.kind !== "prose") continue;
      expect(one.markdown).not.toContain("<img");
      expect(one.markdown).not.toMatch(/(?<!\\)\]\(/);
      expect(one.markdown.split("\n").filter((line) => line.startsWith("# ")).length).toBeLessThanOrEqual(1);
    }
    expect(table(made, "series-scores").rows.map((row) => row["id"])).toEqual(expect.arrayContaining(HOSTILE));
  });

  it.each([
    ["one series", 1, 3],
    ["one series at one origin", 1, 1],
    ["two series", 2, 1],
  ])("makes a valid report of %s", async (_name, series, origins) => {
    const made = forecastQualityReport(await fixtureBacktest(backtestPanel().slice(2, 2 + series), { origins }));
    expect(defineReport(made)).toEqual(made);
    expect(prose(made, "verdict-words")).toMatch(series === 1 ? /With one series only its origins/ : /few series/);
  });

  it.each([
    ["one model", ["naive"]],
    ["seasonal naive alone", ["seasonal_naive"]],
    ["many models", ["naive", "seasonal_naive", "empirical_mix", "seasonal_growth", "lag_ridge", "auto"]],
  ])("makes a valid report of %s", async (_name, models) => {
    const made = forecastQualityReport(await fixtureBacktest(backtestPanel().slice(0, 4), { models, origins: 1 }));
    expect(defineReport(made)).toEqual(made);
  });

  it("makes a valid report where no history has a scale", async () => {
    const flat = backtestPanel()
      .slice(2, 5)
      .map((s) => ({ ...s, y: s.y.map(() => 5) }));
    const made = forecastQualityReport(await fixtureBacktest(flat, { origins: 1 }));
    expect(defineReport(made)).toEqual(made);
    expect(prose(made, "quality-unscaled")).toContain("constant");
  });
});

type Neural = NonNullable<ForecastBacktest["neural"]>;

const NET: Neural = { backend: "wasm", weights_sha256: null, joins: [] };
const test = (steps_before_end: number, joined: boolean, gain: number | null) => ({
  ...{ steps_before_end, joined, as: joined ? ("member" as const) : null, gain, se: 0.01, series: 12, origins: 4 },
});

describe("the neural model in the report on forecasts", () => {
  const cellsOf = (neural?: Neural) => {
    const report = forecastQualityReport({ ...result, ...(neural ? { neural } : {}) });
    expect(defineReport(report)).toEqual(report);
    return report.cells.filter(({ id }) => id?.startsWith("neural"));
  };
  const textOf = (neural: Neural): string =>
    cellsOf(neural)
      .flatMap((cell) => (cell.kind === "prose" ? [cell.markdown] : []))
      .join("\n")
      .replaceAll("\\", "");

  it("is absent where none was asked for", () => {
    expect(cellsOf()).toEqual([]);
  });

  it("says from how many origins it joined, and by how much the error fell there", () => {
    const [first, second] = result.origins.map(({ steps_before_end }) => steps_before_end);
    const neural = { ...NET, joins: [test(first, true, 0.05), test(second, false, -0.02)] };
    expect(textOf(neural)).toContain(
      "joined the forecasts of auto from 1 of 2 origins: there it lowered the error by 5\u00a0%",
    );
    expect(textOf(neural)).toContain("trained anew on what lies before, on the tensor backend wasm");
    const table = cellsOf(neural).find(({ kind }) => kind === "table");
    expect(table).toMatchObject({
      rows: [
        { joined: "in the pool", gain: 0.05, se: 0.01, series: 12 },
        { joined: "no", gain: -0.02 },
      ],
    });
  });

  it("says where it joined nowhere, and where it was on trial nowhere", () => {
    expect(textOf({ ...NET, joins: [test(12, false, null)] })).toContain(
      "from 0 of 1 origin, so that auto is the same",
    );
    expect(textOf(NET)).toContain("on trial nowhere");
    expect(cellsOf(NET).some(({ kind }) => kind === "table")).toBe(false);
    expect(textOf({ ...NET, weights_sha256: "ab".repeat(32) })).toContain(
      "read from a file of weights (SHA-256 abababababab…)",
    );
  });
});
