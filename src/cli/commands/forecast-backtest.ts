import type { Command } from "commander";
import { addSeriesOptions, modelList, readPanel, type SeriesCommandOptions } from "../forecast/series-options.js";
import { action, integer } from "../frame.js";

interface Options extends SeriesCommandOptions {
  origins: number;
  step?: number;
  models: string[];
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens forecast-backtest demand.parquet --id queue --time time --value gpus --horizon 168 --origins 4 \\
    --models auto,lag_ridge,seasonal_naive --out backtest.parquet`;

export function registerForecastBacktest(program: Command): void {
  const command = program
    .command("forecast-backtest")
    .description("Score models on rolling origins; each sees only what lies before its origin.")
    .argument("<input>", "as for `forecast`");
  addSeriesOptions(command)
    .requiredOption("--origins <k>", "number of origins; the last leaves exactly the horizon", integer(1, 1000))
    .option("--step <s>", "steps between origins (default: the horizon)", integer(1))
    .option("--models <names>", "models to compare", modelList, ["auto", "seasonal_naive"])
    .requiredOption("--out <file>", "scores by series, origin and model: .parquet, .csv or .json")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { crossValidate, leaderboard } = await import("../../forecast/index.js");
    const { InputError } = await import("../../core/errors.js");
    const { forecastParallel, tableFormat, writeAtomically, writeTable } = await import("../../ingest/index.js");
    tableFormat(o.out);
    onProgress(0, 0, "reading");
    const panel = await readPanel(input, o, signal);
    const rows = await crossValidate(panel.series, {
      horizon: o.horizon,
      season: panel.season,
      models: o.models,
      seed: o.seed,
      maxGap: panel.maxGap,
      origins: o.origins,
      step: o.step,
      clock: () => performance.now() / 1000,
      forecaster: (training, options) => forecastParallel(training, { ...options, threads: o.threads }),
      signal,
      onProgress,
    });
    if (rows.length === 0) {
      throw new InputError(`no series is long enough for ${o.origins} origins of ${o.horizon} steps; ask for fewer`, {
        origins: o.origins,
      });
    }
    const numbers = ["smape", "mase", "rmsse", "wql", "msis_95", "coverage_80", "coverage_95", "seconds"] as const;
    const outputs = await writeAtomically(async (files) => {
      const originType = panel.grid === "int" ? ("BIGINT" as const) : ("TIMESTAMP" as const);
      const columns = [
        { name: "id", type: "VARCHAR" as const, data: rows.map((r) => r.id) },
        { name: "origin", type: originType, data: rows.map((r) => r.origin) },
        { name: "model", type: "VARCHAR" as const, data: rows.map((r) => r.model) },
        ...numbers.map((name) => ({ name, type: "DOUBLE" as const, data: rows.map((r) => r[name]) })),
      ];
      await writeTable(await files.reserve(o.out), columns, { format: tableFormat(o.out) });
    });
    const board = leaderboard(rows, o.seed);
    return {
      outputs,
      warnings: panel.warnings,
      summary: { rows: rows.length, leaderboard: board },
      text: table(board),
    };
  });
}

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
