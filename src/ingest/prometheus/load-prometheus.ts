import { InputError } from "../../core/errors.js";
import { isoUtc } from "../../core/time.js";
import type { DuckDbEngine } from "../../engine/duckdb.js";
import { appendColumns } from "../append-columns.js";
import type { ResolvedFile } from "../input-files.js";
import { warnRejected } from "../reject-rows.js";
import type { ReadTableOptions, SqlTable } from "../sql-table.js";
import type { RejectedRow } from "../types.js";
import { isDevice, UNITS_PER_GPU, unitsOfDevice } from "./dcgm-device.js";
import { type RangeSeries, readRangeResult } from "./range-result.js";

/** Answers of range queries as a table. */
export interface PrometheusTable extends Pick<SqlTable, "warnings"> {
  /** Samples of each file. */
  counts: number[];
  /** {@link SqlTable.sumByQueue} */
  sumByQueue: NonNullable<SqlTable["sumByQueue"]>;
}

/** A query: its name, which becomes a column, and whether each of its series is a GPU as DCGM sees it. */
interface Query {
  name: string;
  devices: boolean;
}

/** A file is of the query that its name says up to the first dot: `running.2026-01.json` of `running`. */
function queryName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).split(".")[0];
}

/** Labels by column: those that differ in letter case alone (`Hostname`, `hostname`) are one. */
function labelColumns(series: readonly RangeSeries[], queries: readonly Query[]): Map<string, string> {
  const taken = new Set(["time", ...queries.map(({ name }) => name.toLowerCase())]);
  const columns = new Map<string, string>();
  const byFolded = new Map<string, string>();
  for (const label of series.flatMap(({ labels }) => Object.keys(labels))) {
    // Queries of different metrics go side by side.
    if (columns.has(label) || (label === "__name__" && queries.length > 1)) continue;
    const folded = label.toLowerCase();
    const column = byFolded.get(folded) ?? (taken.has(folded) ? `label_${label}` : label);
    byFolded.set(folded, column);
    columns.set(label, column);
  }
  return columns;
}

/** Sets of labels, each once, and the position of each series among them. */
function labelSets(series: readonly RangeSeries[], columns: ReadonlyMap<string, string>) {
  const codes = new Map<string, number>();
  const sets: { values: Map<string, string>; units: number | null }[] = [];
  const code = series.map(({ labels }) => {
    const values = new Map<string, string>();
    for (const [label, column] of columns) {
      const value = Object.hasOwn(labels, label) ? labels[label] : "";
      // Prometheus takes an empty label for none.
      if (value !== "" && !values.has(column)) values.set(column, value);
    }
    const units = unitsOfDevice(labels);
    const key = JSON.stringify([[...values].sort(([a], [b]) => (a < b ? -1 : 1)), units]);
    const known = codes.get(key) ?? sets.push({ values, units }) - 1;
    codes.set(key, known);
    return known;
  });
  return { sets, code };
}

async function append(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  options: ReadTableOptions,
): Promise<{ series: RangeSeries[]; queries: Query[]; query: number[]; counts: number[]; warnings: string[] }> {
  const series: RangeSeries[] = [];
  const queries: Query[] = [];
  const query: number[] = [];
  const counts: number[] = [];
  const warnings: string[] = [];
  const rejected: RejectedRow[] = [];
  await engine.run("CREATE TABLE prometheus_sample (s INTEGER, t TIMESTAMP, v DOUBLE)");
  await engine.append("prometheus_sample", async (appender) => {
    for (const file of files) {
      options.signal?.throwIfAborted();
      const read = await readRangeResult(file);
      const name = queryName(file.name);
      const known = queries.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
      const q = known < 0 ? queries.push({ name, devices: true }) - 1 : known;
      for (const one of read.series) {
        const s = series.push({ ...one, times: new Float64Array(0), values: new Float64Array(0) }) - 1;
        query.push(q);
        queries[q].devices &&= isDevice(one.labels);
        await appendColumns(
          appender,
          [
            { type: "INTEGER", at: () => s },
            { type: "TIMESTAMP", at: (i) => BigInt(one.times[i]) * 1000n },
            { type: "DOUBLE", at: (i) => (Number.isNaN(one.values[i]) ? null : one.values[i]) },
          ],
          one.times.length,
        );
      }
      counts.push(read.samples);
      warnings.push(...read.warnings);
      rejected.push(...read.rejected);
    }
  });
  const samples = counts.reduce((sum, count) => sum + count, 0);
  if (samples === 0) {
    throw new InputError(`${files[0].name}: the answer has no sample; check the query, its start and its end`, {
      file: files[0].name,
    });
  }
  warnings.push(...warnRejected(rejected, samples, "samples", options.lenient));
  return { series, queries, query, counts, warnings };
}

