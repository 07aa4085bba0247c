import type { ChangesFileSeries, Detection } from "../../changepoint/index.js";
import { type TimedValuesTable, timeAsRead } from "../../ingest/index.js";
import type { NamedTask } from "./read-tasks.js";

/** The changes of a series as the file has them: with times, and the columns' names. */
export function changesSeries(
  detection: Detection,
  task: NamedTask,
  { clock, columns }: { clock: TimedValuesTable["clock"]; columns: readonly string[] },
): ChangesFileSeries {
  const timeAt = (row: number) => timeAsRead(task, row, clock);
  const { n, status, model, noise, penalty, changes, outliers, path } = detection;
  return {
    id: task.id,
    ...(task.column === undefined ? {} : { value: task.column }),
    n,
    from: n > 0 ? timeAt(0) : null,
    to: n > 0 ? timeAt(n - 1) : null,
    ...{ status, model, noise, penalty },
    warnings: [...task.warnings, ...detection.warnings],
    changes: changes.map(({ index, ciLow, ciHigh, gains, ...change }) => ({
      index,
      time: timeAt(index),
      ciLow,
      ciHigh,
      timeLow: timeAt(ciLow),
      timeHigh: timeAt(ciHigh),
      ...change,
      dims: change.dims.map((c) => columns[c]),
      ...(gains.length > 0 ? { gainByDim: gains.map((gain, c) => ({ dim: columns[c], gain })) } : {}),
    })),
    outliers: outliers.map(({ index, value }) => ({ index, time: timeAt(index), value })),
    path,
  };
}
