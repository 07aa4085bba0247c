import type { AbFile } from "../../../src/experiment/index.js";
import { type Cell, lineChart } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { brief, estimateWords } from "../../estimate-words.js";
import { decisiveLook, effectOf, type Metric, metricsOf } from "./metrics.js";

/** Metrics with charts of their own. */
const MOST_METRICS = 6;
/** Looks drawn of a metric; of more, evenly chosen ones. */
const MOST_LOOKS = 400;

function drawnLooks({ looks }: Metric): Metric["looks"] {
  const every = Math.ceil(looks.length / MOST_LOOKS);
  return looks.filter((_, i) => i % every === 0 || i === looks.length - 1);
}

function charts(metric: Metric, i: number): Cell[] {
  const { name, last } = metric;
  const looks = drawnLooks(metric);
  const x = looks.map(({ look }) => look);
  const decisive = decisiveLook(metric);
  const crossed = decisive.rejected
    ? `crossed its bound at look ${decisive.look}`
    : `has not crossed it by look ${last.look}`;
  const of = last.role === "guardrail" ? `${name} (guardrail)` : name;
  const bound = last.bound === null ? "" : `, bound ${brief(last.bound)}`;
  return [
    {
      kind: "chart",
      id: `looks-effect-${i + 1}`,
      alt: `Effect of ${of} over ${counted(looks.length, "look")}: ${estimateWords(effectOf(last))} at the last.`,
      spec: lineChart({
        title: `Effect of ${of}`,
        x,
        xTitle: "Look",
        yTitle: "b \u2212 a",
        height: 180,
        series: [
          {
            name: "effect",
            value: looks.map(({ effect }) => effect),
            lo: looks.map(({ lower }) => lower),
            hi: looks.map(({ upper }) => upper),
          },
        ],
        yRules: [{ value: 0, label: "no difference" }],
      }),
    },
    {
      kind: "chart",
      id: `looks-z-${i + 1}`,
      alt: `z of ${of} over ${counted(looks.length, "look")} against its bound: it ${crossed} (z ${last.z === null ? "unknown" : brief(last.z)}${bound}).`,
      spec: lineChart({
        title: `Stopping bounds of ${of}`,
        x,
        xTitle: "Look",
        yTitle: "z",
        height: 180,
        series: [
          { name: "z", value: looks.map(({ z }) => z) },
          { name: "upper bound", value: looks.map(({ bound }) => bound) },
          { name: "lower bound", value: looks.map(({ bound }) => (bound === null ? null : -bound)) },
        ],
      }),
    },
  ];
}

/** Effects and z over the looks, metrics that crossed their bound first. */
export function looksSection({ experiments }: AbFile): Cell[] {
  const several = experiments.flatMap(metricsOf).filter(({ looks }) => looks.length > 1);
  if (several.length === 0) return [];
  const crossed = (metric: Metric) => metric.looks.some(({ rejected }) => rejected);
  const drawn = [...several].sort((a, b) => Number(crossed(b)) - Number(crossed(a))).slice(0, MOST_METRICS);
  const count = several.filter(crossed).length;
  const fewer = several.length > drawn.length ? ` Drawn are ${figure(drawn.length)}, those that crossed first.` : "";
  const head = `${figure(count)} of ${counted(several.length, "metric")} with several looks crossed ${count === 1 ? "its" : "their"} bound at some look.${fewer}`;
  return [heading("looks", "How did it go, look by look?", head), ...drawn.flatMap(charts)];
}
