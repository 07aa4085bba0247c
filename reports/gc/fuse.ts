import type { GcReport } from "../../src/gc-reachability/index.js";
import { type Cell, escapeMarkdown, type Metric } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { listed } from "../capacity-plan/words.js";
import { bytesWords, exactWords, inUnit, unitFor } from "./bytes.js";

type Fuse = GcReport["fuse"][number];

/** A share in %, with as many digits as tell it from another. */
function shares(planned: number, allowed: number): [planned: string, allowed: string, over: string] {
  const write = (share: number, digits: number) => `${Number((100 * share).toPrecision(digits))}\u00a0%`;
  let digits = 4;
  while (digits < 17 && write(planned, digits) === write(allowed, digits)) digits++;
  const over = Number((100 * (planned - allowed)).toPrecision(3));
  return [
    write(planned, digits),
    write(allowed, digits),
    `${over} ${over === 1 ? "percentage point" : "percentage points"}`,
  ];
}

/** A number of bytes of a limit. */
const wholeBytes = (bytes: number | string) => BigInt(typeof bytes === "number" ? Math.round(bytes) : bytes);

/** By how much a limit was exceeded, as a sentence. */
function excessWords({ limit, allowed, planned }: Fuse): string {
  if (limit === "max_delete_fraction") {
    const [share, most, over] = shares(Number(planned), allowed);
    return `The plan would delete ${share} of all bytes, and ${limit} of the policy allows ${most}: ${over} too much.`;
  }
  const over = wholeBytes(planned) - wholeBytes(allowed);
  return `The plan would delete ${bytesWords(wholeBytes(planned))}, and ${limit} of the policy allows ${bytesWords(wholeBytes(allowed))}: ${bytesWords(over)} (${exactWords(over)}) too much.`;
}

function tiles({ limit, planned, allowed }: Fuse): Metric[] {
  if (limit === "max_delete_fraction") {
    return [
      { label: "Would be deleted, of all bytes", value: 100 * Number(planned), unit: "%" },
      { label: "Allowed, of all bytes", value: 100 * allowed, unit: "%" },
    ];
  }
  const size = (bytes: bigint) => ({ value: inUnit(bytes, unitFor(bytes)), unit: unitFor(bytes).name });
  return [
    { label: "Would be deleted", ...size(wholeBytes(planned)) },
    { label: "Allowed", ...size(wholeBytes(allowed)) },
  ];
}

/** The red light: nothing may be deleted, which limits were exceeded, by how much, and what to do about it. */
export function fuseSection({ fuse }: GcReport): Cell[] {
  const limits = listed(fuse.map(({ limit }) => `limits.${limit}`)) || "its limit";
  const points = [
    "No candidates and no actions were written. What would have gone, and why, stands below.",
    "Look for an input that lost rows before anything else: without some edges, protections or holds far more looks unneeded. The rows read from each file stand at the end of this page; compare them with those of the last plan.",
    `If the amount is meant, raise ${limits} in the policy, plan again, and have the new report approved.`,
  ];
  return [
    {
      kind: "warning",
      id: "fused",
      severity: "error",
      message: "Nothing may be deleted or moved by this plan: it was stopped by a limit of the policy.",
    },
    heading(
      "verdict",
      "Nothing may be deleted",
      fuse.map(excessWords).join(" ") || "A limit of the policy was exceeded.",
    ),
    ...(fuse.length > 0 ? [{ kind: "metrics", id: "verdict-figures", items: fuse.flatMap(tiles) } as const] : []),
    { kind: "prose", id: "verdict-words", markdown: points.map((text) => `- ${escapeMarkdown(text)}`).join("\n") },
  ];
}
