import { LEVELS, type Level, type PodTable } from "../binpack/types.js";
import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql, textSql } from "./column-sql.js";
import { type LoadedColumns, loadColumns } from "./load-columns.js";
import { optionalRules } from "./optional-columns.js";
import { parseLabels } from "./parse-labels.js";
import { AMOUNT, AMOUNT_WORDS, PAIRS } from "./read-nodes.js";
import { withTable } from "./read-table.js";
import { refuseTwice } from "./refuse-twice.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

const NUMBERS = ["cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "nics", "priority"];
const TEXTS = [
  ...["name", "gpu_spec", "group", "required_level", "preferred_level", "node_selector", "tolerations"],
  ...["data_zone", "team"],
];
/** GPUs that one pod may ask for where no node has more. */
const USUAL_GPUS = 8;

export interface PodsOptions extends ReadOptions {
  /** GPUs of the largest node: pods may ask for as many, or for 8 where that is more. Default 8. */
  largestNode?: number;
}

export interface PodsRead {
  /** In the order of the file. */
  pods: PodTable;
  inputs: InputFile[];
  warnings: string[];
}

/**
 * Reads a list of pods: columns `name, cpu_milli, memory_mib, num_gpu, gpu_milli`, and any of `gpu_spec, group,
 * required_level, preferred_level, node_selector, tolerations, nics, data_zone, priority, team`. Other columns are passed
 * over. Pods with 2 and more GPUs take whole ones; without a GPU `gpu_milli` says nothing. No rows: an empty list.
 *
 * @throws InputError with file, row and column for a bad cell, a pod that is there twice, and a gang in several places
 */
export async function readPods(input: string | readonly string[], options: PodsOptions = {}): Promise<PodsRead> {
  return withTable(input, options, async (table) => {
    await checkPods(table, options);
    await refuseTwice(table, table.column("name"), "pod", options);
    const loaded = await loadColumns(table, NUMBERS, TEXTS, options);
    await refuseScattered(table, loaded.text("group") ?? []);
    return { pods: podTable(loaded), inputs: await table.inputs(), warnings: await clipWarnings(table, loaded) };
  });
}

async function checkPods(table: SqlTable, options: PodsOptions): Promise<void> {
  const [name, cpu, memory, gpus, milli] = ["name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"].map(
    table.column,
  );
  const most = Math.max(USUAL_GPUS, options.largestNode ?? 0);
  const optional = optionalRules(table);
  const levels = LEVELS.join("|");
  for (const column of ["required_level", "preferred_level"])
    optional.text(column, levels, `one of ${LEVELS.join(", ")}`);
  optional.text("node_selector", PAIRS, "labels such as k=v;k2=v2");
  optional.text("tolerations", "[^;]+(;[^;]+)*;?", "tolerations such as k=v;k2");
  optional.number("nics", `$ >= 0 AND $ <= 65535 AND ${WHOLE}`, "a whole number from 0");
  optional.number("priority", "true", "a number");
  const share = numberSql(table, milli).value;
  const one = `${numberSql(table, gpus).value} = 1`;
  await checkCells(
    table,
    [
      nameRule(table, name, "the name of the pod"),
      numberRule(table, cpu, AMOUNT, AMOUNT_WORDS),
      numberRule(table, memory, AMOUNT, AMOUNT_WORDS),
      numberRule(table, gpus, `$ >= 0 AND ${WHOLE}`, "whole GPUs from 0"),
      numberRule(table, gpus, `$ <= ${most}`, `at most ${most} GPUs, as many as one node has`),
      numberRule(table, milli, AMOUNT, "thousandths of a GPU, a whole number from 0"),
      { column: milli, refuse: `(${one} AND ${share} = 0)`, expected: "at least 1 thousandth of the GPU asked for" },
      ...optional.rules,
    ],
    options,
  );
}

/** The rows of a gang must follow one another. */
async function refuseScattered(table: SqlTable, groups: readonly string[]): Promise<void> {
  const seen = new Set<string>();
  const at = groups.findIndex((group, row) => {
    if (group === "" || group === groups[row - 1]) return false;
    if (seen.has(group)) return true;
    seen.add(group);
    return false;
  });
  if (at < 0) return;
  const column = table.column("group");
  const before = groups.slice(0, at).filter((group) => group === groups[at]).length;
  const same = `${textSql(table, column)} = ${table.engine.dialect.literal(groups[at])}`;
  const rows = await table.find(same, [column], before + 1);
  const { file, row } = rows[before];
  throw new InputError(
    `${file} row ${row}: column "group": gang "${groups[at]}" goes on here after other pods (until row ${rows[before - 1].row}); put its rows together`,
    { file, row, column: "group", value: groups[at] },
  );
}

async function clipWarnings(table: SqlTable, { number }: LoadedColumns): Promise<string[]> {
  const [gpus, milli] = [number("num_gpu") ?? [], number("gpu_milli") ?? []];
  const over = milli.filter((value, pod) => gpus[pod] === 1 && value > 1000).length;
  if (over === 0) return [];
  const column = table.column("gpu_milli");
  const above = `(${numberSql(table, table.column("num_gpu")).value} = 1 AND ${numberSql(table, column).value} > 1000)`;
  const [{ file, row, values }] = await table.find(above, [column]);
  const more = over > 1 ? `, and ${over - 1} more` : "";
  return [`${file} row ${row}: column "gpu_milli": ${values["gpu_milli"]} is more than a GPU; taken as 1000${more}`];
}

function podTable({ n, number, text }: LoadedColumns): PodTable {
  const gpus = Uint16Array.from(number("num_gpu") ?? []);
  const asked = number("gpu_milli") ?? new Float64Array(n);
  const nics = number("nics");
  const level = (name: string) => text(name) as (Level | "")[] | undefined;
  return {
    n,
    name: text("name") ?? [],
    cpu: Int32Array.from(number("cpu_milli") ?? []),
    memory: Int32Array.from(number("memory_mib") ?? []),
    gpus,
    milli: Int32Array.from(gpus, (count, pod) => (count === 0 ? 0 : count > 1 ? 1000 : Math.min(1000, asked[pod]))),
    spec: text("gpu_spec") ?? new Array(n).fill(""),
    group: text("group"),
    requiredLevel: level("required_level"),
    preferredLevel: level("preferred_level"),
    nodeSelector: text("node_selector")?.map(parseLabels),
    tolerations: text("tolerations")?.map(parseTolerations),
    nics: nics && Uint16Array.from(nics, (value) => value || 0),
    dataZone: text("data_zone"),
    priority: number("priority"),
    team: text("team"),
  };
}

/** The effect behind the colon may be named; there is but one. */
function parseTolerations(text: string): string[] {
  const tolerations = text.split(";").map((toleration) => toleration.replace(/:NoSchedule$/, "").trim());
  return tolerations.filter((toleration) => toleration !== "");
}
