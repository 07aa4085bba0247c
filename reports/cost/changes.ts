import type { CostFile } from "../../src/cost/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed, percent } from "../capacity-plan/words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { amount, moneyColumn, placeWords } from "./words.js";

function driverWords({ drivers }: CostFile["changes"][number]): string {
  const words = drivers.map(({ dimension, name, share }) => `${placeWords(dimension, name)} (${percent(share)})`);
  return words.join("; ");
}

function conclusion(result: CostFile): string {
  const { changes } = result;
  if (changes.length === 0) return "No level of the daily cost changed beyond what chance and the days of the week do.";
  const total = changes.filter(({ dimension }) => dimension === "total");
  const days = [...new Set(changes.map(({ day }) => day))].sort();
  const net = total.reduce((sum, { per_day }) => sum + per_day, 0);
  const sum =
    total.length > 0 ? ` The total moved by ${net > 0 ? "+" : "−"}${amount(result, Math.abs(net))} a day.` : "";
  const when = days.length <= 4 ? listed(days) : `${days.length} days`;
  return `${counted(changes.length, "change")} on ${when}, each beyond what chance and the days of the week do.${sum}`;
}

/** Changes of the level of the daily cost, their size, and who drives them. */
export function changesSection(result: CostFile): Cell[] {
  const { changes, currency } = result;
  const head = heading("changes", "Where did the daily cost change?", conclusion(result));
  if (changes.length === 0) return [head];
  return [
    head,
    {
      kind: "table",
      id: "changes-table",
      caption: `The total first, then by size; the same event shows in every dimension that it moves. Driven by: what moved most in each other dimension, and its share of the change.${leftOutWords(changes.length)}`,
      columns: [
        { name: "what", label: "Daily cost of", format: "text" },
        { name: "day", label: "New level from", format: "text" },
        moneyColumn("before", "Before, a day", currency),
        moneyColumn("after", "After, a day", currency),
        moneyColumn("change", "Change, a day", currency),
        { name: "drivers", label: "Driven by", format: "text" },
      ],
      rows: changes.slice(0, MOST_ROWS).map((change) => ({
        what: placeWords(change.dimension, change.name),
        day:
          change.day_low === change.day_high ? change.day : `${change.day} (${change.day_low} to ${change.day_high})`,
        ...{ before: change.before_per_day, after: change.after_per_day, change: change.per_day },
        drivers: driverWords(change),
      })),
    },
  ];
}
