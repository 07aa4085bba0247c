import type { DefragFile } from "../../src/binpack/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { capital, counted, figure, listedUpTo } from "../capacity-plan/words.js";
import { gpuWords } from "../gpu-words.js";
import { warningCells } from "../warning-cells.js";
import { amountValue, amountWords, gainName, mostMoves } from "./goal.js";

function conclusion(result: DefragFile): string {
  const { goal, migrations, before, after, total, placements, pending_pods } = result;
  const moves = counted(migrations.length, "pod");
  if (goal !== "pending") {
    const what = goal === "empty-nodes" ? "nodes" : "racks";
    if (migrations.length === 0)
      return `Nothing: ${noMoveWords(result)}; ${figure(before)} of ${figure(total)} ${what} are without pods.`;
    return `Move ${moves}: ${figure(after - before)} more ${what} are then without pods, ${figure(after)} instead of ${figure(before)} of ${figure(total)}.`;
  }
  if (pending_pods === 0) return "No pod is pending: nothing to make room for.";
  const start = `${figure(placements.length)} of ${counted(pending_pods, "pending pod")}`;
  if (migrations.length === 0) {
    const room =
      pending_pods === 1
        ? `The pending pod has ${placements.length === 1 ? "" : "no "}room`
        : `${start} ${placements.length === 1 ? "has" : "have"} room`;
    return `Nothing: ${noMoveWords(result)}. ${room} as things stand.`;
  }
  return (
    `Move ${moves}: the room for pending pods grows from ${figure(amountValue(result, before))} to ${amountWords(result, after)} ` +
    `of the ${figure(amountValue(result, total))} that they ask for, and ${start} can start.`
  );
}

function noMoveWords(result: DefragFile): string {
  const most = mostMoves(result);
  if (most === 0) return "no moves were asked for (--migrations)";
  return `no plan of at most ${counted(most, "move")} gains anything`;
}

/** What moves, and what that disturbs. */
function disturbanceWords({ migrations }: DefragFile): string {
  if (migrations.length === 0) return "";
  const held = migrations.filter(({ gpu_milli }) => gpu_milli > 0);
  const milli = held.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);
  const nodes = new Set(migrations.map(({ from }) => from.node)).size;
  const pods = held.length === migrations.length ? "they" : `${figure(held.length)} of the moved pods`;
  const gpus =
    held.length === 0
      ? "none of the moved pods holds a GPU"
      : `${pods} ${held.length === 1 && held.length < migrations.length ? "holds" : "hold"} ${gpuWords(milli)}`;
  return `${migrations.length === 1 ? "The moved pod leaves" : "The moved pods leave"} ${counted(nodes, "node")}; ${gpus}. A pod that moves starts anew, unless it can be migrated live or resumes from a checkpoint.`;
}

function limitWords(result: DefragFile): string {
  const { migrations, goal } = result;
  const most = mostMoves(result);
  if (migrations.length === 0) return "";
  if (migrations.length < most)
    return `Of at most ${figure(most)} moves ${figure(migrations.length)} are used: no further move was found that gains anything.`;
  return `All ${figure(most)} moves that were allowed are used; more might ${goal === "pending" ? "make more room" : "free more"}.`;
}

function leftWords({ goal, pending_pods, placements, after, total }: DefragFile): string {
  const left = pending_pods - placements.length;
  if (goal !== "pending" || left === 0) return "";
  return `${counted(left, "pod")} ${left === 1 ? "stays" : "stay"} pending (${gpuWords(total - after)}): ${left === 1 ? "it needs" : "they need"} other nodes, or more of them.`;
}

function emptiedWords({ emptied, goal }: DefragFile): string {
  if (emptied.length === 0) return "";
  return `${goal === "empty-nodes" ? "Nodes" : "Racks"} to be freed: ${listedUpTo(emptied, 3)}.`;
}

function tiles(result: DefragFile): Metric[] {
  const { goal, migrations, before, after, total } = result;
  const unit = goal === "pending" ? { unit: "GPUs" } : {};
  const name = gainName(result);
  return [
    { label: "Pods to move", value: migrations.length },
    { label: `${capital(name)}, then`, value: amountValue(result, after), ...unit },
    { label: "As things stand", value: amountValue(result, before), ...unit },
    ...(total > 0
      ? [
          {
            label: goal === "pending" ? "Of what pending pods ask for" : `Of all ${amountWords(result, total)}`,
            value: Math.round((1000 * after) / total) / 10,
            unit: "%",
          },
        ]
      : []),
  ];
}

/** Whether to move anything, what it gains and what it disturbs. */
export function verdictSection(result: DefragFile): Cell[] {
  const points = [disturbanceWords(result), limitWords(result), emptiedWords(result), leftWords(result)];
  return [
    heading("verdict", "What to move", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
    ...warningCells(result.warnings),
  ];
}
