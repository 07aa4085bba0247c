import type { GcReport } from "../../src/gc-reachability/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { actionFiles } from "./action-files.js";
import { bytesWords } from "./bytes.js";
import { commandsOf } from "./commands.js";
import { phaseTotals, type Total } from "./totals.js";

const amount = ({ objects, bytes }: Total) => `${counted(objects, "object")}, ${bytesWords(bytes)}`;

function steps(result: GcReport): string[] {
  const { purge, quarantine, moves } = phaseTotals(result);
  const { restore_drill_objects: drill } = result;
  return [
    result.approvals_needed > 1
      ? "Have two people approve this plan by its digest (in the section on method)."
      : "Have this plan approved by its digest (in the section on method).",
    "Before each of the phases below run verify with fresh inputs. It names every object that must not go any more; leave those out, or plan again.",
    ...(purge.objects > 0
      ? [`Purge (${amount(purge)}): erase for good what erasure requests cover, with all versions.`]
      : []),
    ...(quarantine.objects > 0
      ? [
          `Quarantine (${amount(quarantine)}): mark or hide what goes, by the files in actions/, so that it can be had back. Wait for the grace period of the policy, verify again, take the marks off what is revoked, and only then delete for good.`,
        ]
      : []),
    ...(moves.objects > 0
      ? [
          `Transition (${amount(moves)}): move to colder storage by actions/s3_transition_*.csv.`,
          drill === 0
            ? "Restore drill: no object was drawn for it; a larger restore_drill.fraction in the policy draws some."
            : `Restore drill: restore ${counted(drill, "object")} of what moved (actions/restore_drill.csv) and compare, to know that restoring works and how long it takes.`,
        ]
      : []),
    "Reconcile with the next inventory. Anything that went without being planned was deleted by something else: find out by what.",
  ];
}

/** What to do with the plan, phase by phase, with the commands. */
export function nextSection(result: GcReport): Cell[] {
  if (result.status === "fused") return [];
  const { deletes, moves } = phaseTotals(result);
  if (deletes.objects + moves.objects === 0) {
    return [heading("next", "What to do next", "Nothing: there is nothing to delete or move.")];
  }
  const markdown = steps(result)
    .map((text, i) => `${i + 1}. ${escapeMarkdown(text)}`)
    .join("\n");
  return [
    heading("next", "What to do next", "This plan deletes nothing by itself; it is carried out phase by phase."),
    { kind: "prose", id: "next-steps", markdown },
    ...actionFiles(result),
    { kind: "code", id: "next-commands", language: "sh", source: commandsOf(result) },
  ];
}