/** Ranges may overlap, but not disagree. */
async function refuseConflicts(engine: DuckDbEngine, files: readonly ResolvedFile[], queries: readonly Query[]) {
  const [found] = await engine.rows({
    sql: `SELECT q, epoch_ms(t) AS ms, min(v) AS least, max(v) AS most FROM prometheus_point
      GROUP BY l, q, t HAVING count(DISTINCT v) > 1 ORDER BY q, t LIMIT 1`,
  });
  if (!found) return;
  const { name } = queries[Number(found["q"])];
  const file = files.filter((one) => queryName(one.name) === name).map((one) => one.name);
  throw new InputError(
    `${file.join(", ")}: two samples of one series at ${isoUtc(Number(found["ms"]))} say ${found["least"]} and ${found["most"]}; aggregate by the labels that tell them apart, or ask once`,
    { file: file[0] },
  );
}

/**
 * Loads answers of Prometheus range queries into a table of the engine: a row for each set of labels and instant, with a
 * column for each label, `time`, and a column for each query under its file's name.
 *
 * @throws InputError for answers that are none, disagree, or have too many samples without use
 */
export async function loadPrometheus(
  engine: DuckDbEngine,
  files: readonly ResolvedFile[],
  target: string,
  options: ReadTableOptions,
): Promise<PrometheusTable> {
  const { ident } = engine.dialect;
  const { series, queries, query, counts, warnings } = await append(engine, files, options);
  const columns = labelColumns(series, queries);
  const names = [...new Set(columns.values())];
  const { sets, code } = labelSets(series, columns);
  await engine.run("CREATE TABLE prometheus_series (s INTEGER, l INTEGER, q INTEGER)");
  await engine.append("prometheus_series", (appender) =>
    appendColumns(
      appender,
      [(i: number) => i, (i: number) => code[i], (i: number) => query[i]].map((at) => ({ type: "INTEGER", at })),
      series.length,
    ),
  );
  await engine.run(
    `CREATE TABLE prometheus_labels (l INTEGER, units INTEGER${names.map((name) => `, ${ident(name)} VARCHAR`).join("")})`,
  );
  await engine.append("prometheus_labels", (appender) =>
    appendColumns(
      appender,
      [
        { type: "INTEGER", at: (i) => i },
        { type: "INTEGER", at: (i) => sets[i].units },
        ...names.map((name) => ({ type: "VARCHAR" as const, at: (i: number) => sets[i].values.get(name) ?? null })),
      ],
      sets.length,
    ),
  );
  await engine.run(
    "CREATE VIEW prometheus_point AS SELECT l, q, t, v FROM prometheus_sample JOIN prometheus_series USING (s)",
  );
  await refuseConflicts(engine, files, queries);
  const labels = names.map((name) => `${ident(name)}, `).join("");
  const values = queries.map(({ name }, q) => `max(v) FILTER (q = ${q}) AS ${ident(name)}`).join(", ");
  await engine.run(
    `CREATE TABLE ${target} AS SELECT ${labels}t AS time, ${values} FROM prometheus_point JOIN prometheus_labels USING (l)
      GROUP BY ${labels}t ORDER BY ${labels}t`,
    options,
  );

  async function sumByQueue(queue: string): Promise<string> {
    const sums = queries.map(({ name, devices }, q) => {
      const units = `sum(units) FILTER (q = ${q}) / ${UNITS_PER_GPU}.0`;
      // Whole thousandths of a GPU, so that the order of adding does not matter; without one of its series a sum is too small.
      const sum = `CASE WHEN count(*) FILTER (q = ${q}) = count(v) FILTER (q = ${q})
        THEN sum(CAST(round(v * 1000) AS BIGINT)) FILTER (q = ${q}) / 1000.0 END`;
      return `${devices ? units : sum} AS ${ident(name)}`;
    });
    const idle = queries.map(({ devices }, q) => (devices ? `(q = ${q} AND units IS NULL)` : "false")).join(" OR ");
    await engine.run(
      `CREATE TABLE prometheus_queue AS SELECT ${ident(queue)}, t AS time, ${sums.join(", ")}
        FROM (SELECT l, q, t, max(v) AS v FROM prometheus_point GROUP BY l, q, t) JOIN prometheus_labels USING (l)
        WHERE NOT (${idle}) GROUP BY ${ident(queue)}, t ORDER BY ${ident(queue)}, t`,
    );
    return "prometheus_queue";
  }
  return { counts, warnings, sumByQueue };
}
