import type { InputFile } from "../core/demand.js";
import type { SampleTable } from "../incident/index.js";
import { checkCells, nameRule } from "./check-cells.js";
import { instantSql } from "./clock-sql.js";
import { loadDimensions } from "./dimension-columns.js";
import { optionalRules } from "./optional-columns.js";
import { withTable } from "./read-table.js";
import type { ReadOptions } from "./types.js";

/** Predictions with their truth as read. */
export interface ModelSamplesRead {
  samples: SampleTable;
  inputs: InputFile[];
}

/**
 * Reads predictions with their truth: columns `time`, `label`, `pred` and, if there is one, `score` (a probability). Every
 * other column is a slice dimension.
 *
 * @throws InputError with file, row and column for a bad cell
 */
export async function readModelSamples(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<ModelSamplesRead> {
  return withTable(input, options, async (table) => {
    const [start, label, pred] = ["time", "label", "pred"].map((name) => table.column(name));
    const time = await instantSql(table, start);
    const { rules, number } = optionalRules(table);
    number("score", "$ BETWEEN 0 AND 1", "a probability from 0 to 1");
    const names = [nameRule(table, label, "a label"), nameRule(table, pred, "a prediction")];
    await checkCells(table, [...names, ...rules], options);
    const dimensions = table.columns.filter(({ name }) => !["time", "label", "pred", "score"].includes(name));
    const columns = { numbers: ["score"], texts: ["label", "pred"], more: { fleetlens_time: time } };
    const loaded = await loadDimensions(table, dimensions, columns, options);
    const scores = loaded.number("score");
    return {
      samples: {
        times: loaded.number("fleetlens_time") as Float64Array,
        labels: loaded.text("label") as string[],
        preds: loaded.text("pred") as string[],
        ...(scores ? { scores } : {}),
        dimensions: loaded.dimensions,
      },
      inputs: await table.inputs(),
    };
  });
}
