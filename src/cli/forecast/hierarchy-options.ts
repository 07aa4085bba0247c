import { type Command, InvalidArgumentError, Option } from "commander";
import { InputError } from "../../core/errors.js";
import type { Hierarchy, ReconcileMethod } from "../../forecast/index.js";

/** Options of commands that add series up. */
export interface HierarchyOptions {
  hierarchy?: string[];
  reconcile: ReconcileMethod;
}

function columnList(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.some((name) => name === "") || new Set(names).size < names.length) {
    throw new InvalidArgumentError("expected different column names separated by commas.");
  }
  return names;
}

/** Adds `--hierarchy` and `--reconcile`. */
export function addHierarchyOptions(command: Command): Command {
  return command
    .option(
      "--hierarchy <columns>",
      "levels to add up to, from the top; the last is the id's column, e.g. region,pool,queue",
      columnList,
    )
    .addOption(
      new Option("--reconcile <method>", "how the parts and their sums are made to agree")
        .choices(["bu", "mint", "td"])
        .default("bu"),
    );
}

/** Reads the sums of the hierarchy from the columns that name its levels; undefined when none is asked for. */
export async function readTree(
  input: string,
  columns: string[] | undefined,
  id: string,
  signal: AbortSignal,
): Promise<Hierarchy | undefined> {
  if (columns === undefined) return undefined;
  if (columns[columns.length - 1] !== id) {
    throw new InputError(`--hierarchy must end with the column of the ids, "${id}", got "${columns.join(",")}"`, {
      option: "hierarchy",
    });
  }
  const { buildHierarchy } = await import("../../forecast/index.js");
  const { readHierarchy } = await import("../../ingest/index.js");
  return buildHierarchy(await readHierarchy(input, columns, { memory: "256MB", signal }));
}
