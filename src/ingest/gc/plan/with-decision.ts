import type { InputFile } from "../../../core/demand.js";
import { InputError } from "../../../core/errors.js";
import { HOUR_MS, isoUtc } from "../../../core/time.js";
import {
  buildCsr,
  buildCsrInPlace,
  parseRetentionPolicy,
  type RetentionPolicy,
} from "../../../gc-reachability/index.js";
import type { GcColumns, GcDecision } from "../../../gc-reachability/types.js";
import { optionalColumn } from "../../optional-columns.js";
import { readDocument } from "../../read-document.js";
import { readTable } from "../../read-table.js";
import { type SqlTable, withFileName } from "../../sql-table.js";
import { timeSql } from "../../time-sql.js";
import { diskGraph } from "./disk-graph.js";
import { DEFAULT_MAX_MEMORY, engineMemory, fitsMemory, type GcInputs } from "./gc-inputs.js";
import { type DecisionSettings, type Graph, memoryGraph } from "./graph.js";
import { canonicalId } from "./key-sql.js";
import { type EdgeSink, edgeArrays, edgeSink, type LoadedEdges, loadEdges, NO_EDGES } from "./load-edges.js";
import { type LoadedObjects, loadObjects } from "./load-objects.js";
import { matchSelectors } from "./match-selectors.js";
import { readSelectors } from "./read-selectors.js";
import type { SelectorKind, SelectorRow } from "./selectors-schema.js";

/** A file that was read; `rows` is null for the policy. */
export type GcInputFile = Omit<InputFile, "rows"> & { rows: number | null };

/** A selector row that matches no object. */
export interface UnmatchedSelector {
  table: SelectorKind | "exceptions";
  name: string;
  id: string | null;
  prefix: string | null;
}

/** All that a decision was made from, and the decision; the tables live until the work on it ends. */
export interface Decided {
  policy: RetentionPolicy;
  asOfMs: number;
  snapshotAtMs: number;
  /** Holds `gc_objects`. */
  table: SqlTable;
  objects: Omit<LoadedObjects, "keyTable">;
  /** Holds `gc_dangling`; null without edges. */
  edgeTable: SqlTable | null;
  edges: LoadedEdges;
  columns: GcColumns;
  graph: Graph;
  decision: GcDecision;
  unmatched: UnmatchedSelector[];
  warnings: string[];
  /** Rows and SHA-256 of all input files. */
  inputs(): Promise<GcInputFile[]>;
}

interface Selectors {
  protections: SelectorRow<"protections">[];
  holds: SelectorRow<"holds">[];
  erasures: SelectorRow<"erasures">[];
  inputs: InputFile[];
}

async function readAllSelectors(inputs: GcInputs): Promise<Selectors> {
  const files: InputFile[] = [];
  async function rows<K extends SelectorKind>(kind: K): Promise<SelectorRow<K>[]> {
    const path = inputs[kind];
    if (path === undefined) return [];
    const read = await readSelectors(kind, path, { signal: inputs.signal });
    files.push(...read.inputs);
    return read.rows;
  }
  return {
    protections: await rows("protections"),
    holds: await rows("holds"),
    erasures: await rows("erasures"),
    inputs: files,
  };
}

/** An inventory newer than the plan's time would judge objects by what was not yet so. */
async function checkInventory(table: SqlTable, policy: RetentionPolicy, asOfMs: number): Promise<void> {
  const column = optionalColumn(table, "inventory_at");
  if (!column) return;
  const { value } = await timeSql(table, column, { steps: false });
  const [{ newest }] = await table.engine.rows({
    sql: `SELECT CAST(max(${value}) AS DOUBLE) / 1000 AS newest FROM ${table.relation}`,
  });
  if (newest === null || asOfMs >= Number(newest) - policy.grace_hours * HOUR_MS) return;
  throw new InputError(
    `as-of ${isoUtc(asOfMs)} is earlier than the newest inventory_at, ${isoUtc(Number(newest))}, minus the grace of ${policy.grace_hours} hours: give the time of this inventory, or the inventory of that time`,
    { file: table.files[0].name, column: "inventory_at" },
  );
}

