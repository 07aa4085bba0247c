import type { PolicyProblem } from "../types.js";
import { pathOf } from "./json-pointer.js";

/** Places of a pointer's parts among their siblings; what is missing comes before what is there. */
function places(pointer: string, root: unknown): number[] {
  let here = root;
  return pathOf(pointer).map((part) => {
    if (typeof here !== "object" || here === null) return -1;
    const place = Array.isArray(here) ? Number(part) : Object.keys(here).indexOf(part);
    here = Object.hasOwn(here, part) ? (here as Record<string, unknown>)[part] : undefined;
    return place;
  });
}

/** The problems in the order in which the document has what they point at. */
export function inDocumentOrder(problems: readonly PolicyProblem[], document: unknown): PolicyProblem[] {
  const placed = problems.map((problem) => ({ problem, at: places(problem.path, document) }));
  placed.sort((a, b) => {
    const i = a.at.findIndex((place, k) => place !== b.at[k]);
    if (i < 0) return a.at.length - b.at.length;
    return i < b.at.length ? a.at[i] - b.at[i] : 1;
  });
  return placed.map(({ problem }) => problem);
}
