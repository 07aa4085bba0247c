import { type Command, InvalidArgumentError, Option } from "commander";
import type { ChangeModel, ChangesFileSeries, Penalty } from "../../changepoint/index.js";
import type { ChangepointOptions } from "../changepoint/read-tasks.js";
import { action, integer } from "../frame.js";

interface Options extends ChangepointOptions {
  penalty: Penalty;
  minSize?: number;
  period: "auto" | "none" | number;
  level: number;
  threads: number;
  timing: boolean;
  out: string;
}

const MODELS: readonly ChangeModel[] = [
  ...(["auto", "mean", "meanvar", "variance", "slope", "slope-continuous"] as const),
  ...(["poisson", "binomial", "nonparametric", "kernel"] as const),
];
const PENALTIES = ["auto", "aic", "bic", "mbic"] as const;

/** Values of an input up to which the penalty path is worked out: it costs several searches of each series. */
const MOST_PATH_VALUES = 50_000;

const EXAMPLES = `
Examples:
  fleetlens changepoint latency.csv --time time --value p95_ms --out changes.json
  fleetlens changepoint fleet.parquet --id service --time ts --value errors --exposure requests \\
    --model binomial --threads 2 --out changes.json
  fleetlens changepoint run.csv --time t --value pace,distance --period none --out changes.json
  fleetlens report render changes.json --to html --out reports

Times: ISO 8601, Unix time in s or ms, or plain numbers; rows are sorted by them. A change's index is the 0-based row of
the first observation of the new segment. docs/changepoint.md explains models, penalties and intervals.`;

function penalty(text: string): Penalty {
  if ((PENALTIES as readonly string[]).includes(text)) return text as Penalty;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError(`expected ${PENALTIES.join(", ")} or a number above 0.`);
  }
  return value;
}

function period(text: string): "auto" | "none" | number {
  if (text === "auto" || text === "none") return text;
  if (!/^\d+$/.test(text) || Number(text) < 2) {
    throw new InvalidArgumentError("expected auto, none or a whole number of observations from 2.");
  }
  return Number(text);
}

function level(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("expected a level between 0 and 1, e.g. 0.95.");
  return value;
}

function columns(text: string): string[] {
  const names = [...new Set(text.split(","))];
  if (names.includes("")) throw new InvalidArgumentError("expected column names separated by commas.");
  return names;
}

/** `fleetlens changepoint`: when each series of a table changed, how sure that is, and by how much. */
export function registerChangepoint(program: Command): void {
  const command = program
    .command("changepoint")
    .description("Find when each series of a table changed, with intervals, and nothing where nothing did.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions")
    .requiredOption("--time <column>", "column with the time")
    .requiredOption("--value <columns>", "column with the value; several after commas", columns)
    .option("--id <column>", "column with the series' name (default: one series)")
    .addOption(new Option("--model <name>", "what a segment is").choices(MODELS).default("auto"))
    .option("--penalty <penalty>", "price of a change: auto, aic, bic, mbic or a number", penalty, "auto")
    .option("--min-size <n>", "fewest observations of a segment (default: the model's own)", integer(1))
    .option("--period <n>", "season in observations, auto or none", period, "auto")
    .option("--level <share>", "level of the location intervals", level, 0.95)
    .option("--exposure <column>", "what the counts are of: exposure (poisson) or total (binomial)")
    .addOption(
      new Option("--multivariate <mode>", "several columns: one search for all of them, or one each")
        .choices(["joint", "separate"])
        .default("joint"),
    )
    .option("--threads <n>", "worker threads; the result does not depend on it", integer(1, 256), 1)
    .option("--no-timing", "leave the run's times out of the file, so that two runs give the same bytes")
    .requiredOption("--out <file>", "file to write, .json")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { InputError } = await import("../../core/errors.js");
    const { refuseOwnInput } = await import("../own-input.js");
    if (!/\.json$/i.test(o.out)) throw new InputError(`--out must end in .json, got "${o.out}"`, { out: o.out });
    refuseOwnInput(input, [o.out]);
    const { detectSeries, writeAtomically, writePieces } = await import("../../ingest/index.js");
    const { readTasks } = await import("../changepoint/read-tasks.js");
    const { changesSeries } = await import("../changepoint/changes-series.js");
    const { changesJson } = await import("../changepoint/changes-json.js");
    const { changesText } = await import("../changepoint/words.js");
    onProgress(0, 0, `reading ${input}`);
    const started = performance.now();
    const { tasks, clock, inputs, warnings } = await readTasks(input, o, signal);
    const read = performance.now();
    const options = {
      ...{ model: o.model, penalty: o.penalty, period: o.period, level: o.level },
      ...(o.minSize === undefined ? {} : { minSize: o.minSize }),
    };
    const values = tasks.reduce((sum, task) => sum + task.values.length * task.values[0].length, 0);
    const series: ChangesFileSeries[] = [];
    const found = detectSeries(
      tasks,
      { ...options, path: values <= MOST_PATH_VALUES },
      { threads: o.threads, signal, onProgress },
    );
    for await (const detection of found) {
      const task = tasks[series.length];
      series.push(changesSeries(detection, task, { clock, columns: o.value }));
    }
    const timing = { readMs: read - started, detectMs: performance.now() - read };
    const used = { ...options, exposure: o.exposure ?? null, multivariate: o.multivariate };
    const head = { inputs, clock, options: { time: o.time, value: o.value, id: o.id ?? null, ...used } };
    const outputs = await writeAtomically(async (files) => {
      const text = changesJson(head, series, o.timing ? timing : null);
      await writePieces(await files.reserve(o.out), text, signal);
    });
    const changes = series.reduce((sum, one) => sum + one.changes.length, 0);
    return {
      outputs,
      warnings,
      summary: { series: series.length, changes, without_change: series.filter((s) => s.changes.length === 0).length },
      text: changesText(series, o.out),
    };
  });
}