async function match(
  objects: Decided["objects"],
  table: SqlTable,
  selectors: Selectors,
  policy: RetentionPolicy,
  inputs: GcInputs,
): Promise<{ columns: GcColumns; unmatched: UnmatchedSelector[] }> {
  const unmatched: UnmatchedSelector[] = [];
  const rangesOf = async (
    name: UnmatchedSelector["table"],
    rows: readonly { id: string | null; prefix: string | null }[],
    nameOf: (row: number) => string,
  ) => {
    const ranges = await matchSelectors(table.engine, objects.n, rows, inputs.signal);
    const matched = new Set(ranges.row);
    rows.forEach(({ id, prefix }, row) => {
      if (!matched.has(row)) unmatched.push({ table: name, name: nameOf(row), id, prefix });
    });
    return ranges;
  };
  const { protections, holds, erasures } = selectors;
  const exceptions = policy.exceptions.map(({ id, prefix }) => ({
    id: id === undefined ? null : canonicalId(id),
    prefix: prefix === undefined ? null : canonicalId(prefix),
  }));
  const protectionRanges = await rangesOf("protections", protections, (row) => protections[row].name);
  if (inputs.protections !== undefined && protectionRanges.row.length === 0 && !inputs.allowUnmatched) {
    throw new InputError(
      `${inputs.protections}: none of its ${protections.length} rows matches an object, as a wrong export would; mend it, or pass --allow-unmatched`,
      { file: inputs.protections },
    );
  }
  const columns: GcColumns = {
    ...objects.columns,
    protections: protections.map(({ name, type, expires_at }) => ({ name, type, expiresAtMs: expires_at })),
    protectionRanges,
    holds: holds.map((hold) => ({
      holdId: hold.hold_id,
      issuedAtMs: hold.issued_at,
      releasedAtMs: hold.released_at,
    })),
    holdRanges: await rangesOf("holds", holds, (row) => holds[row].hold_id),
    erasures: erasures.map((row) => ({ requestId: row.request_id, completedAtMs: row.completed_at })),
    erasureRanges: await rangesOf("erasures", erasures, (row) => erasures[row].request_id),
    exceptionRanges: await rangesOf("exceptions", exceptions, (row) => `exceptions[${row}]`),
  };
  return { columns, unmatched };
}

async function countRows(table: SqlTable): Promise<number> {
  const [{ rows }] = await table.engine.rows({ sql: `SELECT count(*) AS rows FROM ${table.relation}` });
  return Number(rows);
}

async function named<T>(table: SqlTable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withFileName(error, table.files);
  }
}

/** Reads the edges: into memory where they fit, otherwise into a table of the SQL engine. */
async function readGraph(
  source: SqlTable,
  objectTable: SqlTable,
  objects: LoadedObjects,
  settings: DecisionSettings,
  inputs: GcInputs,
): Promise<{ graph: Graph; edges: LoadedEdges }> {
  const { signal, onProgress = () => {}, maxMemory = DEFAULT_MAX_MEMORY } = inputs;
  const rows = await countRows(source);
  if (rows === 0 && !inputs.allowNoEdges) {
    throw new InputError(`${source.files[0].name}: no edges; if that is right, pass --allow-no-edges`, {
      file: source.files[0].name,
    });
  }
  const load = (sink: EdgeSink): Promise<LoadedEdges> =>
    loadEdges(source, objectTable.engine, objects, sink, {
      weak: settings.policy.weak_relations,
      signal,
      onRows: (done) => onProgress(done, rows, "reading edges"),
    });
  if (fitsMemory(objects.n, rows, maxMemory)) {
    const arrays = edgeArrays(rows);
    const edges = await load(arrays.sink);
    return { edges, graph: memoryGraph(buildCsrInPlace(objects.n, arrays.src(), arrays.dst()), settings) };
  }
  const edges = await load(await edgeSink(objectTable.engine, signal));
  return { edges, graph: await diskGraph(objectTable.engine, settings, signal) };
}

