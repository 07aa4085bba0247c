import type { ChangeModel } from "../../changepoint/index.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import {
  type DetectTask,
  readTimedValues,
  type TimedValues,
  type TimedValuesTable,
  timedValueError,
} from "../../ingest/index.js";

/** Options of `fleetlens changepoint` that say what is read. */
export interface ChangepointOptions {
  time: string;
  value: string[];
  id?: string;
  model: ChangeModel;
  exposure?: string;
  multivariate: "joint" | "separate";
  threads: number;
}

/** A series to search, and where it comes from. */
export interface NamedTask extends DetectTask {
  id: string;
  /** Times as the file has them. */
  time: Float64Array | string[];
  /** Column of the values, where each column is searched by itself. */
  column?: string;
  warnings: string[];
}

/**
 * Reads the series of a table and checks what the model needs of them.
 *
 * @throws InputError naming file, row and column
 */
export async function readTasks(
  input: string,
  o: ChangepointOptions,
  signal: AbortSignal,
): Promise<{ tasks: NamedTask[]; clock: TimedValuesTable["clock"]; inputs: InputFile[]; warnings: string[] }> {
  checkExposure(o);
  const exposed = o.exposure !== undefined;
  const columns = exposed ? [...o.value, o.exposure as string] : o.value;
  const table = await readTimedValues(input, { time: o.time, value: columns, id: o.id, threads: o.threads, signal });
  const separate = o.multivariate === "separate" && o.value.length > 1;
  const tasks = table.blocks.flatMap((block): NamedTask[] => {
    const values = block.values.slice(0, o.value.length);
    const exposure = exposed ? block.values[o.value.length] : undefined;
    checkCounts(table, block, values, exposure, o);
    const common = {
      id: block.id,
      time: block.time,
      ...(exposure ? { exposure } : {}),
      ...(table.clock === "plain" ? {} : { times: block.t }),
      warnings: block.duplicates > 0 ? [duplicateWords(block.duplicates)] : [],
    };
    if (!separate) return [{ ...common, values }];
    return values.map((one, c) => ({ ...common, values: [one], column: o.value[c] }));
  });
  return { tasks, clock: table.clock, inputs: table.inputs, warnings: table.warnings };
}

const duplicateWords = (rows: number): string =>
  `${rows === 1 ? "1 row has" : `${rows} rows have`} the time of the row before; kept in the order of the file`;

function checkExposure({ model, exposure, value }: ChangepointOptions): void {
  if (model === "binomial" && exposure === undefined) {
    throw new InputError("--model binomial needs --exposure, the column with the totals", { option: "exposure" });
  }
  if (exposure === undefined) return;
  if (model !== "poisson" && model !== "binomial" && model !== "auto") {
    throw new InputError(`--exposure is for the models poisson and binomial, not for ${model}`, { option: "exposure" });
  }
  if (value.length > 1) {
    throw new InputError("--exposure goes with one --value column", { option: "exposure" });
  }
}

/** Counts are whole numbers from 0, and a part is not larger than its total. */
function checkCounts(
  table: TimedValuesTable,
  block: TimedValues,
  values: readonly Float64Array[],
  exposure: Float64Array | undefined,
  o: ChangepointOptions,
): void {
  if (o.model !== "poisson" && exposure === undefined) return;
  const refuse = (i: number, column: string, value: number, expected: string) => {
    throw timedValueError(table, block, i, column, value, expected);
  };
  for (const [c, counts] of values.entries()) {
    for (let i = 0; i < counts.length; i++) if (counts[i] < 0) refuse(i, o.value[c], counts[i], "a count from 0");
  }
  if (exposure === undefined) return;
  const [part] = values;
  for (let i = 0; i < part.length; i++) {
    if (exposure[i] < 0) refuse(i, o.exposure as string, exposure[i], "a number from 0");
    if (part[i] > 0 && exposure[i] === 0) {
      refuse(i, o.value[0], part[i], `0 where column "${o.exposure}" is 0, or nothing`);
    }
    if (o.model === "binomial" && part[i] > exposure[i]) {
      refuse(i, o.value[0], part[i], `at most the total of the row in column "${o.exposure}" (${exposure[i]})`);
    }
  }
}
