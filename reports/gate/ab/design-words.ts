import type { AbPlanFile } from "../../../src/experiment/index.js";

type Design = AbPlanFile["design"];

const DESIGNS: Readonly<Record<Design, { name: string; note: string }>> = Object.freeze({
  obf: {
    name: "O'Brien-Fleming",
    note: "The bounds spend alpha at the information of each look as O'Brien and Fleming's do (Lan & DeMets 1983): hardly any of it early, so that the last look has nearly the bound of a test without looks.",
  },
  pocock: {
    name: "Pocock",
    note: "The bounds spend alpha at the information of each look as Pocock's do (Lan & DeMets 1983): about evenly, so that early looks may decide at the price of a higher last bound.",
  },
  "always-valid": {
    name: "always valid",
    note: "The intervals are an asymptotic confidence sequence (Waudby-Smith et al. 2024): they hold at all looks at once, however often one looks and whenever one stops.",
  },
  fixed: {
    name: "fixed",
    note: "The test is of the last look alone; looks before it are shown, and decide nothing.",
  },
});

/** Name and method of a design; one that the file does not name has neither. */
export function designWords(design: unknown): { name: string; note: string } {
  return typeof design === "string" && Object.hasOwn(DESIGNS, design)
    ? DESIGNS[design as Design]
    : { name: "unknown", note: "" };
}
