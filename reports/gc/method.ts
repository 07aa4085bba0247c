import type { GcReport } from "../../src/gc-reachability/index.js";
import { type Cell, formatInstant } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { bytesWords } from "./bytes.js";
import { instantOf } from "./instant.js";

function conclusion({ objects, edges, as_of, snapshot_at }: GcReport): string {
  const snapshot = snapshot_at === as_of ? "" : `, from an inventory of ${formatInstant(instantOf(snapshot_at))}`;
  return `${counted(objects.distinct, "object")} (${bytesWords(objects.bytes)}) and ${counted(edges.rows, "edge")} between them were judged as of ${formatInstant(instantOf(as_of))}${snapshot}.`;
}

function notes({ objects, edges, method }: GcReport): string[] {
  return [
    "An edge from one object to another means that the first needs the second. Everything that a rule keeps is a root, and all that can be reached from a root stays: the marking phase of a garbage collector (tri-colour marking: Dijkstra et al., 1978). Young and lately used objects are roots as well, as git does when it prunes; so nothing that stays ever needs something that was deleted, except what was erased by request.",
    edges.weak > 0
      ? `${counted(edges.weak, "edge")} ${edges.weak === 1 ? "is" : "are"} of a relation that the policy calls weak, and ${edges.weak === 1 ? "keeps" : "keep"} nothing alive.`
      : "No edge is of a relation that the policy calls weak: every edge keeps alive.",
    "What dropping one protection or hold frees is what no other root reaches and the policy would then delete. In terms of flow graphs a root dominates it (Lengauer and Tarjan, 1979; Georgiadis et al., 2006).",
    "Costs are storage at the prices in the policy for a GiB (2^30 bytes) and 30-day months, with the least billed size, the overhead of each object and charges for early deletion. Requests and traffic are left out, and so are discounts that the policy does not know.",
    "Savings count deletes whole and moves by the difference of the two prices.",
    "Sizes are those of the inventory. Where a store keeps equal blocks once, deleting an object may free less.",
    "The plan knows the edges that it was given. A reader that leaves none (a notebook that opens a file by its path) is seen only by the time of last access, if the inventory has one.",
    "Areas of the map follow Bruls, Huizing and van Wijk (2000); names above the kinds take a little of the room.",
    ...(objects.duplicates > 0
      ? [
          `${counted(objects.duplicates, "identical row")} of the inventory ${objects.duplicates === 1 ? "was" : "were"} taken once.`,
        ]
      : []),
    ...(objects.normalised_ids > 0
      ? [
          `${counted(objects.normalised_ids, "id")} of s3a or s3n ${objects.normalised_ids === 1 ? "was" : "were"} read as s3.`,
        ]
      : []),
    method === "disk"
      ? "The graph was walked on disk, in SQL: slower, with the same result."
      : "The graph was walked in memory.",
  ];
}

/** How the plan was made, on which data, and what it cannot know. */
export function methodSection(result: GcReport): Cell[] {
  return [
    heading("method", "Method and limits", conclusion(result)),
    ...bullets("method-notes", notes(result)),
    {
      kind: "prose",
      id: "method-digest",
      markdown: `Digest of the plan: \`${result.plan_digest}\`, the SHA-256 over id, action, phase and size of all candidates. verify refuses files that do not have it.`,
    },
  ];
}
