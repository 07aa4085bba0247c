import type { AbPlanFile } from "../../../src/experiment/index.js";
import type { Cell, Metric } from "../../../src/report/index.js";
import { bullets } from "../../bullets.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { brief, shareWords } from "../../estimate-words.js";

const upwards = (rows: number): string => figure(Math.ceil(rows));

function effectWords({ effect: { kind, baseline, target, effect_size } }: AbPlanFile): string {
  return kind === "proportions" && baseline !== null && target !== null
    ? `${shareWords(target)} against ${shareWords(baseline)}`
    : `a difference of ${brief(effect_size)} standard deviations`;
}

function conclusion(result: AbPlanFile): string {
  const { n_a, n_b, power, days, looks } = result;
  const most = looks.length > 1 ? " at most" : "";
  const time = days === null ? "" : ` That takes ${counted(days, "day")}.`;
  return `Plan for ${figure(n_a)} rows of a and ${figure(n_b)} of b${most}: that finds ${effectWords(result)} with a power of ${shareWords(power)}.${time}`;
}

function tiles({ n_a, n_b, inflation, expected, days, effect }: AbPlanFile): Metric[] {
  return [
    { label: "Rows of a", value: n_a },
    { label: "Rows of b", value: n_b },
    {
      label: effect.kind === "proportions" ? "Effect size (Cohen's h)" : "Effect size (Cohen's d)",
      value: effect.effect_size,
    },
    { label: "Times the rows of a test without looks", value: inflation },
    ...(expected ? [{ label: "Rows on average with the effect", value: Math.ceil(expected.alternative) }] : []),
    ...(days === null ? [] : [{ label: "Days", value: days }]),
  ];
}

/** How many rows the experiment needs. */
export function verdictSection(result: AbPlanFile): Cell[] {
  const { fixed, expected, looks } = result;
  return [
    heading("verdict", "How many rows does the experiment need?", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", [
      looks.length > 1
        ? `A test without looks needs ${upwards(fixed.n_a)} rows of a and ${upwards(fixed.n_b)} of b: the looks cost the rest.`
        : "",
      expected && looks.length > 1
        ? `Since it may stop early, it takes ${upwards(expected.alternative)} rows of both arms on average if the effect is there, and ${upwards(expected.null)} if nothing is.`
        : "",
      expected ? "" : "How many rows it takes on average depends on how often one looks.",
    ]),
  ];
}
