import type { AuditFile } from "../../src/backtest/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { CAUSES } from "./words.js";

/** What the differences come from. */
export function causesSection({ total }: AuditFile): Cell[] {
  const apart = total.edge_only + total.cloud_only;
  if (apart === 0) return [heading("causes", "Why do they differ?", "They do not: no event is on one side alone.")];
  const found = CAUSES.filter(({ cause }) => total.causes[cause] > 0);
  const told = apart - total.causes.unexplained;
  return [
    heading(
      "causes",
      "Why do they differ?",
      `${told} of ${counted(apart, "event")} of one side alone have a cause that the files show; ${total.causes.unexplained} have none and want a look. differences.parquet lists them all.`,
    ),
    {
      kind: "chart",
      id: "causes-chart",
      alt: `Causes of ${counted(apart, "difference")}: ${found.map(({ cause, label }) => `${label} ${total.causes[cause]}`).join(", ")}.`,
      caption: "Of several causes the first counts, in the order of the table.",
      spec: barChart({
        title: "Causes of differences",
        categories: CAUSES.map(({ label }) => label),
        series: [{ name: "events", value: CAUSES.map(({ cause }) => total.causes[cause]) }],
        horizontal: true,
        yTitle: "Events",
        categoryTitle: "Cause",
      }),
    },
    {
      kind: "table",
      id: "causes-table",
      columns: [
        { name: "label", label: "Cause", format: "text" },
        { name: "events", label: "Events", format: "integer" },
        { name: "meaning", label: "Meaning", format: "text" },
      ],
      rows: CAUSES.map(({ cause, label, meaning }) => ({ label, events: total.causes[cause], meaning })),
    },
  ];
}
