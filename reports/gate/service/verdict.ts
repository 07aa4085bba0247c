import type { ServiceFile } from "../../../src/experiment/index.js";
import type { Cell, Metric } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { listed } from "../../capacity-plan/words.js";
import { rateValue } from "../../estimate-words.js";
import { durationIn } from "../../queues/duration.js";
import { warningCells } from "../../warning-cells.js";
import { checksConclusion, openSentences } from "../checks.js";

const NEXT = Object.freeze({
  pass: "The service is in shape for a change.",
  fail: "Mend that before the next change.",
  hold: "Wait with a change that can wait.",
});

function tiles({ decision, budget, cost, mitigation, defects }: ServiceFile): Metric[] {
  const mean = mitigation?.mean.value ?? null;
  return [
    { label: "Decision", value: decision },
    ...(budget ? [{ label: "Error budget left", value: rateValue(budget.remaining), unit: "%" }] : []),
    ...(cost ? [{ label: "Cost per 1,000 inferences", value: cost.value }] : []),
    ...(mitigation
      ? [{ label: "Mean time to mitigation", ...(mean === null ? { value: null } : durationIn(mean)) }]
      : []),
    ...(defects ? [{ label: "Defects that escaped", value: rateValue(defects.value), unit: "%" }] : []),
  ];
}

/** Whether the service is in shape for a change, why, and what to do next. */
export function verdictSection(result: ServiceFile): Cell[] {
  const { decision, checks, budget } = result;
  const firing = budget && budget.ongoing.length > 0 ? `Alerts that still fire: ${listed(budget.ongoing)}.` : "";
  return [
    heading(
      "verdict",
      "Is the service in shape for a change?",
      `${checksConclusion(decision, checks)} ${NEXT[decision]}`,
    ),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [firing, ...openSentences(decision, checks)]),
    ...warningCells(result.warnings),
  ];
}
