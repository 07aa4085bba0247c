import { createCostModel } from "./cost.js";
import { addExact, addSum, type ExactSum, emptySum, exactTotal, wholeNumber } from "./exact-sum.js";
import type { GcReport } from "./gc-report.js";
import { ACTION, ACTIONS, REASONS } from "./reasons.js";
import type { RetentionPolicy } from "./retention-policy.js";
import type { GcColumns, GcDecision } from "./types.js";

/** Groups listed by name, and storage classes without a price. */
const [GROUPS, UNPRICED] = [1000, 100];

/** Objects that are alike in all that the report groups by. */
interface Cell {
  kind: number;
  class: number;
  storageClass: number;
  reason: number;
  action: number;
  objects: number;
  bytes: ExactSum;
  /** Objects with a price; the sums of money are theirs. */
  priced: number;
  monthly: number;
  saved: number;
  early: number;
}

type Sums = Pick<Cell, "objects" | "bytes" | "priced" | "monthly" | "saved" | "early">;
const emptySums = (): Sums => ({ objects: 0, bytes: emptySum(), priced: 0, monthly: 0, saved: 0, early: 0 });

function addSums(into: Sums, cell: Sums): void {
  into.objects += cell.objects;
  addSum(into.bytes, cell.bytes);
  into.priced += cell.priced;
  into.monthly += cell.monthly;
  into.saved += cell.saved;
  into.early += cell.early;
}

function total(cells: readonly Sums[]): Sums {
  const sums = emptySums();
  for (const cell of cells) addSums(sums, cell);
  return sums;
}

/** Null when there are objects but none of them has a price. */
const usd = ({ objects, priced }: Sums, value: number): number | null => (objects > 0 && priced === 0 ? null : value);
const counted = ({ objects, bytes }: Sums) => ({ objects, bytes: wholeNumber(exactTotal(bytes)) });
const tally = (sums: Sums) => ({ ...counted(sums), monthly_usd: usd(sums, sums.monthly) });

function makeCells(columns: GcColumns, decision: GcDecision, policy: RetentionPolicy, asOfMs: number): Cell[] {
  const { n, kind, class: classCode, storageClass, sizeBytes } = columns;
  const { reason, action } = decision;
  const cost = createCostModel(columns, policy, asOfMs);
  const [classes, storages] = [columns.classes.length + 1, columns.storageClasses.length + 1];
  const cells: Cell[] = [];
  const byKey: Cell[] = [];
  for (let i = 0; i < n; i++) {
    const place = ((kind[i] + 1) * classes + classCode[i] + 1) * storages + storageClass[i] + 1;
    const key = (place * REASONS.length + reason[i]) * ACTIONS.length + action[i];
    let cell = byKey[key];
    if (!cell) {
      const group = { kind: kind[i], class: classCode[i], storageClass: storageClass[i] };
      cell = { ...group, reason: reason[i], action: action[i], ...emptySums() };
      byKey[key] = cell;
      cells.push(cell);
    }
    cell.objects++;
    addExact(cell.bytes, sizeBytes[i]);
    const monthly = cost.monthly(i);
    if (Number.isNaN(monthly)) continue;
    cell.priced++;
    cell.monthly += monthly;
    if (action[i] === ACTION.keep) continue;
    cell.early += cost.early(i);
    cell.saved += action[i] === ACTION.delete ? monthly : monthly - cost.monthlyAfter(i);
  }
  return cells;
}

interface Group {
  cells: Cell[];
  bytes: bigint;
  /** Whether these are all the groups that are not listed. */
  isRest: boolean;
}

const bytesOf = (cells: readonly Cell[]): bigint => exactTotal(total(cells).bytes);

/** Cells by key, largest bytes first and then as they come; those beyond the largest 1,000 together at the end. */
function grouped(cells: readonly Cell[], keyOf: (cell: Cell) => string | number): Group[] {
  const byKey = new Map<string | number, Cell[]>();
  for (const cell of cells) {
    const group = byKey.get(keyOf(cell));
    if (group) group.push(cell);
    else byKey.set(keyOf(cell), [cell]);
  }
  const groups = Array.from(byKey.values(), (members) => ({ cells: members, bytes: bytesOf(members), isRest: false }));
  groups.sort((a, b) => Number(b.bytes > a.bytes) - Number(b.bytes < a.bytes));
  const rest = groups.slice(GROUPS).flatMap((group) => group.cells);
  return rest.length === 0 ? groups : [...groups.slice(0, GROUPS), { cells: rest, bytes: bytesOf(rest), isRest: true }];
}

