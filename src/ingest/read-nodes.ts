import type { NodeTable, Taint } from "../binpack/types.js";
import type { InputFile } from "../core/demand.js";
import { InputError } from "../core/errors.js";
import { checkCells, nameRule, numberRule, WHOLE } from "./check-cells.js";
import { numberSql } from "./column-sql.js";
import { type LoadedColumns, loadColumns } from "./load-columns.js";
import { optionalRules } from "./optional-columns.js";
import { parseLabels } from "./parse-labels.js";
import { withTable } from "./read-table.js";
import { refuseTwice } from "./refuse-twice.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** Amounts are kept in 32 bits. */
export const AMOUNT = `$ >= 0 AND $ <= 2147483647 AND ${WHOLE}`;
export const AMOUNT_WORDS = "a whole number from 0 to 2147483647";
/** GPUs that one node may have. */
const MOST_GPUS = 1024;
/** `k=v;k2=v2`; a key alone has an empty value. */
export const PAIRS = "[^=;]+(=[^;]*)?(;[^=;]+(=[^;]*)?)*;?";
const TAINTS = "[^=:;]+(=[^:;]*)?:NoSchedule(;[^=:;]+(=[^:;]*)?:NoSchedule)*;?";

const NUMBERS = ["cpu_milli", "memory_mib", "gpu", "nvlink", "numa", "nics", "price_hour"];
const TEXTS = ["sn", "model", "zone", "block", "rack", "labels", "taints", "pool", "spot"];

export interface NodesRead {
  nodes: NodeTable;
  inputs: InputFile[];
}

/**
 * Reads a list of nodes: columns `sn, cpu_milli, memory_mib, gpu, model` (no model: a node without GPU), and any of
 * `zone, block, rack, nvlink, numa, nics, labels, taints, pool, price_hour, spot`. Other columns are passed over.
 *
 * @throws InputError with file, row and column for a bad cell, a node that is there twice, and a file without rows
 */
export async function readNodes(input: string | readonly string[], options: ReadOptions = {}): Promise<NodesRead> {
  return withTable(input, options, async (table) => {
    await checkNodes(table, options);
    await refuseTwice(table, table.column("sn"), "node", options);
    const loaded = await loadColumns(table, NUMBERS, TEXTS, options);
    if (loaded.n === 0)
      throw new InputError(`${table.files[0].name}: the file has no rows`, { file: table.files[0].name });
    return { nodes: nodeTable(loaded), inputs: await table.inputs() };
  });
}

async function checkNodes(table: SqlTable, options: ReadOptions): Promise<void> {
  const [sn, cpu, memory, gpu, model] = ["sn", "cpu_milli", "memory_mib", "gpu", "model"].map(table.column);
  const optional = optionalRules(table);
  for (const name of ["nvlink", "numa", "nics"])
    optional.number(name, `$ >= 0 AND $ <= 65535 AND ${WHOLE}`, "a whole number from 0");
  optional.number("price_hour", "$ >= 0", "a price from 0");
  optional.text("labels", PAIRS, "labels such as k=v;k2=v2");
  optional.text("taints", TAINTS, "taints such as k=v:NoSchedule;k2=v2:NoSchedule");
  optional.text("spot", "(?i)true|false|0|1", "true or false");
  const unnamed = `(${numberSql(table, gpu).value} > 0 AND ${nameRule(table, model, "").refuse})`;
  await checkCells(
    table,
    [
      nameRule(table, sn, "the name of the node"),
      numberRule(table, cpu, AMOUNT, AMOUNT_WORDS),
      numberRule(table, memory, AMOUNT, AMOUNT_WORDS),
      numberRule(table, gpu, `$ >= 0 AND $ <= ${MOST_GPUS} AND ${WHOLE}`, `whole GPUs from 0 to ${MOST_GPUS}`),
      { column: model, refuse: unnamed, expected: "the model of the node's GPUs" },
      ...optional.rules,
    ],
    options,
  );
}

function nodeTable({ n, number, text }: LoadedColumns): NodeTable {
  const whole = (name: string) => Int32Array.from(number(name) ?? []);
  const small = (name: string) => {
    const values = number(name);
    return values && Uint16Array.from(values, (value) => value || 0);
  };
  return {
    n,
    name: text("sn") ?? [],
    cpu: whole("cpu_milli"),
    memory: whole("memory_mib"),
    gpus: Uint16Array.from(number("gpu") ?? []),
    model: text("model") ?? [],
    zone: text("zone"),
    block: text("block"),
    rack: text("rack"),
    nvlink: small("nvlink"),
    numa: small("numa"),
    nics: small("nics"),
    labels: text("labels")?.map(parseLabels),
    taints: text("taints")?.map(parseTaints),
    pool: text("pool"),
    priceHour: number("price_hour"),
    spot: text("spot")?.map((cell) => /^(true|1)$/i.test(cell)),
  };
}

function parseTaints(text: string): Taint[] {
  const taints = text.split(";").filter((taint) => taint !== "");
  return taints.map((taint) => {
    const [, key, value = ""] = /^([^=:]+)(?:=([^:]*))?:/.exec(taint) as RegExpExecArray;
    return { key: key.trim(), value: value.trim() };
  });
}
