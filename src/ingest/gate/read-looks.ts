import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { type AbLook, type AbRole, type Better, COVARIATE_COLUMNS } from "../../experiment/ab/ab-look.js";
import { checkCells, nameRule, numberRule, WHOLE } from "../check-cells.js";
import { loadColumns } from "../load-columns.js";
import { optionalRules } from "../optional-columns.js";
import { placeOf } from "../place-of.js";
import { withTable } from "../read-table.js";
import type { ReadOptions } from "../types.js";
import { requireRows } from "./require-rows.js";

/** Looks of A/B experiments in the order of the file. */
export interface LooksTable {
  looks: AbLook[];
  inputs: InputFile[];
  /** An error about a look (its details hold the `index`) with the file and row that it stands in. */
  located(error: unknown): unknown;
}

const COUNTS = ["n_a", "n_b"] as const;
const SUMS = ["sum_a", "sumsq_a", "sum_b", "sumsq_b"] as const;
const OPTIONAL = ["information", "share_a", ...COVARIATE_COLUMNS] as const;
const NUMBERS = ["look", ...COUNTS, ...SUMS, ...OPTIONAL] as const;
const TEXTS = ["experiment", "metric", "role", "better"] as const;

/**
 * Reads the looks of A/B experiments: columns `experiment`, `look`, `n_a`, `sum_a`, `sumsq_a`, `n_b`, `sum_b`,
 * `sumsq_b`, `information`; optional `metric`, `role` (primary, guardrail), `better` (higher, lower), `share_a` and the
 * covariate's `sum_x_a`, `sumsq_x_a`, `sum_xy_a` and the same of b. Others are passed over; empty optional cells count as
 * absent.
 *
 * @param needsInformation whether the column `information` must be there
 * @throws InputError with file, row and column for a missing column or a cell that cannot be meant, and for a file without rows
 */
export async function readLooks(
  input: string | readonly string[],
  { needsInformation = true, ...options }: ReadOptions & { needsInformation?: boolean } = {},
): Promise<LooksTable> {
  return withTable(input, options, async (table) => {
    const rule = (name: string, holds: string, expected: string) =>
      numberRule(table, table.column(name), holds, expected);
    const optional = optionalRules(table);
    optional.number("information", "$ > 0", "a share above 0 and at most 1");
    optional.number("share_a", "$ > 0 AND $ < 1", "a share above 0 and below 1");
    for (const name of COVARIATE_COLUMNS) optional.number(name, "true", "a finite number");
    optional.text("role", "primary|guardrail", "primary or guardrail");
    optional.text("better", "higher|lower", "higher or lower");
    const rules = [
      nameRule(table, table.column("experiment"), "a name"),
      rule("look", `${WHOLE} AND $ >= 0`, "a whole number from 0"),
      ...COUNTS.map((name) => rule(name, `${WHOLE} AND $ >= 2`, "a whole number from 2")),
      ...SUMS.map((name) => rule(name, "true", "a finite number")),
      ...optional.rules,
    ];
    // Throws where there is no such column.
    if (needsInformation) table.column("information");
    const inputs = await table.inputs();
    requireRows(inputs, "look of a metric");
    await checkCells(table, rules, options);
    const loaded = await loadColumns(table, NUMBERS, TEXTS, options);
    const number = (name: string, row: number) => loaded.number(name)?.[row] ?? Number.NaN;
    const text = (name: (typeof TEXTS)[number], row: number) => loaded.text(name)?.[row] || undefined;
    const looks = Array.from({ length: loaded.n }, (_, row): AbLook => {
      const numbers = Object.fromEntries(NUMBERS.map((name) => [name, number(name, row)]));
      return {
        ...(numbers as Record<(typeof NUMBERS)[number], number>),
        experiment: text("experiment", row) as string,
        metric: text("metric", row),
        role: text("role", row) as AbRole | undefined,
        better: text("better", row) as Better | undefined,
      };
    });
    return { looks, inputs, located: (error) => located(error, inputs) };
  });
}

function located(error: unknown, inputs: readonly InputFile[]): unknown {
  if (!(error instanceof InputError) || typeof error.details["index"] !== "number") return error;
  const place = placeOf(inputs, error.details["index"]);
  return new InputError(
    `${place.file} row ${place.row}: ${error.message}`,
    { ...error.details, ...place },
    { cause: error },
  );
}