/** Sums of each group by what happens to its objects. */
function byAction<K extends string>(
  cells: readonly Cell[],
  column: K,
  codeOf: (cell: Cell) => number,
  names: readonly string[],
) {
  return grouped(cells, codeOf).map((group) => {
    const of = (action: number) => tally(total(group.cells.filter((cell) => cell.action === action)));
    return {
      ...({ [column]: group.isRest ? null : (names[codeOf(group.cells[0])] ?? null) } as Record<K, string | null>),
      ...(group.isRest ? { rest: true } : {}),
      delete: of(ACTION.delete),
      transition: of(ACTION.transition),
      keep: of(ACTION.keep),
    };
  });
}

function breakdown(cells: readonly Cell[], { kinds, classes }: GcColumns): GcReport["breakdown"] {
  // What is not listed is still told apart by reason and action.
  const keyOf = (c: Cell): string => `${c.kind},${c.class},${c.reason},${c.action}`;
  const groups = grouped(cells, keyOf);
  const listed = groups.filter((group) => !group.isRest);
  const rest = groups.filter((group) => group.isRest).flatMap((group) => group.cells);
  const row = (members: readonly Cell[], isRest: boolean) => {
    const { kind, class: classCode, reason, action } = members[0];
    return {
      kind: isRest ? null : (kinds[kind] ?? null),
      class: isRest ? null : (classes[classCode] ?? null),
      ...{ reason: REASONS[reason], action: ACTIONS[action] },
      ...(isRest ? { rest: true } : {}),
      ...tally(total(members)),
    };
  };
  return [
    ...listed.map((group) => row(group.cells, false)),
    ...grouped(rest, (c) => `${c.reason},${c.action}`).map((group) => row(group.cells, true)),
  ];
}

function byReason(cells: readonly Cell[]): GcReport["by_reason"] {
  return REASONS.flatMap((reason, r) =>
    ACTIONS.flatMap((action, a) => {
      const members = cells.filter((cell) => cell.reason === r && cell.action === a);
      return members.length === 0 ? [] : [{ reason, action, ...tally(total(members)) }];
    }),
  );
}

function unpriced(cells: readonly Cell[], { storageClasses }: GcColumns): GcReport["unpriced"] {
  const without = cells.filter((cell) => cell.priced === 0);
  const names = new Set(without.map((cell) => storageClasses[cell.storageClass] ?? null));
  return {
    objects: without.reduce((sum, { objects }) => sum + objects, 0),
    storage_classes: [...names].sort((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1)).slice(0, UNPRICED),
  };
}

/** The sums of `report.json` that follow from a decision. */
export type Tallies = Pick<
  GcReport,
  | "candidates"
  | "saved_monthly_usd"
  | "kept"
  | "by_reason"
  | "by_class"
  | "by_kind"
  | "by_storage_class"
  | "breakdown"
  | "unpriced"
>;

/**
 * Sums objects, bytes and US dollars by what the report groups by. Bytes are exact (text beyond 2^53); money is added in
 * the order of objects, so the same objects give the same figures. Money is null where there are objects but none of
 * them has a price; objects without one are left out of sums with others.
 */
export function tallies(columns: GcColumns, decision: GcDecision, policy: RetentionPolicy, asOfMs: number): Tallies {
  const cells = makeCells(columns, decision, policy, asOfMs);
  const candidates = total(cells.filter((cell) => cell.action !== ACTION.keep));
  return {
    candidates: { ...tally(candidates), early_deletion_usd: usd(candidates, candidates.early) },
    saved_monthly_usd: usd(candidates, candidates.saved),
    kept: counted(total(cells.filter((cell) => cell.action === ACTION.keep))),
    by_reason: byReason(cells),
    by_class: byAction(cells, "class", (cell) => cell.class, columns.classes),
    by_kind: byAction(cells, "kind", (cell) => cell.kind, columns.kinds),
    by_storage_class: byAction(cells, "storage_class", (cell) => cell.storageClass, columns.storageClasses),
    breakdown: breakdown(cells, columns),
    unpriced: unpriced(cells, columns),
  };
}
