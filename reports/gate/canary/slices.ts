import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { changeCells } from "./change-cells.js";
import { deltaWords, sliceChanges, verdictOf } from "./changes.js";

/** Recall by slice and class: where the canary is worse though a class as a whole may pass. */
export function slicesSection(result: CanaryFile): Cell[] {
  const changes = sliceChanges(result);
  if (changes.length === 0) return [];
  const failing = changes.filter((one) => verdictOf(one) === "fail");
  const cells = counted(changes.length, "cell");
  const head =
    failing.length === 0
      ? `No slice is shown to be worse in any class, of ${cells} of slice and class.`
      : `${figure(failing.length)} of ${cells} of slice and class ${failing.length === 1 ? "is" : "are"} worse, most of all ${failing[0].name}: ${deltaWords(failing[0])}.`;
  return [
    heading("slices", "Is it worse in a part of the traffic?", head),
    ...changeCells(result, changes, {
      id: "slices",
      title: "Change of recall by slice and class",
      label: "Class and slice",
      caption:
        "The intervals hold for all cells at once. Only a cell that fails counts; few rows hold nothing up here.",
    }),
  ];
}
