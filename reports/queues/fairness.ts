import { barChart, type Cell } from "../../src/report/index.js";
import type { SimulationFile } from "../../src/simulate/index.js";
import { heading, paragraph } from "../capacity-plan/section.js";
import { figure, listed } from "../capacity-plan/words.js";
import type { Served } from "./targets.js";

/** Below this a Jain index is worth a sentence at the top. */
const UNEVEN = 0.8;
/** Bars of the chart. */
const MOST_BARS = 30;

interface Group {
  what: "queue" | "team";
  index: number | null;
  served: readonly Served[];
}

/** Queues and teams, where there are several. */
function groups({ jain, by_queue, by_team }: SimulationFile): Group[] {
  const all: Group[] = [
    { what: "queue", index: jain.queues, served: by_queue },
    { what: "team", index: jain.teams, served: by_team },
  ];
  return all.filter(({ index, served }) => index !== null && served.length > 1);
}

function worstOf({ served }: Group): Served {
  return served.reduce((a, b) => ((b.mean_bounded_slowdown ?? 0) > (a.mean_bounded_slowdown ?? 0) ? b : a));
}

/** A sentence where the jobs of one queue or team are held up far more than others; else nothing. */
export function fairnessWords(result: SimulationFile): string {
  const [uneven] = unevenOf(groups(result));
  if (!uneven) return "";
  return `${uneven.what === "queue" ? "Queues" : "Teams"} are served unevenly (Jain index ${figure(Math.round(100 * (uneven.index ?? 0)) / 100)}): ${unevenWords([uneven])}.`;
}

const unevenOf = (several: readonly Group[]) => several.filter(({ index }) => (index ?? 1) < UNEVEN);

/** Who is held up most, where some are far more than others; else nothing. */
function unevenWords(several: readonly Group[]): string {
  const words = unevenOf(several).map((group) => {
    const { name, mean_bounded_slowdown } = worstOf(group);
    return `jobs of ${group.what} ${name} take ${figure(mean_bounded_slowdown ?? 0)} times as long as they run`;
  });
  return listed(words);
}

function chart(group: Group): Cell {
  const known = group.served
    .filter(({ mean_bounded_slowdown }) => mean_bounded_slowdown !== null)
    .sort((a, b) => (b.mean_bounded_slowdown ?? 0) - (a.mean_bounded_slowdown ?? 0) || (a.name < b.name ? -1 : 1));
  const shown = known.slice(0, MOST_BARS);
  const words = [shown[0], known[known.length - 1]].map(
    ({ name, mean_bounded_slowdown }) => `${name} ${figure(mean_bounded_slowdown ?? 0)}`,
  );
  return {
    kind: "chart",
    id: `fairness-${group.what}s`,
    alt: `Mean slowdown by ${group.what}, from ${words[0]} to ${words[1]}.`,
    caption: `Time from submit to end ÷ time of the run (at least 10 s), mean over the jobs that ended; 1 means no wait. Even bars are fair.${known.length > shown.length ? ` ${known.length - shown.length} with shorter waits are not drawn.` : ""}`,
    spec: barChart({
      title: `Slowdown by ${group.what}`,
      categories: shown.map(({ name }) => name),
      series: [{ name: "slowdown", value: shown.map(({ mean_bounded_slowdown }) => mean_bounded_slowdown) }],
      horizontal: true,
      categoryTitle: group.what === "queue" ? "Queue" : "Team",
      yTitle: "Mean slowdown",
      unit: "no wait = 1",
    }),
  };
}

/** Whether queues, teams and users wait alike. */
export function fairnessSection(result: SimulationFile): Cell[] {
  const several = groups(result);
  if (several.length === 0) return [];
  const { jain } = result;
  const indices = [
    ...several.map(({ what, index }) => `${figure(Math.round(1000 * (index ?? 0)) / 1000)} over ${what}s`),
    ...(jain.users === null ? [] : [`${figure(Math.round(1000 * jain.users) / 1000)} over users`]),
  ];
  return [
    heading(
      "fairness",
      "Is it fair?",
      `Jain's index of the mean slowdowns is ${listed(indices)}: ${unevenWords(several) || "no group is held up far more than the others"}.`,
    ),
    ...several.map(chart),
    paragraph(
      "fairness-legend",
      `Jain's index is 1 when all are served alike and 1 ÷ their number when one alone waits. Policies that follow quotas or weights are uneven on purpose.`,
    ),
  ];
}
