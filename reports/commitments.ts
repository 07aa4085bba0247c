import type { CapacityEconomics } from "../src/capacity/index.js";
import { type Report, UNDATED } from "../src/report/index.js";
import { perCent } from "./capacity-plan/words.js";
import { chargebackSection } from "./commitments/chargeback.js";
import { costsSection } from "./commitments/costs.js";
import { existingSection } from "./commitments/existing.js";
import { methodSection } from "./commitments/method.js";
import { offersSection } from "./commitments/offers.js";
import { riskSection } from "./commitments/risk.js";
import { servedSection } from "./commitments/served.js";
import { throughputSection } from "./commitments/throughput.js";
import { verdictSection } from "./commitments/verdict.js";
import { originOf } from "./origin.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  offersSection,
  costsSection,
  riskSection,
  servedSection,
  existingSection,
  chargebackSection,
  throughputSection,
  methodSection,
]);

/**
 * The economics of commitments as a report that answers what to commit: reservations, savings plans, what is left to
 * spot and on demand, what it costs on average and at worst, who pays, and whether a pool has slowed down. Hours of the
 * demand bear no date, so the report has none.
 *
 * @example const html = await renderHtml(commitmentsReport(result));
 */
export function commitmentsReport(result: CapacityEconomics): Report {
  const { risk } = result;
  return {
    schemaVersion: "1.0",
    id: "commitments",
    title: "What to commit",
    generatedAt: UNDATED,
    ...originOf(result, [
      { name: "Families of GPUs", value: result.families.length },
      { name: "Scenarios of demand", value: result.scenarios },
      { name: "Hours of demand", value: result.hours },
      { name: "Currency", value: result.currency },
      ...(risk === null
        ? []
        : [{ name: `Weight of the worst ${perCent(Math.round(1000 * (1 - risk.level)) / 10)}`, value: risk.weight }]),
    ]),
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
