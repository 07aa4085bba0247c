import { type Command, Option } from "commander";
import { MONITOR_DETECTORS, type MonitorDetector } from "../../changepoint/monitor/monitor-options.js";
import type { OutputColumn, TimedValues, TimedValuesTable } from "../../ingest/index.js";
import { action } from "../frame.js";

interface Options {
  time: string;
  value: string;
  id?: string;
  detector: MonitorDetector;
  out: string;
}

const EXAMPLES = `
Examples:
  fleetlens monitor latency.csv --time timestamp --value p99_ms --out scores.csv
  fleetlens monitor kpis.parquet --time time --value value --id kpi --out scores.parquet

Rows: id, time (as in the input), value, score (0 to 1; 0.5 and more is abnormal), alert (1 once an episode), reason.
By id, then time; one for every row of the input. Nothing looks ahead.`;

/** `fleetlens monitor`: scores and alerts of KPIs, as if their rows came one by one. */
export function registerMonitor(program: Command): void {
  const command = program
    .command("monitor")
    .description("Score every observation of KPIs as it comes, and raise one alert an episode.")
    .argument("<input>", ".parquet, .csv(.gz), .arrow/.feather, .json/.jsonl, a directory or a glob of partitions")
    .requiredOption("--time <column>", "column of the time: ISO 8601, Unix time in s or ms, or plain numbers")
    .requiredOption("--value <column>", "column of the value; an empty cell is a missing value")
    .option("--id <column>", "column that names the series (default: one series)")
    .addOption(new Option("--detector <name>", "what to look for").choices(MONITOR_DETECTORS).default("auto"))
    .requiredOption("--out <file>", "output .csv, .parquet or .json")
    .addHelpText("after", EXAMPLES);

  action<Options>(command, async ([input], o, { signal, onProgress }) => {
    const { readTimedValues, tableFormat, withTableFile, writeAtomically } = await import("../../ingest/index.js");
    const { refuseOwnInput } = await import("../own-input.js");
    const format = tableFormat(o.out);
    refuseOwnInput(input, [o.out]);
    onProgress(0, 0, "reading");
    const table = await readTimedValues(input, { time: o.time, value: [o.value], id: o.id, signal });
    const { scoreBlock } = await import("../monitor/score-block.js");
    const { shortWarnings } = await import("../monitor/short-warnings.js");
    const columns = outputColumns(table);
    const total = { series: table.blocks.length, rows: 0, alerts: 0 };
    const outputs = await writeAtomically(async (files) => {
      await withTableFile(await files.reserve(o.out), columns, { format, signal }, async (append) => {
        for (const [i, block] of table.blocks.entries()) {
          signal.throwIfAborted();
          onProgress(i, total.series, "series");
          const { score, alert, reason } = scoreBlock(block, o.detector);
          const { id, time, values } = block;
          const data = [new Array<string>(time.length).fill(id), time, values[0], score, alert, reason];
          await append(columns.map((column, c) => ({ ...column, data: data[c] })));
          total.rows += time.length;
          total.alerts += alert.reduce((sum, one) => sum + one, 0);
        }
      });
    });
    const text = `${total.rows} rows of ${total.series} series, ${total.alerts} alerts -> ${o.out}`;
    const warnings = [...table.warnings, ...shortWarnings(table.blocks)];
    return { outputs, warnings, summary: { detector: o.detector, ...total }, text };
  });
}

function outputColumns({ blocks, clock }: TimedValuesTable): Pick<OutputColumn, "name" | "type">[] {
  return [
    { name: "id", type: "VARCHAR" },
    { name: "time", type: timeType(blocks, clock) },
    { name: "value", type: "DOUBLE" },
    { name: "score", type: "DOUBLE" },
    { name: "alert", type: "INTEGER" },
    { name: "reason", type: "VARCHAR" },
  ];
}

/** Type in which the times of the input can be written as they are. */
function timeType(blocks: readonly TimedValues[], clock: TimedValuesTable["clock"]): OutputColumn["type"] {
  if (clock === "text") return "VARCHAR";
  if (clock === "timestamp") return "TIMESTAMP";
  const whole = blocks.every(({ time }) => (time as Float64Array).every(Number.isInteger));
  return whole ? "BIGINT" : "DOUBLE";
}
