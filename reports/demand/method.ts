import { type Demand, TOTAL } from "../../src/forecast/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted } from "../capacity-plan/words.js";
import { memberWords } from "../member-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { queueName } from "./levels.js";

const RECONCILED: Readonly<Record<string, string>> = Object.freeze({
  bu: "The total and all sums are added up from the queues (bottom-up).",
  mint: "Forecasts of queues and sums are made to agree by minimum trace (Wickramasuriya et al. 2019).",
  td: "The total is forecast by itself and split over the queues (top-down).",
});

function notes({ createdFrom: { options }, scenarios }: Demand): string[] {
  const { reconcile } = options;
  return [
    "A week is a block of 168 hours from the first forecast hour (UTC). Intervals, shortfalls and probabilities are those of joint sample paths: queues rise and fall together in them as they did.",
    ...(typeof reconcile === "string" && Object.hasOwn(RECONCILED, reconcile) ? [RECONCILED[reconcile]] : []),
    "Shortfall is what a queue wants above its own capacity, hour by hour: free GPUs of other queues are not lent, and what found no GPU does not come back later.",
    ...(scenarios.length > 0
      ? [
          "Planned work is laid over the same paths, so that scenarios differ by it alone. One with a probability comes in so many of the futures, and its figures are means over all of them.",
        ]
      : []),
    "Demand means running and pending work. Where only running work was recorded, demand beyond the capacity cannot be seen.",
  ];
}

/** How the demand was forecast, and what that leaves out. */
export function methodSection(result: Demand): Cell[] {
  const { members, createdFrom } = result;
  const names = Object.keys(members);
  return [
    heading(
      "method",
      "Method and data",
      `${counted(names.length, "series", "series")} were forecast by the hour from ${counted(createdFrom.inputs.length, "file")}, each by a mixture of models weighted by how well they did on its past.`,
    ),
    {
      kind: "table",
      id: "method-models",
      caption: `Models of each series and their weights.${leftOutWords(names.length)}`,
      columns: [
        { name: "queue", label: "Queue", format: "text" },
        { name: "models", label: "Models", format: "text" },
      ],
      rows: names
        .slice(0, MOST_ROWS)
        .map((queue) => ({ queue: queue === TOTAL ? queueName(queue) : queue, models: memberWords(members[queue]) })),
    },
    ...bullets("method-notes", notes(result)),
  ];
}