async function readPolicy(path: string): Promise<{ policy: RetentionPolicy; input: GcInputFile }> {
  const { value, sha256 } = await readDocument(path, "retention policy");
  return { policy: parseRetentionPolicy(value, path), input: { name: path, sha256, rows: null } };
}

type ReadInputs = Pick<Decided, "objects" | "columns" | "unmatched" | "edges" | "graph">;

/** Reads objects and edges, and matches the selectors. The keys of ids, which nothing else needs, end with it. */
async function readInputs(
  table: SqlTable,
  openEdges: () => Promise<SqlTable | null>,
  selectors: Selectors,
  settings: DecisionSettings,
  inputs: GcInputs,
): Promise<ReadInputs> {
  const { policy, asOfMs } = settings;
  const { keyTable, ...objects } = await named(table, async () => {
    const loaded = await loadObjects(table, { signal: inputs.signal });
    await checkInventory(table, policy, asOfMs);
    return loaded;
  });
  const matched = await match(objects, table, selectors, policy, inputs);
  const source = await openEdges();
  if (source) {
    const read = await named(source, () => readGraph(source, table, { ...objects, keyTable }, settings, inputs));
    return { objects, ...matched, ...read };
  }
  const graph = memoryGraph(buildCsr(objects.n, new Int32Array(0), new Int32Array(0)), settings);
  return { objects, ...matched, graph, edges: NO_EDGES };
}

/**
 * Reads the inputs, decides, and runs `work` on the decision while the tables are open.
 *
 * @param place.tempDirectory folder in which the SQL engines make theirs
 * @param place.files that statements on the objects may read besides
 * @throws InputError, PolicyError whenever an input cannot be trusted: nothing may be deleted by a guess
 */
export async function withDecision<T>(
  inputs: GcInputs,
  place: { tempDirectory?: string; files?: readonly string[] },
  work: (decided: Decided) => Promise<T>,
): Promise<T> {
  const { signal, threads, asOfMs, snapshotAtMs = inputs.asOfMs, onProgress = () => {} } = inputs;
  if (inputs.edges === undefined && !inputs.allowNoEdges) {
    throw new InputError(
      "no edges were given: without them nothing keeps anything else alive; pass --edges, or --allow-no-edges",
    );
  }
  for (const [name, ms] of Object.entries({ asOfMs, snapshotAtMs })) {
    if (Number.isNaN(new Date(ms).getTime())) throw new InputError(`${name} must be epoch milliseconds, got ${ms}`);
  }
  const maxMemory = inputs.maxMemory ?? DEFAULT_MAX_MEMORY;
  const options = { signal, threads, tempDirectory: place.tempDirectory, memory: engineMemory(maxMemory) };
  const { policy, input: policyInput } = await readPolicy(inputs.policy);
  const selectors = await readAllSelectors(inputs);
  onProgress(0, 0, "reading objects");
  const table = await readTable(inputs.objects, { ...options, writes: place.files });
  const tables = [table];
  try {
    const openEdges = async (): Promise<SqlTable | null> => {
      if (inputs.edges === undefined) return null;
      tables.push(await readTable(inputs.edges, options));
      return tables[1];
    };
    const settings = { policy, asOfMs, snapshotAtMs };
    const read = await readInputs(table, openEdges, selectors, settings, inputs);
    onProgress(0, 0, "deciding");
    const decision = await read.graph.decide(read.columns);
    return await work({
      ...{ ...settings, table, edgeTable: tables[1] ?? null, ...read, decision },
      warnings: read.objects.warnings,
      inputs: async () => {
        const all = [];
        for (const one of tables) all.push(...(await one.inputs()));
        return [...all, policyInput, ...selectors.inputs];
      },
    });
  } finally {
    for (const one of tables) await one.close();
  }
}
