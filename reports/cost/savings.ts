import type { CostFile, Recommendation } from "../../src/cost/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { shareValue } from "../capacity-plan/estimates.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amount, moneyColumn } from "./words.js";

const KINDS: Readonly<Record<Recommendation["kind"], string>> = Object.freeze({
  "idle-pool": "idle",
  "under-used-pool": "under-used",
  "unused-commitment": "unused commitment",
});

/** Savings whose computation is told; the others stand in the result's file. */
const MOST_EXPLAINED = 12;

function conclusion(result: CostFile): string {
  const { recommendations } = result;
  if (recommendations.length === 0) {
    return "Nothing was found: no commitment stood unused, and no pool whose use was given (--utilisation) is idle.";
  }
  const [first] = recommendations;
  return `${counted(recommendations.length, "recommendation")}; the largest, ${first.name} (${KINDS[first.kind]}), would save ${amount(result, first.saving_per_month)} a month.`;
}

/** What could cost less, by saving. */
export function savingsSection(result: CostFile): Cell[] {
  const { recommendations, currency } = result;
  const head = heading("savings", "What could cost less?", conclusion(result));
  if (recommendations.length === 0) return [head];
  return [
    head,
    {
      kind: "table",
      id: "savings-table",
      caption: `By saving. Sure: what is saved even if commitments are not used elsewhere.${leftOutWords(recommendations.length)}`,
      columns: [
        { name: "name", label: "What", format: "text" },
        { name: "kind", label: "Kind", format: "text" },
        moneyColumn("saving", "Saving a month", currency),
        moneyColumn("sure", "Sure", currency),
        moneyColumn("cost", "Cost a month", currency),
        { name: "use", label: "Used", format: "percent" },
        { name: "confidence", label: "Confidence", format: "text" },
      ],
      rows: recommendations.slice(0, MOST_ROWS).map((one) => ({
        name: one.name,
        kind: KINDS[one.kind],
        ...{ saving: one.saving_per_month, sure: one.saving_low, cost: one.cost_per_month },
        use: shareValue(one.utilisation),
        confidence: one.confidence,
      })),
    },
    ...bullets(
      "savings-how",
      recommendations.slice(0, MOST_EXPLAINED).map(({ name, how }) => `${name}: ${how}.`),
    ),
    paragraph(
      "savings-note",
      "These are findings, not actions: fleetlens changes nothing. Savings of one pool and of the commitment that covers it overlap.",
    ),
  ];
}
