import type { DriftFile } from "../../src/drift/index.js";
import type { Cell } from "../../src/report/index.js";
import { cell } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

type Judgement = Pick<
  NonNullable<DriftFile["multivariate"]>["classifier"],
  "test" | "effect" | "verdict" | "reason" | "n_needed"
>;

/** Tests of whole tables with the effects that they rest on, one a row. */
export function judgedTable(id: string, label: string, judged: readonly (Judgement & { name: string })[]): Cell {
  return {
    kind: "table",
    id,
    caption: `Drift: p-value, adjusted over these tests, of at most alpha and an effect of at least the threshold.${leftOutWords(judged.length)}`,
    columns: [
      { name: "name", label, format: "text" },
      { name: "verdict", label: "Verdict", format: "text" },
      { name: "effect", label: "Effect" },
      { name: "lower", label: "From" },
      { name: "upper", label: "To" },
      { name: "threshold", label: "Threshold" },
      { name: "p", label: "Adjusted p" },
      { name: "needed", label: "Rows needed", format: "integer" },
    ],
    rows: judged.slice(0, MOST_ROWS).map(({ name, test, effect, verdict, n_needed }) => ({
      ...{ name, verdict, threshold: effect.threshold, needed: n_needed },
      effect: cell(effect.value),
      lower: cell(effect.lower),
      upper: cell(effect.upper),
      p: cell(test.p_adjusted),
    })),
  };
}
