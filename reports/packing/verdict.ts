import type { PackingResult } from "../../src/binpack/index.js";
import type { Cell, Metric } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { gpuWords, inGpus } from "../gpu-words.js";
import { reasonWords } from "../reason-words.js";
import { freeMilli, ratioWords, total, unusableMilli } from "./gpus.js";
import { offlineWords, onlineOutcomes } from "./policies.js";

/** Words for what keeps typical pods from free GPUs, in the order of the report. */
export const CAUSES = Object.freeze([
  { key: "unusable_cpu", words: "too little CPU on the node", label: "CPU short" },
  { key: "unusable_pieces", words: "pieces too small or too few", label: "In pieces" },
  { key: "unusable_model", words: "a model that they do not take", label: "Wrong model" },
] as const);

function conclusion(result: PackingResult): string {
  const { policy, gpus, allocated_gpu_milli, allocation_ratio_final: ratio, bound } = result;
  if (ratio === null) return "The nodes have no GPUs: there is nothing to fill.";
  const filled = `${policy} fills ${ratioWords(ratio)} of the GPUs: ${figure(inGpus(allocated_gpu_milli))} of ${figure(gpus)}.`;
  if (!bound) return filled;
  const gap = bound.lp - allocated_gpu_milli;
  if (gap < 1) return `${filled} No placement of these pods could fill more.`;
  return `${filled} No placement of these pods fills more than ${figure(inGpus(bound.lp))}, so at most ${gpuWords(gap)} (${percent(gap / bound.lp)} of the possible) are left to gain.`;
}

/** Free GPUs that nobody can use, and why. */
export function lostWords({ nodes_map: nodes }: PackingResult): string {
  const free = total(nodes, freeMilli);
  if (nodes.length === 0) return "";
  if (free === 0) return "No GPU is free.";
  const lost = total(nodes, unusableMilli);
  const words = `${gpuWords(free)} are free, and a typical pod that asks for GPUs cannot use ${figure(inGpus(lost))} of them`;
  const causes = CAUSES.map(({ key, words: why }) => ({ why, milli: total(nodes, (node) => node[key]) }))
    .filter(({ milli }) => inGpus(milli) > 0)
    .sort((a, b) => b.milli - a.milli)
    .map(({ why, milli }) => `${gpuWords(milli)} for ${why}`);
  return `${words}${causes.length > 0 ? `: ${listed(causes)}` : ""}.`;
}

function pendingWords({ pods_placed, pods_unschedulable, pending, bound, arrived_gpu_milli }: PackingResult): string {
  const pods = pods_placed + pods_unschedulable;
  if (pods === 0) return "No pod arrived.";
  if (pods_unschedulable === 0)
    return pods === 1 ? "The only pod has a place." : `All ${figure(pods)} pods have a place.`;
  const asked = pending.by_reason.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);
  const reasons = pending.by_reason.map(({ reason, pods: count }) => `${figure(count)} ${reasonWords(reason)}`);
  const one = pods_unschedulable === 1;
  const least = bound ? arrived_gpu_milli - bound.lp : 0;
  const excess = least >= 1000 ? ` Whatever the policy, pods with ${gpuWords(least)} stay pending.` : "";
  return (
    `${figure(pods_unschedulable)} of ${counted(pods, "pod")} (${percent(pods_unschedulable / pods)}), which ${one ? "asks" : "ask"} for ` +
    `${gpuWords(asked)}, ${one ? "is" : "are"} pending: ${listed(reasons)}.${excess}`
  );
}

function policyWords(result: PackingResult): string {
  const policies = onlineOutcomes(result);
  const [best] = policies;
  const more = best.allocated_gpu_milli - result.allocated_gpu_milli;
  const others = policies.length - 1;
  const online =
    more > 0
      ? `${best.policy} would fill ${gpuWords(more)} more.`
      : others === 1
        ? "The other policy compared fills no more."
        : `None of the ${others} other policies compared fills more.`;
  return `${others === 0 ? "" : online} ${offlineWords(result)}`.trim();
}

function tiles(result: PackingResult): Metric[] {
  const { allocation_ratio_final: ratio, allocated_gpu_milli, bound, nodes_map: nodes } = result;
  const asked = result.pending.by_reason.reduce((sum, { gpu_milli }) => sum + gpu_milli, 0);
  const hundredth = (value: number) => Math.round(value * 100) / 100;
  return [
    { label: "GPUs filled", value: ratio === null ? null : hundredth(ratio), unit: "%" },
    ...(bound && bound.lp > 0
      ? [{ label: "Of what is possible", value: hundredth((100 * allocated_gpu_milli) / bound.lp), unit: "%" }]
      : []),
    { label: "Free but unusable for typical pods", value: inGpus(total(nodes, unusableMilli)), unit: "GPUs" },
    { label: `Pods pending; they ask for ${gpuWords(asked)}`, value: result.pods_unschedulable },
  ];
}

/** How full the cluster gets, how much more is possible, what is lost and what is pending. */
export function verdictSection(result: PackingResult): Cell[] {
  const points = [lostWords(result), pendingWords(result), policyWords(result)];
  return [
    heading("verdict", "How full the cluster gets", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    ...bullets("verdict-words", points),
  ];
}
