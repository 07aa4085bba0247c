import type { CanaryFile } from "../../../src/experiment/index.js";
import { counted, percent } from "../../capacity-plan/words.js";
import { pointRange, pointWords, shareWords } from "../../estimate-words.js";
import type { IntervalVerdict } from "../../interval-chart.js";
import { numberOption } from "../words.js";

type ClassChange = CanaryFile["classes"][number];

/** A share that a build may have made worse, with its name for people. */
export interface Change extends Omit<ClassChange, "class" | "recall_prod" | "recall_canary"> {
  name: string;
  prod: number | null;
  canary: number | null;
}

const ofClass = (name: string, { recall_prod: prod, recall_canary: canary, ...judged }: ClassChange): Change => ({
  ...judged,
  ...{ name, prod, canary },
});

export function classChanges({ classes }: CanaryFile): Change[] {
  return worstFirst(classes.map((one) => ofClass(one.class, one)));
}

export function sliceChanges({ slices }: CanaryFile): Change[] {
  return worstFirst(slices.map((one) => ofClass(`${one.class} in ${one.slice}`, one)));
}

export function failureChange({ errors }: CanaryFile): Change | null {
  if (errors === null) return null;
  const { rate_prod: prod, rate_canary: canary, ...judged } = errors;
  return { ...judged, name: "failed requests", prod, canary };
}

/** The verdict in a word; a change for the better is no failure. */
export function verdictOf({ verdict, direction }: Change): IntervalVerdict & ("pass" | "hold" | "fail" | "better") {
  return direction === "better" ? "better" : verdict;
}

const ORDER = Object.freeze(["fail", "hold", "pass", "better"]);

/** Failures, then what cannot be told, then what passes; the largest loss first. */
function worstFirst(changes: Change[]): Change[] {
  const rank = (change: Change) => ORDER.indexOf(verdictOf(change));
  const loss = ({ delta }: Change) => delta ?? Number.POSITIVE_INFINITY;
  return changes.sort((a, b) => {
    const [one, other] = [loss(a), loss(b)];
    return rank(a) - rank(b) || (one === other ? 0 : one - other);
  });
}

/** `−24.1 points (−28 to −20)`. */
export function deltaWords({ delta, lower, upper }: Change): string {
  return pointRange({ value: delta, lower, upper });
}

/** `car: 94.1 % in prod, 93.8 % in the canary, −0.3 points (−1 to 0.4); may be worse`. */
export function changeWords(change: Change): string {
  const { name, prod, canary, reason, n_needed, n_canary } = change;
  const shares =
    prod === null || canary === null
      ? "one build has no rows"
      : `${shareWords(prod)} in prod, ${shareWords(canary)} in the canary, ${deltaWords(change)}`;
  const why = reason === "" ? "" : `; ${reason}`;
  const rows =
    n_needed === null
      ? ""
      : `; about ${counted(n_needed, "row")} of the canary would tell, there are ${counted(n_canary, "row")}`;
  return `${name}: ${shares}${why}${rows}.`;
}

/** Largest loss that passes, in points; null where the file does not say. */
export function marginOf(result: CanaryFile): number | null {
  return numberOption(result, "maxRegression");
}

/** `more than 1.5 points`. */
export function beyondWords(result: CanaryFile): string {
  const margin = marginOf(result);
  return margin === null ? "more than the limit" : `more than ${pointWords(margin)}`;
}

/** `p95`, `p99.9`. */
export function quantileWords(q: number): string {
  return `p${Number((100 * q).toPrecision(6))}`;
}

/** `more than 10 % above prod's`. */
export function slowerWords(result: CanaryFile): string {
  const increase = numberOption(result, "maxLatencyIncrease");
  return increase === null ? "above its limit" : `more than ${percent(increase)} above prod's`;
}
