import type { OtaFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { brief, cell as digits, estimateWords, shareWords } from "../../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { levelWords } from "../words.js";
import { survivalChart } from "./survival-chart.js";

type Survival = NonNullable<OtaFile["soak"]>[number];

const words = ({ survival: value, lower, upper }: Survival): string =>
  estimateWords({ value, lower, upper }, shareWords);

/** Survival of the updated vehicles. */
export function soakSection(result: OtaFile): Cell[] {
  const { soak } = result;
  if (!soak) return [];
  const all = soak.find(({ region }) => region === null);
  const regions = soak.filter(({ region, vehicles }) => region !== null && vehicles > 0);
  if (!all || all.vehicles === 0) return [heading("soak", "Do updated vehicles keep well?", "No vehicle was soaked.")];
  const worst = regions.length > 0 ? regions.reduce((a, b) => (b.survival < a.survival ? b : a)) : null;
  const least = worst === null ? "" : ` The least of a region is ${words(worst)}, in ${worst.region}.`;
  const head = `After ${brief(all.hours)}\u00a0h ${words(all)} of ${counted(all.vehicles, "vehicle")} had no failure.${least}`;
  return [
    heading("soak", "Do updated vehicles keep well?", head),
    ...(all.curve.length === 0 || all.hours === 0
      ? []
      : [
          {
            kind: "chart" as const,
            id: "soak-survival",
            alt: `Share of vehicles without a failure over ${brief(all.hours)} hours: ${words(all)} at the end.`,
            caption: `Kaplan-Meier estimate with Greenwood's ${levelWords(result)}, which begins with the first failure. Vehicles that were last seen well count until then.`,
            spec: survivalChart({ title: "Survival of the soak", ...all }),
          },
        ]),
    ...(regions.length === 0
      ? []
      : [
          {
            kind: "table" as const,
            id: "soak-table",
            caption: `Survival at the last failure, with its ${levelWords(result)}.${leftOutWords(regions.length)}`,
            columns: [
              { name: "region", label: "Region", format: "text" },
              { name: "vehicles", label: "Vehicles", format: "integer" },
              { name: "failed", label: "Failed", format: "integer" },
              { name: "hours", label: "Longest soak", unit: "h" },
              { name: "survival", label: "Survival", format: "percent" },
              { name: "lower", label: "From", format: "percent" },
              { name: "upper", label: "To", format: "percent" },
            ],
            rows: regions.slice(0, MOST_ROWS).map(({ region, vehicles, failed, hours, survival, lower, upper }) => ({
              ...{ region, vehicles, failed, survival, lower, upper },
              hours: digits(hours),
            })),
          },
        ]),
  ];
}
