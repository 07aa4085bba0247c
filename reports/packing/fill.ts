import type { PackingResult } from "../../src/binpack/index.js";
import { type Cell, lineChart } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { tuneAxes } from "../forecast-quality/tune-axes.js";
import { ratioWords } from "./gpus.js";

/** Requests turned away in % of all GPUs, up to which the cluster still counts as taking what comes. */
const SLACK = 1;

/** The part of the curve that tells: before and behind the point where the lines part. */
const SHOWN = { before: 20, behind: 15 };

interface Point {
  arrived: number;
  ratio: number;
}

function around(points: readonly Point[], arrived: number): readonly Point[] {
  const near = points.filter(
    (point) => point.arrived >= arrived - SHOWN.before && point.arrived <= arrived + SHOWN.behind,
  );
  return near.length >= 3 ? near : points;
}

/** How full the cluster is as pods arrive. */
export function fillSection({ allocation_ratio_at, policy, bound, gpus }: PackingResult): Cell[] {
  const points = Object.entries(allocation_ratio_at)
    .map(([arrived, ratio]) => ({ arrived: Number(arrived), ratio }))
    .sort((a, b) => a.arrived - b.arrived);
  if (points.length < 3 || gpus === 0) return [];
  // For good: a dip at one level is an odd pod among few.
  const refusing = points[points.findLastIndex(({ arrived, ratio }) => arrived - ratio <= SLACK) + 1];
  const last = points[points.length - 1];
  const shown = around(points, refusing?.arrived ?? last.arrived);
  const words = refusing
    ? `Pods are turned away from about ${ratioWords(refusing.arrived)} of the GPUs asked for on; with ${ratioWords(last.arrived)} asked for, ${ratioWords(last.ratio)} are taken.`
    : `Up to the last pod, with ${ratioWords(last.arrived)} of the GPUs asked for, nearly everything finds a place.`;
  return [
    heading("fill", "When does it fill up?", words),
    {
      kind: "chart",
      id: "fill-curve",
      alt: `GPUs taken as pods arrive under ${policy}. ${words}`,
      caption:
        "Mean over the arrivals at each per cent. Where the lines part, requests are turned away." +
        (bound ? " Dashed: what no placement of all these pods exceeds." : ""),
      spec: tuneAxes(
        lineChart({
          title: "GPUs taken as pods arrive",
          x: shown.map(({ arrived }) => arrived),
          xTitle: "GPUs asked for so far (%)",
          yTitle: "GPUs taken",
          unit: "%",
          series: [
            { name: policy, value: shown.map(({ ratio }) => ratio) },
            { name: "asked for", value: shown.map(({ arrived }) => Math.min(arrived, 100)) },
          ],
          yRules: bound ? [{ value: (100 * bound.lp) / (1000 * gpus), label: "bound" }] : [],
        }),
        { zero: false },
      ),
    },
  ];
}
