import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { costReport } from "../../../reports/cost.js";
import { type Bill, type CostFile, moneyText } from "../../cost/index.js";
import type { OutputColumn } from "../../ingest/types.js";
import { writeFolder } from "../../ingest/write-folder.js";
import { writeParquet } from "../../ingest/write-parquet.js";
import { renderHtml } from "../../report/index.js";

export const COST_FILES = Object.freeze([
  "cost.json",
  "daily_cost.parquet",
  "showback.parquet",
  "recommendations.parquet",
  "report.html",
]);

const DAY_MS = 86_400_000;

function dailyColumns({ cells, currency }: Bill): OutputColumn[] {
  return [
    { name: "day", type: "TIMESTAMP", data: cells.map(({ day }) => day * DAY_MS) },
    { name: "invoice_month", type: "VARCHAR", data: cells.map(({ month }) => month) },
    ...(["region", "service", "team", "family", "category"] as const).map(
      (name): OutputColumn => ({ name, type: "VARCHAR", data: cells.map((cell) => cell[name]) }),
    ),
    { name: "correction", type: "BOOLEAN", data: cells.map(({ correction }) => correction) },
    { name: "unused_commitment", type: "BOOLEAN", data: cells.map(({ unused }) => unused) },
    { name: "billed_cost", type: "DECIMAL", data: cells.map(({ billed }) => moneyText(billed)) },
    { name: "effective_cost", type: "DECIMAL", data: cells.map(({ effective }) => moneyText(effective)) },
    { name: "currency", type: "VARCHAR", data: cells.map(() => currency) },
  ];
}

function showbackColumns({ showback, currency }: CostFile): OutputColumn[] {
  const rows = showback.months.flatMap(({ month, rows: own }) => own.map((row) => ({ month, ...row })));
  return [
    { name: "invoice_month", type: "VARCHAR", data: rows.map(({ month }) => month) },
    { name: "team", type: "VARCHAR", data: rows.map(({ team }) => team) },
    ...(["direct", "shared", "credits", "prepaid", "total"] as const).map(
      (name): OutputColumn => ({ name, type: "DECIMAL", data: rows.map((row) => String(row[name])) }),
    ),
    { name: "currency", type: "VARCHAR", data: rows.map(() => currency) },
  ];
}

function recommendationColumns({ recommendations, currency }: CostFile): OutputColumn[] {
  const text = (name: "kind" | "name" | "by" | "confidence" | "how"): OutputColumn => ({
    ...{ name, type: "VARCHAR" as const },
    data: recommendations.map((one) => one[name]),
  });
  const money = (name: "saving_per_month" | "saving_low" | "cost_per_month"): OutputColumn => ({
    ...{ name, type: "DECIMAL" as const },
    data: recommendations.map((one) => String(one[name])),
  });
  return [
    ...[text("kind"), text("name"), text("by")],
    ...[money("saving_per_month"), money("saving_low"), money("cost_per_month")],
    { name: "utilisation", type: "DOUBLE", data: recommendations.map(({ utilisation }) => utilisation) },
    { name: "committed_share", type: "DOUBLE", data: recommendations.map((one) => one.committed_share) },
    { name: "days", type: "INTEGER", data: recommendations.map(({ days }) => days) },
    ...[text("confidence"), text("how")],
    { name: "currency", type: "VARCHAR", data: recommendations.map(() => currency) },
  ];
}

/** Writes the folder of a result, whole or not at all. */
export async function writeCost(out: string, result: CostFile, bill: Bill, signal: AbortSignal): Promise<string[]> {
  await writeFolder(out, COST_FILES, async (folder) => {
    await writeFile(join(folder, "cost.json"), `${JSON.stringify(result, null, 2)}\n`);
    const tables = {
      "daily_cost.parquet": dailyColumns(bill),
      "showback.parquet": showbackColumns(result),
      "recommendations.parquet": recommendationColumns(result),
    };
    for (const [name, columns] of Object.entries(tables)) {
      await writeParquet(join(folder, name), columns, { signal });
    }
    await writeFile(join(folder, "report.html"), await renderHtml(costReport(result)));
  });
  return COST_FILES.map((file) => join(out, file));
}
