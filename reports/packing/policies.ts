import type { PackingResult, PolicyOutcome } from "../../src/binpack/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { listed } from "../capacity-plan/words.js";
import { dotPlot } from "../forecast-quality/dot-plot.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { ratioWords, total, unusableMilli } from "./gpus.js";

/** The result's own policy in the form of those that it is compared with. */
function ownOutcome(result: PackingResult): PolicyOutcome {
  return {
    policy: result.policy,
    allocation_ratio_final: result.allocation_ratio_final,
    allocated_gpu_milli: result.allocated_gpu_milli,
    frag_gpu_milli: result.frag_gpu_milli,
    unusable_gpu_milli: total(result.nodes_map, unusableMilli),
    pods_unschedulable: result.pods_unschedulable,
  };
}

/** All policies, the one that fills most first; among equals the result's own. */
function outcomes(result: PackingResult): PolicyOutcome[] {
  const others = result.comparison.filter(({ policy }) => policy !== result.policy);
  return [ownOutcome(result), ...others].sort((a, b) => b.allocated_gpu_milli - a.allocated_gpu_milli);
}

/** Sees all pods beforehand and may choose among them: a yardstick, and no choice for a scheduler. */
const OFFLINE = "offline";

/** Policies that a scheduler can follow, the one that fills most first; all of them if there are none. */
export function onlineOutcomes(result: PackingResult): PolicyOutcome[] {
  const all = outcomes(result);
  const online = all.filter(({ policy }) => policy !== OFFLINE);
  return result.policy === OFFLINE || online.length === 0 ? all : online;
}

/** What knowing all pods beforehand would be worth, where that was tried. */
export function offlineWords(result: PackingResult): string {
  const offline = outcomes(result).find(({ policy }) => policy === OFFLINE);
  const [best] = onlineOutcomes(result);
  if (!offline || result.policy === OFFLINE) return "";
  const more = offline.allocated_gpu_milli - best.allocated_gpu_milli;
  if (more <= 0) return `Knowing all pods beforehand (${OFFLINE}) would not fill more.`;
  return `Knowing all pods beforehand and choosing among them (${OFFLINE}) would fill ${gpuWords(more)} more than ${best.policy}.`;
}

function conclusion(result: PackingResult): string {
  const all = onlineOutcomes(result);
  const [best] = all;
  if (all.length === 1) return offlineWords(result);
  const worst = all[all.length - 1];
  const spread = best.allocated_gpu_milli - worst.allocated_gpu_milli;
  if (spread === 0) return `All ${all.length} policies fill the same number of GPUs. ${offlineWords(result)}`.trim();
  const own =
    best.policy === result.policy
      ? `${best.policy}, the policy of this result, fills most`
      : `${best.policy} fills most, ${gpuWords(best.allocated_gpu_milli - result.allocated_gpu_milli)} more than ${result.policy}`;
  return `${own}; the choice of the policy is worth ${gpuWords(spread)} (${best.policy} against ${worst.policy}). ${offlineWords(result)}`.trim();
}

function chart(result: PackingResult, all: readonly PolicyOutcome[]): Cell {
  const capacity = 1000 * result.gpus;
  const bound = result.bound && (100 * result.bound.lp) / capacity;
  const words = all.map(({ policy, allocation_ratio_final: ratio }) => `${policy} ${ratioWords(ratio ?? 0)}`);
  return {
    kind: "chart",
    id: "policies-filled",
    alt: `GPUs filled by policy: ${listed(words)}${bound === null ? "" : `; no placement fills more than ${ratioWords(bound)}`}.`,
    caption:
      "The same nodes and the same pods in the same order. Right is better." +
      (bound === null ? "" : " Dashed: what no placement exceeds, even one that knows all pods beforehand (LP bound)."),
    spec: dotPlot({
      title: "GPUs filled by policy",
      names: all.map(({ policy }) => policy),
      value: all.map(({ allocation_ratio_final }) => allocation_ratio_final),
      valueTitle: "GPUs filled (%)",
      nameTitle: "Policy",
      rules: bound === null ? [] : [{ value: Math.round(bound * 1000) / 1000, label: "bound" }],
    }),
  };
}

function table(result: PackingResult, all: readonly PolicyOutcome[]): Cell {
  const { bound } = result;
  return {
    kind: "table",
    id: "policies-scores",
    columns: [
      { name: "policy", label: "Policy", format: "text" },
      { name: "ratio", label: "GPUs filled", unit: "%" },
      { name: "filled", label: "Filled", unit: "GPUs" },
      { name: "more", label: `Against ${result.policy}`, unit: "GPUs" },
      ...(bound ? [{ name: "gap", label: "Below the bound", unit: "GPUs" }] : []),
      { name: "lost", label: "Free but unusable", unit: "GPUs" },
      { name: "pending", label: "Pods pending", format: "integer" },
    ],
    rows: all.map((one) => ({
      policy: one.policy,
      ratio: one.allocation_ratio_final === null ? null : Math.round(100 * one.allocation_ratio_final) / 100,
      filled: inGpus(one.allocated_gpu_milli),
      more: inGpus(one.allocated_gpu_milli - result.allocated_gpu_milli),
      gap: bound ? inGpus(bound.lp - one.allocated_gpu_milli) : null,
      lost: inGpus(one.unusable_gpu_milli),
      pending: one.pods_unschedulable,
    })),
  };
}

/** What other policies make of the same nodes and pods. */
export function policiesSection(result: PackingResult): Cell[] {
  if (result.gpus === 0) return [];
  const all = outcomes(result);
  if (all.length === 1) {
    const words = `Only ${result.policy} was run. --compare fgd,bestfit,random runs others on the same nodes and pods.`;
    return [heading("policies", "Which policy?", words)];
  }
  return [heading("policies", "Which policy?", conclusion(result)), chart(result, all), table(result, all)];
}
