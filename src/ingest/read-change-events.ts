import type { InputFile } from "../core/demand.js";
import type { ChangeEvent, EventKind } from "../incident/index.js";
import { type CellRule, checkCells, nameRule } from "./check-cells.js";
import { instantSql } from "./clock-sql.js";
import { loadColumns } from "./load-columns.js";
import { optionalColumn, optionalRules } from "./optional-columns.js";
import { parseLabels } from "./parse-labels.js";
import { withTable } from "./read-table.js";
import { refuseTwice } from "./refuse-twice.js";
import type { SqlTable } from "./sql-table.js";
import type { ReadOptions } from "./types.js";

/** Changes of a platform as read. */
export interface ChangeEventTable {
  /** In order of time, then of the rows. */
  events: ChangeEvent[];
  inputs: InputFile[];
  warnings: string[];
}

const KINDS: readonly EventKind[] = ["code", "config", "model", "flag", "data", "map", "infra", "other"];
/** `dim=value`, several after semicolons. */
const SCOPE = "[^=;]+=[^;]+(;[^=;]+=[^;]+)*;?";

/**
 * Reads the log of changes: columns `event_id`, `time`, `kind`, `target` and, if there, `scope` (`dim=value`, several
 * after semicolons), `end_time` (of a rollout) and `description`. Times may bear any zone. A kind that is unknown counts
 * as `other`, and a warning says so. A file without rows is an empty log.
 *
 * @throws InputError with file, row and column for a bad cell, and for an event that is there twice
 */
export async function readChangeEvents(
  input: string | readonly string[],
  options: ReadOptions = {},
): Promise<ChangeEventTable> {
  return withTable(input, options, async (table) => {
    const [id, start, kind, target] = ["event_id", "time", "kind", "target"].map((name) => table.column(name));
    const time = await instantSql(table, start);
    const end = await endOf(table, time);
    const { rules, text } = optionalRules(table);
    text("scope", SCOPE, "dim=value, several after semicolons");
    const names = [
      nameRule(table, id, "an event id"),
      nameRule(table, kind, `a kind of event: ${KINDS.join(", ")}`),
      nameRule(table, target, "what was changed"),
    ];
    await checkCells(table, [...names, ...rules, ...(end ? [end.rule] : [])], options);
    await refuseTwice(table, id, "event", options);
    const loaded = await loadColumns(table, [], ["event_id", "kind", "target", "scope", "description"], options, {
      fleetlens_time: time,
      ...(end ? { fleetlens_end: end.value } : {}),
    });
    const cell = (name: string, row: number) => loaded.text(name)?.[row] ?? "";
    const unknown = new Set<string>();
    const events = Array.from({ length: loaded.n }, (_, row): ChangeEvent => {
      const endTime = loaded.number("fleetlens_end")?.[row] ?? Number.NaN;
      const [scope, description] = [cell("scope", row), cell("description", row)];
      return {
        eventId: cell("event_id", row),
        time: (loaded.number("fleetlens_time") as Float64Array)[row],
        ...(Number.isNaN(endTime) ? {} : { endTime }),
        kind: kindOf(cell("kind", row), unknown),
        target: cell("target", row),
        ...(scope ? { scope: parseLabels(scope) } : {}),
        ...(description ? { description } : {}),
      };
    });
    return {
      events: events.sort((a, b) => a.time - b.time),
      inputs: await table.inputs(),
      warnings: kindWarnings(table.files[0].name, unknown),
    };
  });
}

/** The end of rollouts, where the table has it, and the rule that it is not before their start. */
async function endOf(table: SqlTable, start: string): Promise<{ value: string; rule: CellRule } | undefined> {
  const column = optionalColumn(table, "end_time");
  if (!column) return undefined;
  const value = await instantSql(table, column, { empty: true });
  return { value, rule: { column, refuse: `${value} < ${start}`, expected: "an end not before the event's time" } };
}

function kindOf(text: string, unknown: Set<string>): EventKind {
  const kind = text.trim().toLowerCase() as EventKind;
  if (KINDS.includes(kind)) return kind;
  unknown.add(text);
  return "other";
}

function kindWarnings(file: string, unknown: ReadonlySet<string>): string[] {
  if (unknown.size === 0) return [];
  const names = [...unknown].slice(0, 3).map((kind) => JSON.stringify(kind));
  const more = unknown.size > names.length ? ` and ${unknown.size - names.length} more` : "";
  return [`${file}: column "kind": ${names.join(", ")}${more} counts as "other"; known kinds are ${KINDS.join(", ")}`];
}
