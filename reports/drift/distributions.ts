import type { Distribution, DriftFile } from "../../src/drift/index.js";
import { barChart, binnedPair, type Cell, type VegaLiteSpec } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { distinctNames } from "../gc/distinct-names.js";

function overlay(one: Distribution): VegaLiteSpec {
  const { feature, reference, current } = one;
  const title = `Distribution of ${feature}`;
  if (one.kind === "numeric") {
    return binnedPair({
      title,
      edges: one.edges,
      reference: { name: "reference", shares: reference },
      current: { name: "current", shares: current },
      height: 180,
    });
  }
  return barChart({
    title,
    categories: distinctNames(one.levels),
    series: [
      { name: "reference", value: reference },
      { name: "current", value: current },
    ],
    horizontal: true,
    yTitle: "Share of the rows",
  });
}

/** Where both sides differ most: `most of all current values lie between 3 and 4`. */
function alternative({ feature, kind, reference, current, ...place }: Distribution): string {
  const gaps = current.map((share, i) => share - reference[i]);
  const most = gaps.reduce((best, gap, i) => (Math.abs(gap) > Math.abs(gaps[best]) ? i : best), 0);
  const where =
    "edges" in place
      ? `between ${Number(place.edges[most].toPrecision(3))} and ${Number(place.edges[most + 1].toPrecision(3))}`
      : `are ${place.levels[most]}`;
  return `${feature}: of the reference ${percent(reference[most])} ${kind === "numeric" ? "lie " : ""}${where}, of the current rows ${percent(current[most])}.`;
}

/** The features that moved most, both sides over each other. */
export function distributionsSection({ distributions }: DriftFile): Cell[] {
  const drawn = distributions.filter(({ reference }) => reference.length > 0);
  if (drawn.length === 0) return [];
  return [
    heading(
      "distributions",
      "What do they look like?",
      "The features that moved most: the reference filled, the current rows as a line, each as shares of its own rows.",
    ),
    ...drawn.map(
      (one, i): Cell => ({ kind: "chart", id: `distribution-${i + 1}`, alt: alternative(one), spec: overlay(one) }),
    ),
  ];
}
