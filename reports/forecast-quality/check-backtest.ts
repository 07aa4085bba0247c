import { ReportError } from "../../src/core/index.js";
import { type ForecastBacktest, ForecastBacktestSchema } from "../../src/forecast/index.js";

/**
 * The result of a backtest read from a file, checked against its schema.
 *
 * @throws ReportError `E_REPORT_INVALID` that names the first place where it is none
 */
export function checkBacktest(result: unknown): ForecastBacktest {
  const parsed = ForecastBacktestSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  const place = path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`),
    "$",
  );
  throw new ReportError("E_REPORT_INVALID", `not a forecast backtest at ${place}: ${message}`, { path: place });
}
