import type { GcReport } from "../../src/gc-reachability/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure, listedUpTo } from "../capacity-plan/words.js";
import { groupName } from "./group-name.js";

/** Rows of a table. */
const MOST_LINES = 200;
/** Share of the edges that may dangle without a warning. */
const MANY = 0.01;
/** Storage classes named in a sentence. */
const NAMED = 5;

const warning = (id: string, message: string, severity: "info" | "warning" | "error" = "warning"): Cell => ({
  kind: "warning",
  id,
  severity,
  message,
});

const leftOut = (count: number, shown: number) =>
  count > shown ? ` ${counted(count - shown, "more row")} in report.json.` : "";

function conflictCells({ conflicts, conflict_count }: GcReport): Cell[] {
  if (conflict_count === 0) return [];
  const shown = conflicts.slice(0, MOST_LINES);
  const one = conflict_count === 1;
  return [
    warning(
      "before-approval",
      `${counted(conflict_count, "object")} ${one ? "is" : "are"} under a legal hold and to be erased as well. Whichever way the policy (erasure_vs_hold) decides, a second person must approve this plan, best with the legal department.`,
    ),
    {
      kind: "table",
      id: "before-conflicts",
      caption: `Both under a hold and to be erased.${leftOut(conflict_count, shown.length)}`,
      columns: [
        { name: "id", label: "Object", format: "text" },
        { name: "hold", label: "Hold", format: "text" },
        { name: "request", label: "Erasure request", format: "text" },
      ],
      rows: shown.map(({ id, hold, request }) => ({ id, hold, request })),
    },
  ];
}

function unmatchedCells({ unmatched_selectors: selectors, unmatched_count }: GcReport): Cell[] {
  if (unmatched_count === 0) return [];
  const shown = selectors.slice(0, MOST_LINES);
  const one = unmatched_count === 1;
  return [
    warning(
      "before-unmatched",
      `${counted(unmatched_count, "selector")} ${one ? "matches" : "match"} no object: what ${one ? "it names" : "they name"} is gone already, or the name is misspelt and protects nothing.`,
    ),
    {
      kind: "table",
      id: "before-selectors",
      caption: `Selectors that match no object.${leftOut(unmatched_count, shown.length)}`,
      columns: [
        { name: "table", label: "Table", format: "text" },
        { name: "name", label: "Name", format: "text" },
        { name: "by", label: "Matches by", format: "text" },
        { name: "selector", label: "Selector", format: "text" },
      ],
      rows: shown.map(({ table, name, id, prefix }) => ({
        table,
        name,
        by: id === null ? "prefix" : "id",
        selector: id ?? prefix,
      })),
    },
  ];
}

function unpricedCells({ unpriced: { objects, storage_classes: classes }, objects: all }: GcReport): Cell[] {
  if (objects === 0) return [];
  const names = classes.map((name) => groupName(name, "storage class"));
  return [
    warning(
      "before-unpriced",
      `${figure(objects)} of ${counted(all.distinct, "object")} lie in storage classes that have no price in the policy (${listedUpTo(names, NAMED)}). Sums of money leave them out, so savings and charges may be higher than shown, and none of these objects moves to colder storage.`,
    ),
  ];
}

function integrityCells({ integrity, edges }: GcReport): Cell[] {
  const { dangling, unlisted_src, tainted, kept_to_deleted } = integrity;
  const cells: Cell[] = [];
  if (kept_to_deleted > 0) {
    cells.push(
      warning(
        "before-broken",
        `${counted(kept_to_deleted, "object")} to be deleted ${kept_to_deleted === 1 ? "is" : "are"} still needed by objects that stay. This must never be: do not run this plan, and report it with integrity.json.`,
        "error",
      ),
    );
  }
  if (dangling > 0) {
    cells.push(
      warning(
        "before-dangling",
        `${counted(dangling, "edge")} of ${figure(edges.rows)} ${dangling === 1 ? "points" : "point"} to objects that are not in the inventory (integrity.json lists them). A few are past deletes; many mean that the inventory lacks a bucket or a prefix.`,
        dangling < MANY * edges.rows ? "info" : "warning",
      ),
    );
  }
  if (unlisted_src > 0) {
    cells.push(
      warning(
        "before-unlisted",
        `${counted(unlisted_src, "edge")} ${unlisted_src === 1 ? "comes" : "come"} from objects that are not in the inventory, and ${unlisted_src === 1 ? "keeps" : "keep"} nothing alive. Check that the inventory covers all systems that the edges come from.`,
      ),
    );
  }
  if (tainted > 0) {
    cells.push(
      warning(
        "before-tainted",
        `${counted(tainted, "object")} ${tainted === 1 ? "is not deleted but needs" : "are not deleted but need"} something that is erased (integrity.json, tainted). Tell ${tainted === 1 ? "its owner" : "their owners"}: datasets and models made of erased data may have to be made anew.`,
      ),
    );
  }
  return cells;
}

/** What somebody must look at before anything is deleted. */
export function beforeSection(result: GcReport): Cell[] {
  const cells = [
    ...conflictCells(result),
    ...integrityCells(result),
    ...unmatchedCells(result),
    ...unpricedCells(result),
  ];
  const points = cells.filter((cell) => cell.kind === "warning" && cell.severity !== "info").length;
  const words =
    points === 0
      ? "Nothing needs settling: no conflicts, no selector without a match, and a price for every storage class."
      : `${counted(points, "point")} to settle first.`;
  return [heading("before", "Before anything is deleted", words), ...cells];
}
