import { type Cell, type Report, UNDATED } from "../../src/report/index.js";
import { originOf } from "../origin.js";

/** Makes the report of a gate from its sections. Gates read rows without looking at their dates, so it has none. */
export function gateReport<T extends Parameters<typeof originOf>[0]>(
  result: T,
  id: string,
  title: string,
  sections: readonly ((result: T) => Cell[])[],
  parameters: NonNullable<Report["parameters"]>,
): Report {
  return {
    schemaVersion: "1.0",
    id,
    title,
    generatedAt: UNDATED,
    ...originOf(result, parameters),
    cells: sections.flatMap((section) => section(result)),
  };
}
