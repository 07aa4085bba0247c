import type { ServiceFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted } from "../../capacity-plan/words.js";
import { type Estimate, estimateWords } from "../../estimate-words.js";
import { intervalChart } from "../../interval-chart.js";
import { durationUnit, durationWords } from "../../queues/duration.js";
import { levelWords, numberOption } from "../words.js";

type Mitigation = NonNullable<ServiceFile["mitigation"]>;

/** The estimates, in a unit that suits the longest of them. */
function inUnit({ mean, median, p90 }: Mitigation) {
  const all = { mean, median, "90\u00a0% within": p90 };
  const longest = Object.values(all).reduce((most, { value }) => Math.max(most, value ?? 0), 0);
  const { size, name: unit } = durationUnit(longest);
  const scaled = (seconds: number | null) => (seconds === null ? null : seconds / size);
  const rows = Object.entries(all).map(([name, { value, lower, upper }]) => ({
    name,
    value: scaled(value),
    lower: scaled(lower),
    upper: scaled(upper),
  }));
  return { rows, unit, size };
}

/** Times from the start of incidents to their mitigation. */
export function mitigationSection(result: ServiceFile): Cell[] {
  const { mitigation } = result;
  if (mitigation === null) return [];
  const title = "How long does mitigation take?";
  const { n, open, mean, median, p90 } = mitigation;
  if (n === 0) return [heading("mitigation", title, `None of ${counted(open, "incident")} is mitigated yet.`)];
  const words = (estimate: Estimate) => estimateWords(estimate, durationWords);
  const left = open > 0 ? ` ${counted(open, "open incident")} ${open === 1 ? "is" : "are"} left out.` : "";
  const head = `The mean of ${counted(n, "incident")} is ${words(mean)}, half take up to ${words(median)}, nine in ten up to ${words(p90)}.${left}`;
  const { rows, unit, size } = inUnit(mitigation);
  const limit = numberOption(result, "maxMitigationMs");
  return [
    heading("mitigation", title, head),
    {
      kind: "chart",
      id: "mitigation-times",
      alt: `Times to mitigation of ${counted(n, "incident")}: mean ${words(mean)}, median ${words(median)}.`,
      caption: `With ${levelWords(result)}; one without two bounds is not drawn.${limit === null ? "" : " The limit is for the mean."}`,
      spec: intervalChart({
        title: "Time to mitigation",
        rows,
        rules: limit === null ? [] : [{ value: limit / 1000 / size, label: "limit" }],
        xTitle: "Start to mitigation",
        unit,
      }),
    },
  ];
}
