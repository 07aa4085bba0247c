import type { RoadEdges, RoadNodes, RoadPlace } from "../../backtest/map/road-table.js";
import type { InputFile } from "../../core/demand.js";
import { InputError } from "../../core/errors.js";
import { checkCells, nameRule, numberRule } from "../check-cells.js";
import { cellError } from "../column-sql.js";
import { loadColumns } from "../load-columns.js";
import { optionalColumn, optionalRules } from "../optional-columns.js";
import { placeOf } from "../place-of.js";
import { withTable } from "../read-table.js";
import type { SqlTable } from "../sql-table.js";
import type { ReadOptions } from "../types.js";
import { ONEWAY_WORDS, parseLine, parseOneway } from "./road-words.js";

/** Tables of a road graph with where their rows stand. */
export interface RoadTables {
  nodes: RoadNodes;
  edges: RoadEdges;
  place: RoadPlace;
  inputs: InputFile[];
  warnings: string[];
}

interface Loaded<T> {
  rows: T;
  inputs: InputFile[];
}

/** Reads nodes and edges from two tables, whichever is which. */
export async function readRoadTables(first: string, second: string, options: ReadOptions): Promise<RoadTables> {
  const read = (file: string) =>
    withTable(file, options, async (table) =>
      optionalColumn(table, "node_id") && !optionalColumn(table, "edge_id")
        ? { nodes: await readNodes(table, options), edges: null }
        : { nodes: null, edges: await readEdges(table, options) },
    );
  const [a, b] = [await read(first), await read(second)];
  const [nodes, edges] = [a.nodes ?? b.nodes, a.edges ?? b.edges];
  if (!nodes || !edges)
    throw new InputError(`${first} and ${second} are both tables of ${nodes ? "nodes" : "edges"}; give one of each`, {
      files: [first, second],
    });
  const place: RoadPlace = (table, row) => {
    const { file, row: line } = placeOf((table === "nodes" ? nodes : edges).inputs, row);
    return { text: `${file} row ${line}`, details: { file, row: line } };
  };
  return { nodes: nodes.rows, edges: edges.rows, place, inputs: [...nodes.inputs, ...edges.inputs], warnings: [] };
}

async function readNodes(table: SqlTable, options: ReadOptions): Promise<Loaded<RoadNodes>> {
  const [id, lat, lon] = ["node_id", "lat", "lon"].map(table.column);
  const rules = [
    nameRule(table, id, "the id of the node"),
    numberRule(table, lat, "abs($) <= 90", "a latitude from -90 to 90"),
    numberRule(table, lon, "abs($) <= 180", "a longitude from -180 to 180"),
  ];
  await checkCells(table, rules, options);
  const { number, text } = await loadColumns(table, ["lat", "lon"], ["node_id"], options);
  const rows = { id: text("node_id") ?? [], lat: number("lat") ?? [], lon: number("lon") ?? [] };
  return { rows, inputs: await table.inputs() };
}

async function readEdges(table: SqlTable, options: ReadOptions): Promise<Loaded<RoadEdges>> {
  const optional = optionalRules(table);
  optional.number("length_m", "$ > 0", "a length in metres, above 0");
  optional.number("speed_limit_mps", "$ >= 0", "a speed limit in metres per second, from 0");
  const names = ["edge_id", "from", "to"];
  const words = ["the id of the edge", "the id of a node", "the id of a node"];
  await checkCells(
    table,
    [...names.map((name, i) => nameRule(table, table.column(name), words[i])), ...optional.rules],
    options,
  );
  const { number, text } = await loadColumns(table, ["length_m", "speed_limit_mps"], names, options);
  const inputs = await table.inputs();
  const parsed = async <T>(name: string, parse: (cell: string) => T | null, expected: string) =>
    (await castTexts(table, name, options))?.map((cell, position) => {
      const value = parse(cell);
      if (value !== null) return value;
      throw cellError({ ...placeOf(inputs, position), values: { [name]: cell } }, { name }, expected);
    });
  const line = (cell: string) => (cell.trim() === "" ? { points: null } : lineOf(cell));
  const rows: RoadEdges = {
    id: text("edge_id") ?? [],
    from: text("from") ?? [],
    to: text("to") ?? [],
    oneway: await parsed("oneway", parseOneway, ONEWAY_WORDS),
    lengthM: number("length_m"),
    speedLimitMps: number("speed_limit_mps"),
    geometry: (await parsed("geometry", line, "a line: LINESTRING (lon lat, …), or GeoJSON of one"))?.map(
      ({ points }) => points,
    ),
  };
  return { rows, inputs };
}

function lineOf(cell: string): { points: [number, number][] } | null {
  const points = parseLine(cell);
  return points && { points };
}

/** A column of any type as text, `""` where a cell is empty; undefined where there is no such column. */
async function castTexts(table: SqlTable, name: string, options: ReadOptions): Promise<string[] | undefined> {
  const column = optionalColumn(table, name);
  if (!column) return undefined;
  const sql = `SELECT coalesce(CAST(${column.sql} AS VARCHAR), '') AS cell FROM ${table.relation}`;
  const cells: string[] = [];
  for await (const { rows, columns } of table.engine.query({ sql }, options)) {
    const { data } = columns["cell"];
    for (let row = 0; row < rows; row++) cells.push(data[row] as string);
  }
  return cells;
}
