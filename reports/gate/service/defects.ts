import type { ServiceFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { heading } from "../../capacity-plan/section.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { estimateWords, shareWords } from "../../estimate-words.js";

/** Share of defects that users found. */
export function defectsSection({ defects }: ServiceFile): Cell[] {
  if (defects === null) return [];
  const { escaped, caught, value } = defects;
  const head =
    value === null
      ? "There were 0 defects."
      : `${figure(escaped)} of ${counted(escaped + caught, "defect")} escaped to users: ${estimateWords(defects, shareWords)}.`;
  return [heading("defects", "How many defects escape?", head)];
}
