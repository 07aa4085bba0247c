import type { Action, GcReport } from "../../src/gc-reachability/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { capital, counted, listed, percent } from "../capacity-plan/words.js";
import { type ActionBar, actionBars } from "./action-bars.js";
import { SHOWN_ACTIONS } from "./actions.js";
import { bytesWords, commonUnit, largestFirst } from "./bytes.js";
import { groupName } from "./group-name.js";
import { tallyColumns, tallyValues } from "./tally-columns.js";
import { totalOf } from "./totals.js";

/** Bars of a chart, groups of a table, groups named in an alternative text. */
const MOST = Object.freeze({ bars: 20, groups: 100, named: 4 });

type Tallies = Pick<GcReport["by_class"][number], "delete" | "transition" | "keep">;

interface Group extends Tallies {
  name: string;
  /** In all. */
  bytes: bigint;
}

/** What groups are of: `class`, `kind` or `storage class`. */
interface Grouping {
  id: string;
  what: string;
  plural: string;
  groups: readonly Group[];
}

const barOf = ({ name, delete: { bytes: deletes }, transition: { bytes: moves }, keep }: Group): ActionBar => ({
  name,
  bytes: { delete: BigInt(deletes), transition: BigInt(moves), keep: BigInt(keep.bytes) },
});

/** The groups, largest first, and the three ways that the result tells them. */
function groupings({ by_class, by_kind, by_storage_class }: GcReport): Grouping[] {
  const named = <T extends Tallies & { rest?: boolean }>(
    rows: readonly T[],
    what: string,
    nameOf: (row: T) => string | null,
  ) =>
    rows
      .map((row) => ({
        ...row,
        name: groupName(nameOf(row), what, row.rest),
        bytes: totalOf([row.delete, row.transition, row.keep]).bytes,
      }))
      .sort(largestFirst);
  return [
    { id: "class", what: "class", plural: "classes", groups: named(by_class, "class", (row) => row.class) },
    { id: "kind", what: "kind", plural: "kinds", groups: named(by_kind, "kind", ({ kind }) => kind) },
    {
      id: "storage",
      what: "storage class",
      plural: "storage classes",
      groups: named(by_storage_class, "storage class", ({ storage_class }) => storage_class),
    },
  ];
}

/** Bars of the largest groups; the others become one bar. */
function barsOf({ groups, plural }: Grouping): ActionBar[] {
  const bars = groups.map(barOf);
  if (bars.length <= MOST.bars) return bars;
  const rest = bars.slice(MOST.bars - 1);
  const sum = (action: Action) => rest.reduce((a, { bytes }) => a + bytes[action], 0n);
  return [
    ...bars.slice(0, MOST.bars - 1),
    {
      name: `${rest.length} other ${plural}`,
      bytes: { delete: sum("delete"), transition: sum("transition"), keep: sum("keep") },
    },
  ];
}

function chart(grouping: Grouping): Cell[] {
  const { id, what, groups } = grouping;
  if (groups.length < 2 || groups.every((group) => group.bytes === 0n)) return [];
  const words = groups
    .slice(0, MOST.named)
    .map((group) => `${group.name} ${bytesWords(group.bytes)}, of them ${bytesWords(group.delete.bytes)} deleted`);
  return [
    {
      kind: "chart",
      id: `shares-${id}-chart`,
      alt: `Bytes by ${what}: ${words.join("; ")}${groups.length > MOST.named ? "; the others are smaller" : ""}.`,
      caption: `The length of a bar is all that there is of this ${what}.`,
      spec: actionBars(barsOf(grouping), `Bytes by ${what}`, capital(what)),
    },
  ];
}

function table({ id, what, plural, groups }: Grouping): Cell {
  const shown = groups.slice(0, MOST.groups);
  const left = groups.length - shown.length;
  const rows = shown.flatMap((group) =>
    SHOWN_ACTIONS.filter((action) => group[action].objects > 0).map((action) => ({
      group: group.name,
      action,
      ...group[action],
    })),
  );
  const unit = commonUnit(rows.map(({ bytes }) => BigInt(bytes)));
  return {
    kind: "table",
    id: `shares-${id}`,
    caption: `By ${what}: what happens, and what it costs a month as it is stored now.${left > 0 ? ` ${left} smaller ${plural} are in report.json.` : ""}`,
    columns: [
      { name: "group", label: capital(what), format: "text" },
      { name: "action", label: "Decision", format: "text" },
      ...tallyColumns(unit),
    ],
    rows: rows.map((row) => ({ group: row.group, action: row.action, ...tallyValues(row, unit) })),
  };
}

/** The class of which most is deleted. */
function conclusion(classes: readonly Group[]): string {
  const deletes = totalOf(classes.map((group) => group.delete));
  if (deletes.bytes === 0n) return "No bytes are deleted in any class.";
  const parts = classes
    .filter((group) => BigInt(group.delete.bytes) > 0n)
    .sort((a, b) => largestFirst(a.delete, b.delete))
    .slice(0, 3)
    .map((group) => {
      return `${group.name} ${bytesWords(group.delete.bytes)} (${percent(Number(group.delete.bytes) / Number(group.bytes))} of the class)`;
    });
  return `To be deleted are ${bytesWords(deletes.bytes)} in ${counted(deletes.objects, "object")}: ${listed(parts)}.`;
}

/** Bytes and money by class, kind and storage class. */
export function sharesSection(result: GcReport): Cell[] {
  const all = groupings(result).filter(({ groups }) => groups.length > 0);
  if (all.length === 0) return [];
  return [
    heading("shares", "By class, kind and storage class", conclusion(all[0].groups)),
    ...all.flatMap((grouping) => [...chart(grouping), table(grouping)]),
  ];
}
