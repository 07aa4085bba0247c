import type { Command } from "commander";
import { addNeuralOptions, type NeuralOptions, neuralRequest } from "../forecast/neural-options.js";
import { addSeriesOptions, modelList, readPanel, type SeriesCommandOptions } from "../forecast/series-options.js";
import { action, integer } from "../frame.js";

interface Options extends SeriesCommandOptions, NeuralOptions {
  origins: number;
  step?: number;
  models: string[];
  out: string;
  result?: string;
  report?: string;
  asOf?: string;
}

const EXAMPLES = `
Examples:
  fleetlens forecast-backtest demand.parquet --id queue --time time --value gpus --horizon 168 --origins 4 \\
    --models auto,lag_ridge,seasonal_naive --out backtest.parquet
  fleetlens forecast-backtest demand.parquet --id queue --time time --value gpus --horizon 168 --origins 4 \\
    --out backtest.parquet --result backtest.json --report quality.html
  fleetlens forecast-backtest demand.parquet --id queue --time time --value gpus --horizon 168 --origins 4 --neural auto \\
    --models auto,neural,seasonal_naive --out backtest.parquet`;

const ONE_SERIES = "there is one series only: intervals and p-values compare its origins, and few origins say little";

export function registerForecastBacktest(program: Command): void {
  const command = program
    .command("forecast-backtest")
    .description("Score models on rolling origins; each sees only what lies before its origin.")
    .argument("<input>", "as for `forecast`");
  addNeuralOptions(addSeriesOptions(command))
    .requiredOption("--origins <k>", "number of origins; the last leaves exactly the horizon", integer(1, 1000))
    .option("--step <s>", "steps between origins (default: the horizon)", integer(1))
    .option("--models <names>", "models to compare", modelList, ["auto", "seasonal_naive"])
    .requiredOption("--out <file>", "scores by series, origin and model: .parquet, .csv or .json")
    .option("--result <file>", "also write everything found as .json; `report render` makes the report of it")
    .option("--report <file>", "also write the report on the forecasts' quality: .html, .md or .ipynb")
    .option("--as-of <instant>", "date of the result and the report (default: the last observation)")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, context) => {
    const { signal, onProgress } = context;
    const { backtest, forecastBacktestResult, lastObservation, leaderboard, samplingUnits } = await import(
      "../../forecast/index.js"
    );
    const { InputError } = await import("../../core/errors.js");
    const { parseInstant } = await import("../../core/time.js");
    const { forecastParallel, tableFormat } = await import("../../ingest/index.js");
    const { REPORT_FORMATS, reportFormat, writeBacktest } = await import("../forecast/write-backtest.js");
    const { refuseOwnInput } = await import("../own-input.js");
    tableFormat(o.out);
    refuseOwnInput(input, [o.out, o.result, o.report]);
    if (o.weights !== undefined) refuseOwnInput(o.weights, [o.out, o.result, o.report]);
    const files = [o.out, o.result, o.report].filter((file) => file !== undefined);
    if (new Set(files).size < files.length) {
      throw new InputError("--out, --result and --report must be different files", { option: "out" });
    }
    if (o.report !== undefined && reportFormat(o.report) === undefined) {
      throw new InputError(`--report ${o.report}: expected a name that ends in .${REPORT_FORMATS.join(", .")}`, {
        option: "report",
      });
    }
    const given = o.asOf === undefined ? null : parseInstant(o.asOf, "--as-of");
    const wanted = o.result !== undefined || o.report !== undefined;
    const request = neuralRequest(o, o.models);
    const neuralOf = request && (await (await neuralModule()).openNeuralBacktest(request, o.models));
    onProgress(0, 0, "reading");
    const panel = await readPanel(input, o, signal);
    const { series, season, maxGap } = panel;
    const asOf = wanted ? (given ?? lastObservation(series, panel.grid)) : null;
    const neural = neuralOf?.(panel, o.horizon + (o.origins - 1) * (o.step ?? o.horizon), context);
    const found = await backtest(series, {
      horizon: o.horizon,
      season,
      models: o.models,
      seed: o.seed,
      maxGap,
      intervals: o.intervals,
      origins: o.origins,
      step: o.step,
      clock: () => performance.now() / 1000,
      forecaster: async (training, options) => {
        const own = await neural?.netsFor(training, options);
        const forecasts = await forecastParallel(training, { ...options, threads: o.threads, neural: own });
        neural?.note(forecasts[0]?.joins);
        return forecasts;
      },
      signal,
      onProgress,
    });
    const { rows, horizon, step } = found;
    if (rows.length === 0) {
      throw new InputError(`no series is long enough for ${o.origins} origins of ${o.horizon} steps; ask for fewer`, {
        origins: o.origins,
      });
    }
    const { id, time, value, origins, models } = o;
    const warnings = [...panel.warnings, ...(neural?.warnings() ?? [])];
    const result =
      asOf === null
        ? null
        : forecastBacktestResult(series, found, {
            season,
            maxGap,
            frequency: panel.grid,
            value,
            seed: o.seed,
            asOf,
            inputs: panel.inputs,
            options: {
              ...{ id, time, value, horizon, season, origins, step, models, maxGap, intervals: o.intervals },
              ...(request ? { neural: o.neural } : {}),
            },
            neural: neural?.result(found),
            warnings,
          });
    const outputs = await writeBacktest(o, rows, panel.grid === "int" ? "BIGINT" : "TIMESTAMP", result);
    const board = leaderboard(rows, { seed: o.seed, overlap: Math.ceil(horizon / step) - 1 });
    const single = samplingUnits(rows).unit === "origins" ? [ONE_SERIES] : [];
    return {
      outputs,
      warnings: [...warnings, ...single],
      summary: { rows: rows.length, leaderboard: board },
      text: table(board),
    };
  });
}

const neuralModule = () => import("../forecast/neural-backtest.js");

function table(board: readonly import("../../forecast/index.js").LeaderboardRow[]): string {
  const show = (v: number, digits = 4): string => (Number.isFinite(v) ? v.toFixed(digits) : "—");
  const head = ["model", "sMAPE", "MASE", "95 % CI", "wQL", "cover 80", "cover 95", "DM p vs best"];
  const lines = board.map((r) => [
    r.model,
    show(r.smape, 2),
    show(r.mase),
    `${show(r.mase_lo)} – ${show(r.mase_hi)}`,
    show(r.wql),
    show(r.coverage_80, 3),
    show(r.coverage_95, 3),
    r.dm_p_value === null ? "best" : show(r.dm_p_value, 3),
  ]);
  const widths = head.map((h, c) => Math.max(h.length, ...lines.map((l) => l[c].length)));
  return [head, ...lines]
    .map((l) =>
      l
        .map((v, c) => v.padEnd(widths[c]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
