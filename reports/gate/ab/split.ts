import type { AbFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, listedUpTo } from "../../capacity-plan/words.js";
import { cell } from "../../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { metricsOf } from "./metrics.js";

/** Names told one by one. */
const TOLD = 6;

/** Whether the rows split over the arms as planned. */
export function splitSection({ experiments }: AbFile): Cell[] {
  if (experiments.length === 0) return [];
  const flagged = experiments.filter(({ srm }) => srm.flag).map(({ experiment }) => experiment);
  const head =
    flagged.length === 0
      ? `The arms of ${counted(experiments.length, "experiment")} have the rows that the planned split would give them.`
      : `Not in ${listedUpTo(flagged, TOLD)}: who is in which arm is not left to chance there, so that no difference can be trusted.`;
  const ascending = [...experiments].sort((a, b) => a.srm.p - b.srm.p);
  return [
    heading("split", "Did the rows split as planned?", head),
    {
      kind: "table",
      id: "split-table",
      caption: `Chi-square test of the rows at the last look against the planned split; flagged below 0.001.${leftOutWords(ascending.length)}`,
      columns: [
        { name: "experiment", label: "Experiment", format: "text" },
        { name: "n_a", label: "Rows of a", format: "integer" },
        { name: "n_b", label: "Rows of b", format: "integer" },
        { name: "p", label: "p" },
        { name: "flag", label: "Mismatch" },
      ],
      rows: ascending.slice(0, MOST_ROWS).map((one) => {
        const [{ last }] = metricsOf(one).filter((metric) => metric.last.role === "primary");
        return { experiment: one.experiment, n_a: last.n_a, n_b: last.n_b, p: cell(one.srm.p), flag: one.srm.flag };
      }),
    },
  ];
}
