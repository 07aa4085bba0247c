import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { addExact, emptySum, exactTotal } from "../../../gc-reachability/exact-sum.js";
import { NONE, SHARED, sumLabels } from "../../../gc-reachability/exclusive-by-root.js";
import { decisionSteps, integrityChecker, type RootRequest, rootSummarySteps } from "../../../gc-reachability/index.js";
import type { RootAnswer } from "../../../gc-reachability/root-summaries.js";
import type { GcColumns, GcDecision, ReachArrays } from "../../../gc-reachability/types.js";
import { appendColumns } from "../../append-columns.js";
import type { DecisionSettings, Graph } from "./graph.js";

/** Rows walked at once: the bits of a mask. */
const WIDTH = 32;

type Visit = (src: number, dst: number) => void;

/** Objects of the level that is walked and of the next, each at most once. */
class Frontier {
  private next: number[] = [];
  private readonly waits: Uint8Array;

  constructor(n: number) {
    this.waits = new Uint8Array(n);
  }

  add(object: number): void {
    if (this.waits[object] === 1) return;
    this.waits[object] = 1;
    this.next.push(object);
  }

  /** The objects added since. */
  take(): Int32Array {
    const taken = Int32Array.from(this.next).sort();
    for (const object of taken) this.waits[object] = 0;
    this.next = [];
    return taken;
  }
}

/** Visits the edges that leave some objects, from the table `gc_edges` on disk. */
async function expand(engine: DuckDbEngine, objects: Int32Array, visit: Visit, signal?: AbortSignal): Promise<void> {
  await engine.run("CREATE OR REPLACE TABLE gc_frontier (object INTEGER)");
  await engine.append("gc_frontier", (appender) =>
    appendColumns(appender, [{ type: "INTEGER", at: (i) => objects[i] }], objects.length, signal),
  );
  // The bounds let the engine pass over blocks of the sorted table.
  const sql = `SELECT src, dst FROM gc_edges WHERE src BETWEEN ${objects[0]} AND ${objects[objects.length - 1]}
    AND src IN (SELECT object FROM gc_frontier)`;
  await visitRows(engine, sql, visit, signal);
}

async function visitRows(engine: DuckDbEngine, sql: string, visit: Visit, signal?: AbortSignal): Promise<void> {
  for await (const { rows, columns } of engine.query({ sql }, { signal })) {
    const [src, dst] = [columns["src"].data, columns["dst"].data];
    for (let i = 0; i < rows; i++) visit(Number(src[i]), Number(dst[i]));
  }
}

/** As `reach`, level by level. */
async function reachOnDisk(
  engine: DuckDbEngine,
  tips: Int32Array,
  blocked: Uint8Array | undefined,
  { depth, parent, root }: ReachArrays,
  signal?: AbortSignal,
): Promise<void> {
  const level = new Frontier(depth.length);
  // Whatever stood at an object before, the walk has been there.
  const done = blocked ? Uint8Array.from(blocked) : new Uint8Array(depth.length);
  for (const tip of tips) {
    done[tip] = 1;
    depth[tip] = 0;
    parent[tip] = -1;
    root[tip] = tip;
    level.add(tip);
  }
  for (let d = 1; ; d++) {
    const objects = level.take();
    if (objects.length === 0) return;
    const found: number[] = [];
    const visit = (u: number, v: number): void => {
      if (done[v] === 1) return;
      if (done[v] === 0) {
        // Until the level ends, a nearer root or parent may come.
        done[v] = 2;
        found.push(v);
      } else if (root[u] > root[v] || (root[u] === root[v] && u >= parent[v])) return;
      depth[v] = d;
      root[v] = root[u];
      parent[v] = u;
    };
    await expand(engine, objects, visit, signal);
    for (const v of found) {
      done[v] = 1;
      level.add(v);
    }
  }
}

