import type { GcReport } from "../../src/gc-reachability/index.js";
import type { TableCell, TableColumn } from "../../src/report/index.js";
import { type ByteUnit, inUnit } from "./bytes.js";

type Tally = Pick<GcReport["by_reason"][number], "objects" | "bytes" | "monthly_usd">;

/** Columns of objects, readable and exact bytes, and cost. */
export function tallyColumns(unit: ByteUnit): TableColumn[] {
  return [
    { name: "objects", label: "Objects", format: "integer" },
    { name: "size", label: "Size", unit: unit.name },
    { name: "bytes", label: "Bytes", format: "integer" },
    { name: "usd", label: "Costs a month", unit: "USD" },
  ];
}

/** A tally's values in these columns. */
export function tallyValues({ objects, bytes, monthly_usd }: Tally, unit: ByteUnit): TableCell["rows"][number] {
  return { objects, size: inUnit(bytes, unit), bytes, usd: monthly_usd };
}
