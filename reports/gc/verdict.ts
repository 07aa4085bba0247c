import type { GcReport } from "../../src/gc-reachability/index.js";
import { type Cell, escapeMarkdown, formatNumber, type Metric } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listed, percent } from "../capacity-plan/words.js";
import { bytesWords, inUnit, largestFirst, unitFor } from "./bytes.js";
import { fuseSection } from "./fuse.js";
import { groupName } from "./group-name.js";
import { reasonWords } from "./reasons.js";
import { phaseTotals, type Total } from "./totals.js";

/** Reasons named in a sentence. */
const NAMED = 3;

const objectWords = ({ objects, bytes }: Total) => `${bytesWords(bytes)} in ${counted(objects, "object")}`;

/** `12 %` of all bytes; nothing where there are none. */
function shareWords(part: Total, all: Total): string {
  return all.bytes > 0n ? ` (${percent(Number(part.bytes) / Number(all.bytes))})` : "";
}

function conclusion(result: GcReport): string {
  const { deletes, moves, keeps, all } = phaseTotals(result);
  if (deletes.objects + moves.objects === 0) return `Nothing may go: all ${objectWords(all)} stay.`;
  const parts = [
    ...(deletes.objects > 0 ? [`${objectWords(deletes)}${shareWords(deletes, all)} may be deleted`] : []),
    ...(moves.objects > 0
      ? [`${objectWords(moves)}${shareWords(moves, all)} may move to colder storage (transition)`]
      : []),
    keeps.objects > 0
      ? `${objectWords(keeps)}${shareWords(keeps, all)} ${keeps.objects === 1 ? "stays" : "stay"}`
      : "nothing stays",
  ];
  return `${listed(parts)}.`;
}

/** What it saves, and how soon charges for leaving a storage class early are made up for. */
function moneyWords({ saved_monthly_usd: saved, candidates }: GcReport): string {
  if (candidates.objects === 0) return "";
  if (saved === null) return "What it saves is unknown: no storage class of what goes has a price in the policy.";
  const early = candidates.early_deletion_usd ?? 0;
  const words = `It saves ${usdWords(saved)} a month`;
  if (early === 0) return `${words}, and nothing is charged for leaving a storage class early.`;
  const months = early / saved;
  const back =
    saved <= 0
      ? ""
      : months <= 1
        ? ", which savings make up for within a month"
        : `, which savings make up for in ${figure(Math.ceil(months))} months`;
  return `${words}. Leaving a storage class early costs ${usdWords(early)} once${back}.`;
}

const usdWords = (usd: number) => `${formatNumber(usd)}\u00a0USD`;

function keptWords({ by_reason }: GcReport): string {
  const kept = by_reason.filter(({ action, objects }) => action === "keep" && objects > 0).sort(largestFirst);
  if (kept.length === 0) return "";
  const named = kept
    .slice(0, NAMED)
    .map(({ reason, action, bytes }) => `${reasonWords(reason, action).label} ${bytesWords(bytes)}`);
  return `What stays, stays mainly for ${kept.length === 1 ? "this reason" : "these reasons"}: ${listed(named)}.`;
}

function goesWords({ breakdown }: GcReport): string {
  const [most] = breakdown
    .filter(({ action, rest, objects }) => action === "delete" && !rest && objects > 0)
    .sort(largestFirst);
  if (!most) return "";
  return `The largest group to be deleted is ${groupName(most.kind, "kind")}, ${groupName(most.class, "class")}: ${bytesWords(most.bytes)} in ${counted(most.objects, "object")}${most.reason === "erasure" ? " (erasure requests)" : ""}.`;
}

function erasureWords(result: GcReport): string {
  const { purge } = phaseTotals(result);
  if (purge.objects === 0) return "";
  return `${objectWords(purge)} of this ${purge.objects === 1 ? "goes" : "go"} for erasure requests, without quarantine.`;
}

function approvalWords({ approvals_needed, conflict_count }: GcReport): string {
  if (approvals_needed < 2) return "";
  return `A second person must approve: ${counted(conflict_count, "object")} ${conflict_count === 1 ? "is" : "are"} both under a legal hold and to be erased.`;
}

function sizeTile(label: string, { bytes, objects }: Total): Metric {
  const unit = unitFor(bytes);
  return { label: `${label}, ${counted(objects, "object")}`, value: inUnit(bytes, unit), unit: unit.name };
}

function tiles(result: GcReport): Metric[] {
  const { deletes, moves, keeps } = phaseTotals(result);
  return [
    sizeTile("May be deleted", deletes),
    sizeTile("May move to colder storage", moves),
    sizeTile("Stays", keeps),
    { label: "Saved a month", value: result.saved_monthly_usd, unit: "USD" },
  ];
}

/** What may go and what that saves; or that nothing may, because a limit stopped the plan. */
export function verdictSection(result: GcReport): Cell[] {
  if (result.status === "fused") return fuseSection(result);
  const points = [
    moneyWords(result),
    erasureWords(result),
    approvalWords(result),
    goesWords(result),
    keptWords(result),
  ].filter((text) => text !== "");
  return [
    heading("verdict", "What may go", conclusion(result)),
    { kind: "metrics", id: "verdict-figures", items: tiles(result) },
    { kind: "prose", id: "verdict-words", markdown: points.map((text) => `- ${escapeMarkdown(text)}`).join("\n") },
  ];
}
