import type { ChangesFile } from "../../src/changepoint/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { counted, listed } from "../capacity-plan/words.js";

/** How the changes were found, and what they cannot say. */
export function methodSection(result: ChangesFile): Cell[] {
  const models = [...new Set(result.series.map(({ model }) => model))].sort();
  const rows = result.series.reduce((sum, { n }) => sum + n, 0);
  return [
    heading(
      "method",
      "Data and method",
      `${counted(rows, "observation")} of ${counted(result.series.length, "series", "series")} were cut into segments by ${models.length > 1 ? "the models" : "the model"} ${listed(models)}.`,
    ),
    ...bullets("method-notes", [
      "A change is kept when it saves more cost than its penalty, against noise that may be autocorrelated, and after a season that explains most of the series has been taken out.",
      "The interval holds the first observation of the new segment with the level stated. The probability is that there is a change at all.",
      "Single-point spikes are set aside for the search: they are listed with their series in the result's file, and do not count as changes.",
      "A change says when and by how much, not why: fleetlens rca sets it beside the log of events.",
    ]),
  ];
}
