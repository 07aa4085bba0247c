import { z } from "zod";
import { InputError } from "../../../core/errors.js";
import { nearestName } from "../../../core/nearest-name.js";
import { addExact, type ExactSum, emptySum, exactTotal, wholeNumber } from "../../../gc-reachability/exact-sum.js";
import { ACTION, type GcReport, REASON } from "../../../gc-reachability/index.js";
import type { GcColumns, GcDecision } from "../../../gc-reachability/types.js";
import type { GcInputs } from "./gc-inputs.js";
import { canonicalId } from "./key-sql.js";
import { matchSelectors } from "./match-selectors.js";
import { readPlan } from "./plan-folder.js";
import type { GcWhatIf } from "./what-if-schema.js";
import { type Decided, withDecision } from "./with-decision.js";

/** A plan's folder, and what to drop of what keeps objects. */
export interface WhatIfOptions extends Pick<GcInputs, "maxMemory" | "threads" | "signal" | "onProgress"> {
  plan: string;
  /** Names of protections, ids of holds, or ids of objects. */
  drop: readonly string[];
}

type Freed = GcWhatIf["freed"];

const Settings = z.object({
  objects: z.union([z.string(), z.array(z.string())]),
  edges: z.union([z.string(), z.array(z.string())]).nullable(),
  policy: z.string(),
  protections: z.string().nullable(),
  holds: z.string().nullable(),
  erasures: z.string().nullable(),
  allow_no_edges: z.boolean(),
  allow_unmatched: z.boolean(),
});

/** The inputs that a plan was made from. */
function inputsOf({ createdFrom, as_of, snapshot_at }: GcReport, folder: string): GcInputs {
  const parsed = Settings.safeParse(createdFrom.options);
  if (!parsed.success)
    throw new InputError(`${folder}: the report does not say what it was made from; plan again`, { file: folder });
  const { allow_no_edges: allowNoEdges, allow_unmatched: allowUnmatched, objects, policy, ...files } = parsed.data;
  return {
    ...{ objects, policy, allowNoEdges, allowUnmatched },
    edges: files.edges ?? undefined,
    protections: files.protections ?? undefined,
    holds: files.holds ?? undefined,
    erasures: files.erasures ?? undefined,
    asOfMs: Date.parse(as_of),
    snapshotAtMs: Date.parse(snapshot_at),
  };
}

async function checkInputs(decided: Decided, { inputs: planned }: GcReport): Promise<void> {
  const now = await decided.inputs();
  const changed = planned.find(({ sha256 }, i) => now[i]?.sha256 !== sha256);
  if (!changed && now.length === planned.length) return;
  const name = changed?.path ?? now.at(-1)?.name;
  throw new InputError(`${name}: changed since the plan was made; plan again`, { file: name });
}

function sum(columns: GcColumns, objects: Int32Array): Freed {
  const bytes = emptySum();
  for (const object of objects) addExact(bytes, columns.sizeBytes[object]);
  return { objects: objects.length, bytes: wholeNumber(exactTotal(bytes)) };
}

/** Sums by a code, largest bytes first. */
function sumsBy(columns: GcColumns, objects: Int32Array, codes: Int32Array): (Freed & { code: number })[] {
  const sums = new Map<number, { objects: number; bytes: ExactSum }>();
  for (const object of objects) {
    let group = sums.get(codes[object]);
    if (!group) {
      group = { objects: 0, bytes: emptySum() };
      sums.set(codes[object], group);
    }
    group.objects++;
    addExact(group.bytes, columns.sizeBytes[object]);
  }
  const groups = Array.from(sums, ([code, { objects: count, bytes }]) => ({ code, count, bytes: exactTotal(bytes) }));
  groups.sort((a, b) => Number(b.bytes > a.bytes) - Number(b.bytes < a.bytes) || a.code - b.code);
  return groups.map(({ code, count, bytes }) => ({ code, objects: count, bytes: wholeNumber(bytes) }));
}

interface Drops {
  columns: GcColumns;
  /** Objects that are left out whatever keeps them. */
  objects: Int32Array;
}

