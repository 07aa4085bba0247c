import { InputError } from "../core/errors.js";
import { columnNames } from "./column-names.js";
import type { ReadOptions, TelemetryColumns } from "./types.js";

/** Well-known names of a column: if any `exact` one is there it is taken, else a single `loose` one. */
interface Names {
  key: keyof TelemetryColumns;
  exact: RegExp;
  loose: RegExp;
  needed: boolean;
  hint: string;
}

const WELL_KNOWN: readonly Names[] = [
  {
    key: "queue",
    exact: /^(queue|vc|partition|namespace)$/i,
    loose: /^$/,
    needed: true,
    hint: "queue, vc, partition or namespace",
  },
  { key: "time", exact: /^(time|timestamp|ds)$/i, loose: /^$/, needed: true, hint: "time, timestamp or ds" },
  {
    key: "running",
    exact: /^running_?gpus?(_?(num|count))?$/i,
    loose: /^running.*gpu/i,
    needed: true,
    hint: "running*gpu*",
  },
  {
    key: "pending",
    exact: /^pending_?gpus?(_?(num|count))?$/i,
    loose: /^pending.*gpu/i,
    needed: false,
    hint: "pending*gpu*",
  },
  {
    key: "capacity",
    exact: /^(total_?gpus?(_?(num|count))?|capacity(_?gpus?)?)$/i,
    loose: /^(total.*gpu|capacity)/i,
    needed: false,
    hint: "total*gpu* or capacity*",
  },
];

/**
 * Telemetry columns by their well-known names, for use without a configuration; upper and lower case do not matter.
 * Pending and capacity are left out when no column looks like them.
 *
 * @throws InputError listing the columns there are, when a needed one is missing or several fit
 */
export async function inferTelemetryColumns(
  files: string | readonly string[],
  options: ReadOptions = {},
): Promise<TelemetryColumns> {
  const { file, names } = await columnNames(files, options);
  const found: Partial<TelemetryColumns> = {};
  const present = names.map((name) => `"${name}"`).join(", ");
  for (const { key, exact, loose, needed, hint } of WELL_KNOWN) {
    const precise = names.filter((name) => exact.test(name));
    const fits = precise.length > 0 ? precise : names.filter((name) => loose.test(name));
    if (fits.length === 1) found[key] = fits[0];
    else if (fits.length > 1) {
      throw new InputError(
        `${file}: several columns could be the ${key}: ${fits.join(", ")}; name it in plan.yaml under demand.columns.${key} (columns: ${present})`,
        { file, column: key, candidates: fits },
      );
    } else if (needed) {
      throw new InputError(
        `${file}: no ${key} column (looked for ${hint}); name it in plan.yaml under demand.columns.${key} (columns: ${present})`,
        { file, column: key, columns: names },
      );
    }
  }
  return found as TelemetryColumns;
}
