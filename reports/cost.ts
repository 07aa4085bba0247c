import type { CostFile } from "../src/cost/index.js";
import type { Report } from "../src/report/index.js";
import { changesSection } from "./cost/changes.js";
import { dailySection } from "./cost/daily.js";
import { methodSection } from "./cost/method.js";
import { monthSection } from "./cost/month.js";
import { savingsSection } from "./cost/savings.js";
import { showbackSection } from "./cost/showback.js";
import { verdictSection } from "./cost/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  monthSection,
  dailySection,
  changesSection,
  savingsSection,
  showbackSection,
  methodSection,
]);

/**
 * A result of `fleetlens cost` as a report that answers where the month will end against its budget: daily cost and its
 * changes, what could cost less, and who pays. It is dated with the result's as-of.
 *
 * @example const html = await renderHtml(costReport(result));
 */
export function costReport(result: CostFile): Report {
  return {
    schemaVersion: "1.0",
    id: "cost",
    title: `Cloud cost ${result.month}`,
    generatedAt: result.as_of,
    ...originOf(result, [
      { name: "Currency", value: result.currency },
      { name: "Cost", value: result.basis === "effective" ? "amortised (EffectiveCost)" : "invoiced (BilledCost)" },
      { name: "Bill from", value: result.span.from },
      { name: "Days", value: result.span.days },
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
