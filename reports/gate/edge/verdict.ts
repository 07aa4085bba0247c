import type { EdgeFile } from "../../../src/experiment/index.js";
import type { Cell, Metric } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { cell } from "../../estimate-words.js";
import { warningCells } from "../../warning-cells.js";
import { checksConclusion, openSentences } from "../checks.js";

const NEXT = Object.freeze({
  pass: "The quantised build may replace the float build.",
  fail: "Keep the float build.",
  hold: "Keep the float build until there is more to judge by.",
});

function tiles({ decision, agreement, difference, latency, samples }: EdgeFile): Metric[] {
  const rate = agreement?.rate ?? null;
  return [
    { label: "Decision", value: decision },
    ...(agreement
      ? [{ label: "Same highest score", value: rate === null ? null : Number((100 * rate).toPrecision(4)), unit: "%" }]
      : []),
    { label: "Largest difference", value: cell(difference?.max ?? null) },
    ...(latency ? [{ label: "95\u00a0% of latencies up to", value: cell(latency.value), unit: "ms" }] : []),
    { label: "Samples", value: samples },
  ];
}

/** Whether the quantised build may replace the float build, why, and what to do next. */
export function verdictSection(result: EdgeFile): Cell[] {
  const { decision, checks, not_finite, samples } = result;
  const broken =
    not_finite > 0
      ? `The quantised build gives no finite score for ${counted(not_finite, "sample")} of ${counted(samples, "sample")}.`
      : "";
  return [
    heading(
      "verdict",
      "May the quantised build replace the float build?",
      `${checksConclusion(decision, checks)} ${NEXT[decision]}`,
    ),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [broken, ...openSentences(decision, checks)]),
    ...warningCells(result.warnings),
  ];
}