/** Protections and holds without the rows that are dropped, and the objects that the other names are. */
async function dropRows({ columns, table }: Decided, drop: readonly string[]): Promise<Drops> {
  const names = new Set([...columns.protections.map(({ name }) => name), ...columns.holds.map(({ holdId }) => holdId)]);
  const ids = drop.filter((name) => !names.has(name));
  const found = await matchSelectors(
    table.engine,
    columns.n,
    ids.map((id) => ({ id: canonicalId(id), prefix: null })),
  );
  const missing = ids.find((_, row) => !found.row.includes(row));
  if (missing !== undefined) {
    const near = names.size > 0 ? `; the nearest is "${nearestName(missing, [...names])}"` : "";
    throw new InputError(`no protection, hold or object is named "${missing}"${near}`, { name: missing });
  }
  const dropped = new Set(drop);
  const never = Number.NEGATIVE_INFINITY;
  return {
    objects: found.from,
    columns: {
      ...columns,
      protections: columns.protections.map((row) => (dropped.has(row.name) ? { ...row, expiresAtMs: never } : row)),
      holds: columns.holds.map((row) => (dropped.has(row.holdId) ? { ...row, releasedAtMs: never } : row)),
    },
  };
}

/** What nothing but the given objects keeps, they included. */
async function hangingOn(
  { graph, columns }: Decided,
  { reason, action, depth }: GcDecision,
  objects: Int32Array,
): Promise<Uint8Array> {
  const without = reason.map((r) => Number(r === REASON.erasure));
  for (const object of objects) without[object] = 1;
  const stays = (i: number): boolean => (depth[i] === 0 || action[i] === ACTION.transition) && without[i] === 0;
  const tips = Int32Array.from({ length: columns.n }, (_, i) => i).filter(stays);
  const after = await graph.depths(tips, without);
  return action.map((now, i) => Number(now !== ACTION.delete && after[i] < 0));
}

/** What would happen to each object. */
async function actionsAfter(decided: Decided, drops: Drops): Promise<Uint8Array> {
  const decision = await decided.graph.decide(drops.columns);
  if (drops.objects.length === 0) return decision.action;
  const gone = await hangingOn(decided, decision, drops.objects);
  return decision.action.map((action, i) => (gone[i] === 1 ? ACTION.delete : action));
}

/**
 * What would be freed if protections or holds were dropped, or objects were no longer there: decided anew from the inputs
 * of the plan, which must not have changed.
 *
 * @throws InputError when the plan is not whole, its inputs have changed, or a name is unknown
 */
export async function whatIfGc(options: WhatIfOptions): Promise<GcWhatIf> {
  const { plan, drop, maxMemory, threads, signal, onProgress } = options;
  if (drop.length === 0) throw new InputError("name a protection, a hold or an object to drop");
  const report = await readPlan(plan);
  const inputs = { ...inputsOf(report, plan), maxMemory, threads, signal, onProgress };
  return withDecision(inputs, {}, async (decided) => {
    await checkInputs(decided, report);
    const { columns, decision } = decided;
    const action = await actionsAfter(decided, await dropRows(decided, drop));
    const where = (test: (before: number, after: number) => boolean): Int32Array =>
      Int32Array.from(action.keys()).filter((i) => test(decision.action[i], action[i]));
    const freed = where((before, after) => before !== ACTION.delete && after === ACTION.delete);
    return {
      plan_digest: report.plan_digest,
      drop: [...drop],
      freed: sum(columns, freed),
      by_class: sumsBy(columns, freed, columns.class).map(({ code, ...rest }) => ({
        class: columns.classes[code] ?? null,
        ...rest,
      })),
      by_kind: sumsBy(columns, freed, columns.kind).map(({ code, ...rest }) => ({
        kind: columns.kinds[code] ?? null,
        ...rest,
      })),
      moved: sum(
        columns,
        where((before, after) => before === ACTION.keep && after === ACTION.transition),
      ),
      kept_instead: sum(
        columns,
        where((before, after) => before !== ACTION.keep && after === ACTION.keep),
      ),
    };
  });
}
