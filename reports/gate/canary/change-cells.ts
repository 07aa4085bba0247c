import type { CanaryFile } from "../../../src/experiment/index.js";
import type { Cell } from "../../../src/report/index.js";
import { shareValue } from "../../capacity-plan/estimates.js";
import { counted, figure } from "../../capacity-plan/words.js";
import { brief, hundredfold, rateValue } from "../../estimate-words.js";
import { distinctNames } from "../../gc/distinct-names.js";
import { intervalChart } from "../../interval-chart.js";
import { leftOutWords, MOST_ROWS } from "../../row-limit.js";
import { levelWords } from "../words.js";
import { type Change, deltaWords, marginOf, verdictOf } from "./changes.js";

/** Changes drawn; more rows cannot be read. */
const MOST_DRAWN = 40;

interface ChangeText {
  id: string;
  title: string;
  /** Head of the column of names. */
  label: string;
  caption: string;
}

/** Changes of recall as intervals against ±max-regression, and as a table; the worst first. */
export function changeCells(result: CanaryFile, changes: readonly Change[], text: ChangeText): Cell[] {
  const { id, title, label } = text;
  const drawn = changes.slice(0, MOST_DRAWN);
  const names = distinctNames(drawn.map(({ name }) => name));
  const margin = marginOf(result);
  const fewer = changes.length > drawn.length ? ` The ${MOST_DRAWN} worst of ${figure(changes.length)}.` : "";
  return [
    {
      kind: "chart",
      id: `${id}-changes`,
      alt: `${title} of ${counted(drawn.length, "row")}, from ${deltaWords(drawn[0])} (${drawn[0].name}) to ${deltaWords(drawn[drawn.length - 1])} (${drawn[drawn.length - 1].name}).`,
      caption: `${text.caption}${fewer}`,
      spec: intervalChart({
        title,
        rows: drawn.map((change, i) => ({
          name: names[i],
          value: hundredfold(change.delta),
          lower: hundredfold(change.lower),
          upper: hundredfold(change.upper),
          verdict: verdictOf(change),
        })),
        rules:
          margin === null ? [] : [-margin, margin].map((value) => ({ value: 100 * value, label: brief(100 * value) })),
        xTitle: "Canary \u2212 prod",
        unit: "points",
      }),
    },
    {
      kind: "table",
      id: `${id}-table`,
      caption: `From and to: ${levelWords(result)} of the change, in points.${leftOutWords(changes.length)}`,
      columns: [
        { name: "name", label, format: "text" },
        { name: "verdict", label: "Verdict", format: "text" },
        { name: "prod", label: "Prod", format: "percent" },
        { name: "canary", label: "Canary", format: "percent" },
        { name: "delta", label: "Change", unit: "points" },
        { name: "lower", label: "From" },
        { name: "upper", label: "To" },
        { name: "n_prod", label: "Rows, prod", format: "integer" },
        { name: "n_canary", label: "Rows, canary", format: "integer" },
        { name: "needed", label: "Rows needed, canary", format: "integer" },
      ],
      rows: changes.slice(0, MOST_ROWS).map((change) => ({
        name: change.name,
        verdict: verdictOf(change),
        prod: shareValue(change.prod),
        canary: shareValue(change.canary),
        delta: rateValue(change.delta),
        lower: rateValue(change.lower),
        upper: rateValue(change.upper),
        n_prod: change.n_prod,
        n_canary: change.n_canary,
        needed: change.n_needed,
      })),
    },
  ];
}