/** As `exclusiveByRoot`: labels spread until none changes, each object's at most twice. */
async function exclusiveOnDisk(
  engine: DuckDbEngine,
  { rootOf, shared, blocked }: Extract<RootRequest, { ask: "exclusiveByRoot" }>,
  size: Float64Array,
  signal?: AbortSignal,
): Promise<RootAnswer> {
  const n = rootOf.length;
  const label = new Int32Array(n).fill(NONE);
  const changed = new Frontier(n);
  for (let v = 0; v < n; v++) {
    if (blocked[v] === 1 || (shared[v] === 0 && rootOf[v] < 0)) continue;
    label[v] = shared[v] === 1 ? SHARED : rootOf[v];
    changed.add(v);
  }
  for (let objects = changed.take(); objects.length > 0; objects = changed.take()) {
    const visit = (u: number, v: number): void => {
      if (blocked[v] === 1 || label[v] === SHARED || label[v] === label[u]) return;
      label[v] = label[v] === NONE ? label[u] : SHARED;
      changed.add(v);
    };
    await expand(engine, objects, visit, signal);
  }
  return sumLabels(label, rootOf, size);
}

/** As `reachableByRow`: 32 rows a pass, fresh bits carried on until there are none. */
async function reachableOnDisk(
  engine: DuckDbEngine,
  { rows, ranges: { row, from, to }, blocked }: Extract<RootRequest, { ask: "reachableByRow" }>,
  size: Float64Array,
  signal?: AbortSignal,
): Promise<RootAnswer> {
  const n = blocked.length;
  const objects = new Float64Array(rows);
  const sums = Array.from({ length: rows }, emptySum);
  const changed = new Frontier(n);
  for (let first = 0, k = 0; k < row.length; first += WIDTH) {
    const seen = new Int32Array(n);
    const give = (v: number, bits: number): void => {
      if (blocked[v] === 1 || (bits & ~seen[v]) === 0) return;
      seen[v] |= bits;
      changed.add(v);
    };
    for (; k < row.length && row[k] < first + WIDTH; k++) {
      for (let v = from[k]; v < to[k]; v++) give(v, 1 << (row[k] - first));
    }
    for (let level = changed.take(); level.length > 0; level = changed.take()) {
      await expand(engine, level, (u, v) => give(v, seen[u]), signal);
    }
    for (let v = 0; v < n; v++) {
      for (let bits = seen[v]; bits !== 0; bits &= bits - 1) {
        const r = first + 31 - Math.clz32(bits & -bits);
        objects[r]++;
        addExact(sums[r], size[v]);
      }
    }
  }
  return { objects, bytes: sums.map(exactTotal) };
}

/**
 * A graph whose edges stay in the SQL engine, which spills them to disk: objects in typed arrays, edges looked up by the
 * level of a walk that is at hand. The same results as in memory, slower.
 *
 * @param engine holds `gc_unsorted`, the edges; it becomes `gc_edges`
 */
export async function diskGraph(
  engine: DuckDbEngine,
  { policy, asOfMs, snapshotAtMs }: DecisionSettings,
  signal?: AbortSignal,
): Promise<Graph> {
  await engine.run("CREATE TABLE gc_edges AS SELECT DISTINCT src, dst FROM gc_unsorted ORDER BY src, dst", { signal });
  await engine.run("DROP TABLE gc_unsorted");
  const decideOnDisk = async (columns: GcColumns): Promise<GcDecision> => {
    const steps = decisionSteps(columns, policy, asOfMs, snapshotAtMs);
    let step = steps.next();
    while (!step.done) {
      await reachOnDisk(engine, step.value.tips, step.value.blocked, step.value.into, signal);
      step = steps.next();
    }
    return step.value;
  };
  return {
    method: "disk",
    decide: decideOnDisk,
    async depths(tips, blocked) {
      const [{ objects }] = await engine.rows({ sql: "SELECT count(*) AS objects FROM gc_objects" });
      const [depth, parent, root] = [0, 1, 2].map(() => new Int32Array(Number(objects)).fill(-1));
      await reachOnDisk(engine, tips, blocked, { depth, parent, root }, signal);
      return depth;
    },
    async roots(columns, decision) {
      const answer = (request: RootRequest): Promise<RootAnswer> => {
        if (request.ask === "decide") return decideOnDisk(request.columns);
        if (request.ask === "exclusiveByRoot") return exclusiveOnDisk(engine, request, columns.sizeBytes, signal);
        return reachableOnDisk(engine, request, columns.sizeBytes, signal);
      };
      const steps = rootSummarySteps(columns, policy, decision, asOfMs, snapshotAtMs);
      let step = steps.next();
      while (!step.done) step = steps.next(await answer(step.value));
      return step.value;
    },
    async check(decision) {
      const checker = integrityChecker(decision);
      await visitRows(engine, "SELECT src, dst FROM gc_edges", checker.edge, signal);
      return checker.result();
    },
  };
}
