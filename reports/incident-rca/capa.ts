import type { RcaFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { CLASS_WORDS } from "./class-words.js";
import { detectionGaps } from "./gaps.js";

/** What people fill in. */
const OPEN = Object.freeze({ owner: "to be named", due: "to be set" });

/** The class of the root cause. */
export function classSection({ firstBad, rootCauseClass, rootCauseWhy }: RcaFile): Cell[] {
  if (firstBad === null) return [];
  const { name, meaning } = CLASS_WORDS[rootCauseClass];
  return [
    heading(
      "class",
      "Root-cause class",
      `${name}: ${meaning}. It follows from this: ${rootCauseWhy}. The team confirms it.`,
    ),
  ];
}

/** Corrective and preventive actions, each with an owner and a date to be filled in. */
export function capaSection(rca: RcaFile): Cell[] {
  if (rca.firstBad === null) return [];
  const { corrective, preventive } = CLASS_WORDS[rca.rootCauseClass];
  const rows = [
    { type: "corrective", action: corrective },
    { type: "preventive", action: preventive },
    ...detectionGaps(rca).map(({ action }) => ({ type: "detection", action })),
  ];
  return [
    heading("capa", "Corrective and preventive actions", "Proposed; owners and dates are for the team to fill in."),
    {
      kind: "table",
      id: "capa-table",
      columns: [
        { name: "type", label: "Type", format: "text" },
        { name: "action", label: "Action", format: "text" },
        { name: "owner", label: "Owner", format: "text" },
        { name: "due", label: "Due", format: "text" },
      ],
      rows: rows.map((row) => ({ ...row, ...OPEN })),
    },
  ];
}
