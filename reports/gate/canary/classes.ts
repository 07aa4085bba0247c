import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { changeCells } from "./change-cells.js";
import { classChanges, deltaWords, verdictOf } from "./changes.js";

/** Recall by true class against the limit. */
export function classesSection(result: CanaryFile): Cell[] {
  const changes = classChanges(result);
  if (changes.length === 0) return [];
  const passing = changes.filter((one) => ["pass", "better"].includes(verdictOf(one))).length;
  const known = changes.filter(({ delta }) => delta !== null);
  const worst = known.length > 0 ? known.reduce((a, b) => (b.delta! < a.delta! ? b : a)) : null;
  const most = worst === null ? "" : ` The lowest change is that of ${worst.name}: ${deltaWords(worst)}.`;
  const head = `${figure(passing)} of ${counted(changes.length, "class", "classes")} keep the limit or became better.${most}`;
  return [
    heading("classes", "Which classes changed?", head),
    ...changeCells(result, changes, {
      id: "classes",
      title: "Change of recall by class",
      label: "Class",
      caption: "Between the rules a class passes; wholly left of them it fails.",
    }),
  ];
}
