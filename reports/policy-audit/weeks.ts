import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { estimateWords, hundredfold, shareWords } from "../estimate-words.js";
import { intervalChart } from "../interval-chart.js";
import { AGREEMENT_COLUMNS, agreementCells, agreementEstimate, byAgreement } from "./agreement-table.js";

/** Weeks drawn and listed: the last ones. */
const MOST_WEEKS = 53;

function conclusion(weeks: AuditFile["weeks"]): string {
  const judged = byAgreement(weeks);
  const [worst] = judged;
  if (!worst) return "No week has an event.";
  if (judged.length === 1) return "There is one week alone, and so no trend.";
  return `The worst of ${counted(judged.length, "week")} is that of ${worst.week}: ${estimateWords(agreementEstimate(worst), shareWords)} agree.`;
}

/** Agreement over time. */
export function weeksSection({ weeks }: AuditFile): Cell[] {
  const head = heading("weeks", "When did they begin to differ?", conclusion(weeks));
  const shown = weeks.slice(-MOST_WEEKS);
  if (shown.length === 0) return [head];
  const earlier = weeks.length > shown.length ? ` The last ${shown.length} of ${weeks.length}.` : "";
  return [
    head,
    {
      kind: "chart",
      id: "agreement",
      alt: `Agreement of vehicles and replay in ${counted(shown.length, "week")}, the last ${shown.at(-1)?.week}: ${shareWords(shown.at(-1)?.agreement ?? 0)}.`,
      caption: `Share of events that both have; bars are intervals of 95 %, over vehicles.${earlier}`,
      spec: intervalChart({
        title: "Agreement by week",
        rows: shown.map(({ week, agreement, lower, upper }) => ({
          name: week,
          value: hundredfold(agreement),
          lower: hundredfold(lower),
          upper: hundredfold(upper),
        })),
        xTitle: "Agreement",
        unit: "%",
      }),
    },
    {
      kind: "table",
      id: "weeks-table",
      caption: `Weeks from Monday, UTC. Vehicles: those with events. Offset: median of the onset replayed less the one reported, of events of both.${earlier}`,
      columns: [
        { name: "week", label: "Week of", format: "text" },
        ...AGREEMENT_COLUMNS,
        { name: "vehicles", label: "Vehicles", format: "integer" },
        { name: "delay", label: "Offset", unit: "ms" },
      ],
      rows: shown.map((week) => ({
        week: week.week,
        ...agreementCells(week),
        vehicles: week.vehicles,
        delay: week.onset_difference_ms?.median ?? null,
      })),
    },
  ];
}
