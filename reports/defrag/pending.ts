import type { DefragFile } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { BARRED } from "../barred.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed } from "../capacity-plan/words.js";
import { inGpus } from "../gpu-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type PendingPod = DefragFile["pending"][number];

/** Pods told in a sentence. */
const MOST_SENTENCES = 3;

/** The constraint that keeps the pod from most nodes; null where some node has room. */
function mainBar({ counts, fitting }: PendingPod): string | null {
  if (fitting > 0) return null;
  const bars = BARRED.filter(({ key }) => key !== "fragmentation" && (counts[key] ?? 0) > 0);
  const [first] = bars.sort((a, b) => counts[b.key] - counts[a.key]);
  return first?.label ?? null;
}

function conclusion(left: readonly PendingPod[]): string {
  const groups = new Map<string, number>();
  for (const pod of left) {
    const bar = mainBar(pod);
    if (bar !== null) groups.set(bar, (groups.get(bar) ?? 0) + 1);
  }
  const words = [...groups]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([bar, count]) => `${bar.charAt(0).toLowerCase()}${bar.slice(1)} (${figure(count)})`);
  const why = words.length === 0 ? "" : ` What keeps them from most nodes as things stand: ${listed(words)}.`;
  const scattered = left.filter(({ counts }) => (counts["fragmentation"] ?? 0) > 0).length;
  const pieces =
    scattered === 0 ? "" : ` For ${figure(scattered)} of them enough GPUs are free in sum, in pieces on several nodes.`;
  return `${counted(left.length, "pod")} ${left.length === 1 ? "has" : "have"} no room.${why}${pieces}`;
}

/** Pending pods without room after the moves, and why they have none as things stand; the most GPUs first. */
export function pendingSection({ goal, pending, placements, pending_pods }: DefragFile): Cell[] {
  const placed = new Set(placements.map(({ pod }) => pod));
  const left = pending.filter(({ pod }) => !placed.has(pod)).sort((a, b) => b.gpu_milli - a.gpu_milli);
  if (left.length === 0) return [];
  const shown = BARRED.filter(({ key }) => left.some(({ counts }) => (counts[key] ?? 0) > 0));
  const cut = pending_pods - pending.length;
  return [
    heading("pending", goal === "pending" ? "What still waits, and why?" : "What waits, and why?", conclusion(left)),
    {
      kind: "table",
      id: "pending-pods",
      caption:
        `Nodes that each constraint keeps from the pod as things stand; a node may break several. The pods that ask for most come first.` +
        (cut > 0 ? ` The last ${figure(cut)} of the pending list were not looked at.` : "") +
        leftOutWords(left.length),
      columns: [
        { name: "pod", label: "Pod", format: "text" },
        { name: "gpus", label: "Asks for", unit: "GPUs" },
        ...shown.map(({ key, label }) => ({ name: key, label, unit: "nodes", format: "integer" })),
        { name: "fitting", label: "With room", unit: "nodes", format: "integer" },
      ],
      rows: left.slice(0, MOST_ROWS).map(({ pod, gpu_milli, counts, fitting }) => ({
        pod,
        gpus: inGpus(gpu_milli),
        ...Object.fromEntries(shown.map(({ key }) => [key, counts[key] ?? 0])),
        fitting,
      })),
    },
    ...bullets(
      "pending-words",
      left.slice(0, MOST_SENTENCES).map(({ sentence }) => `${sentence}.`),
    ),
  ];
}
