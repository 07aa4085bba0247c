import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { cell, estimateWords, shareWords } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { agreementEstimate } from "./words.js";

function conclusion(triggers: AuditFile["triggers"]): string {
  const judged = triggers.filter(({ agreement }) => agreement !== null);
  const [worst] = judged.toSorted((a, b) => (a.agreement as number) - (b.agreement as number));
  if (!worst) return "No trigger has an event.";
  return `${worst.trigger} agrees least: ${estimateWords(agreementEstimate(worst), shareWords)}.`;
}

/** Agreement of each trigger. */
export function triggersSection({ triggers }: AuditFile): Cell[] {
  return [
    heading("triggers", "Which triggers differ?", conclusion(triggers)),
    {
      kind: "table",
      id: "triggers-table",
      caption: `Intervals of 95 %, over vehicles.${leftOutWords(triggers.length)}`,
      columns: [
        { name: "trigger", label: "Trigger", format: "text" },
        { name: "edge", label: "Reported", format: "integer" },
        { name: "cloud", label: "Replayed", format: "integer" },
        { name: "matched", label: "Both", format: "integer" },
        { name: "agreement", label: "Agreement", format: "percent" },
        { name: "lower", label: "From", format: "percent" },
        { name: "upper", label: "To", format: "percent" },
        { name: "unexplained", label: "Unexplained", format: "integer" },
      ],
      rows: triggers.slice(0, MOST_ROWS).map(({ trigger, edge, cloud, matched, agreement, lower, upper, causes }) => ({
        ...{ trigger, edge, cloud, matched },
        agreement: cell(agreement),
        lower: cell(lower),
        upper: cell(upper),
        unexplained: causes.unexplained,
      })),
    },
  ];
}
