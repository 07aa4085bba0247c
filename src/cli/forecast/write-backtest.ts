import type { BacktestRow, ForecastBacktest } from "../../forecast/index.js";
import { type OutputColumn, tableFormat, writeAtomically, writeTable } from "../../ingest/index.js";

/** Formats of the report by the ending of its file. */
export const REPORT_FORMATS = ["html", "md", "ipynb"] as const;
type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The format that a report's file name asks for, or undefined. */
export function reportFormat(path: string): ReportFormat | undefined {
  return REPORT_FORMATS.find((format) => path.toLowerCase().endsWith(`.${format}`));
}

/** Files that are asked for. */
interface BacktestFiles {
  out: string;
  result?: string;
  report?: string;
}

/** Writes the scores and, where asked, the result and its report; all files appear together, or none. */
export function writeBacktest(
  files: BacktestFiles,
  rows: readonly BacktestRow[],
  originType: "BIGINT" | "TIMESTAMP",
  result: ForecastBacktest | null,
): Promise<string[]> {
  return writeAtomically(async (atomic) => {
    const format = tableFormat(files.out);
    await writeTable(await atomic.reserve(files.out), columns(rows, originType), { format });
    if (!result) return;
    if (files.result) await atomic.write(files.result, `${JSON.stringify(result)}\n`);
    if (files.report) await atomic.write(files.report, await reportText(result, reportFormat(files.report)));
  });
}

const NUMBERS = ["smape", "mase", "rmsse", "wql", "msis_95", "coverage_80", "coverage_95", "seconds"] as const;

/** The columns of the contract. */
function columns(rows: readonly BacktestRow[], originType: "BIGINT" | "TIMESTAMP"): OutputColumn[] {
  return [
    { name: "id", type: "VARCHAR", data: rows.map((r) => r.id) },
    { name: "origin", type: originType, data: rows.map((r) => r.origin) },
    { name: "model", type: "VARCHAR", data: rows.map((r) => r.model) },
    ...NUMBERS.map((name): OutputColumn => ({ name, type: "DOUBLE", data: rows.map((r) => r[name]) })),
  ];
}

async function reportText(result: ForecastBacktest, format: ReportFormat = "html"): Promise<string> {
  const { notebooks, notebookText, renderHtml, renderMarkdown, renderNotebook } = await import(
    "../../../reports/index.js"
  );
  const report = notebooks["forecast-backtest"](result);
  if (format === "md") return renderMarkdown(report);
  return format === "html" ? renderHtml(report) : notebookText(await renderNotebook(report));
}
