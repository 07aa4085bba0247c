import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { estimateWords, shareWords } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { AGREEMENT_COLUMNS, agreementCells, agreementEstimate, byAgreement } from "./agreement-table.js";

function conclusion(triggers: AuditFile["triggers"]): string {
  const [worst] = byAgreement(triggers);
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
        ...AGREEMENT_COLUMNS,
        { name: "unexplained", label: "Unexplained", format: "integer" },
      ],
      rows: triggers.slice(0, MOST_ROWS).map((one) => ({
        trigger: one.trigger,
        ...agreementCells(one),
        unexplained: one.causes.unexplained,
      })),
    },
  ];
}
