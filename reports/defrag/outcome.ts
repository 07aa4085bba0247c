import type { DefragFile } from "../../src/binpack/index.js";
import { barChart, type Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { inGpus, sizeWords } from "../gpu-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amountWords, gainName } from "./goal.js";

interface Size {
  name: string;
  /** Pods that have room when all moves are done, and those that have none. */
  room: number;
  none: number;
}

/** Pending pods by what they ask for, the smallest first. */
function sizes({ pending, placements }: DefragFile): Size[] {
  const placed = new Set(placements.map(({ pod }) => pod));
  const groups = new Map<string, Size>();
  for (const { pod, gpu_milli } of [...pending].sort((a, b) => a.gpu_milli - b.gpu_milli)) {
    const name = sizeWords(gpu_milli / 1000);
    const size = groups.get(name) ?? { name, room: 0, none: 0 };
    groups.set(name, placed.has(pod) ? { ...size, room: size.room + 1 } : { ...size, none: size.none + 1 });
  }
  return [...groups.values()];
}

function sizesCell(result: DefragFile): Cell {
  const rows = sizes(result);
  const words = rows.map(({ name, room, none }) => `${name} ${figure(room)} of ${figure(room + none)}`);
  const cut = result.pending_pods - result.pending.length;
  return {
    kind: "chart",
    id: "outcome-sizes",
    alt: `Pending pods that have room in the end, by what a pod asks for: ${listed(words)}.`,
    caption: `Pending pods that have room in the end, and those that have none.${cut > 0 ? ` The first ${figure(result.pending.length)} pending pods.` : ""}`,
    spec: barChart({
      title: "Pending pods by size",
      categories: rows.map(({ name }) => name),
      categoryTitle: "Pod asks for",
      series: [
        { name: "room", value: rows.map(({ room }) => room) },
        { name: "no room", value: rows.map(({ none }) => none) },
      ],
      stacked: true,
      horizontal: true,
      yTitle: "Pods",
    }),
  };
}

function placedTable({ placements }: DefragFile): Cell[] {
  if (placements.length === 0) return [];
  return [
    {
      kind: "table",
      id: "outcome-placements",
      caption: `Pending pods that have room when all moves are done.${leftOutWords(placements.length)}`,
      columns: [
        { name: "pod", label: "Pod", format: "text" },
        { name: "gpus", label: "Asks for", unit: "GPUs" },
        { name: "node", label: "Node", format: "text" },
        { name: "ids", label: "Which GPUs", format: "text" },
      ],
      rows: placements.slice(0, MOST_ROWS).map(({ pod, gpu_milli, to }) => ({
        pod,
        gpus: inGpus(gpu_milli),
        node: to.node,
        ids: to.gpu_ids || null,
      })),
    },
  ];
}

function freedCells(result: DefragFile): Cell[] {
  const { goal, before, after, total, migrations } = result;
  const what = goal === "empty-nodes" ? "Node" : "Rack";
  const states = ["as things stand", `after ${counted(migrations.length, "move")}`];
  return [
    {
      kind: "chart",
      id: "outcome-freed",
      alt: `${what}s without pods: ${figure(before)} as things stand, ${figure(after)} after the moves, of ${figure(total)}.`,
      spec: barChart({
        title: `${what}s by use`,
        categories: states,
        series: [
          { name: "without pods", value: [before, after] },
          { name: "in use", value: [total - before, total - after] },
        ],
        stacked: true,
        horizontal: true,
        yTitle: `${what}s`,
      }),
    },
    ...emptiedTable(result),
  ];
}

function emptiedTable({ goal, emptied, migrations }: DefragFile): Cell[] {
  if (emptied.length === 0) return [];
  const nodes = goal === "empty-nodes";
  const left = new Map<string, number>();
  for (const { from } of migrations) left.set(from.node, (left.get(from.node) ?? 0) + 1);
  const what = nodes ? "Node" : "Rack";
  return [
    {
      kind: "table",
      id: "outcome-emptied",
      caption: `${what}s that the moves leave without pods.${leftOutWords(emptied.length)}`,
      columns: [
        { name: "name", label: what, format: "text" },
        ...(nodes ? [{ name: "pods", label: "Pods that leave it", format: "integer" }] : []),
      ],
      rows: emptied.slice(0, MOST_ROWS).map((name) => ({ name, ...(nodes ? { pods: left.get(name) ?? null } : {}) })),
    },
  ];
}

function conclusion(result: DefragFile): string {
  const { goal, before, after, total, placements, pending_pods, migrations } = result;
  if (goal === "pending") {
    if (total === 0)
      return `${figure(placements.length)} of ${counted(pending_pods, "pending pod")} have room; none asks for a GPU.`;
    const share = `${percent(after / total)} of the ${amountWords(result, total)} that pending pods ask for`;
    if (migrations.length === 0) return `As things stand there is room for ${amountWords(result, after)}, ${share}.`;
    return `After the moves there is room for ${amountWords(result, after)}, ${share}, against ${amountWords(result, before)} as things stand.`;
  }
  return `${amountWords(result, before)} ${gainName(result).replace(/^\w+ /, "")} as things stand, ${figure(after)} after the moves.`;
}

/** What the moves gain. */
export function outcomeSection(result: DefragFile): Cell[] {
  const { goal, pending_pods, migrations } = result;
  const moves = migrations.length > 0;
  if (goal === "pending" ? pending_pods === 0 : !moves) return [];
  return [
    heading("outcome", moves ? "What is gained?" : "What has room as things stand?", conclusion(result)),
    ...(goal === "pending" ? [sizesCell(result), ...placedTable(result)] : freedCells(result)),
  ];
}
