import { DAY_MS } from "../../../core/time.js";
import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { createCostModel } from "../../../gc-reachability/cost.js";
import { ACTION, ACTIONS, REASON, REASONS } from "../../../gc-reachability/reasons.js";
import { appendColumns } from "../../append-columns.js";
import { arrayColumn, type BlockColumn, computedColumn, createNumberTable } from "../append-blocks.js";
import type { Decided } from "./with-decision.js";

/** Room for the reasons in the code of a row; the action stands above. */
const REASON_BITS = 4;

/** `gc_decision`: one row an object, in the order of `gc_objects`; -1 and NaN stand for null, which costs more. */
async function createDecision(
  { table, columns, decision, policy, asOfMs }: Decided,
  signal?: AbortSignal,
): Promise<void> {
  const { reason, action, root, parent, depth, rule } = decision;
  const cost = createCostModel(columns, policy, asOfMs);
  const ofCandidate = (value: (i: number) => number): BlockColumn =>
    computedColumn("DOUBLE", (i) => (action[i] === ACTION.keep ? Number.NaN : value(i)));
  const fields = {
    code: computedColumn("INTEGER", (i) => reason[i] + (action[i] << REASON_BITS)),
    root: arrayColumn(root),
    parent: arrayColumn(parent),
    depth: arrayColumn(depth),
    rule: arrayColumn(rule),
    monthly_usd: ofCandidate(cost.monthly),
    early_deletion_usd: ofCandidate(cost.early),
    break_even_months: ofCandidate((i) => (action[i] === ACTION.transition ? cost.breakEven(i) : Number.NaN)),
  };
  await createNumberTable(table.engine, "gc_decision", fields, columns.n, signal);
}

/** Values up to which a text column is written by its codes: all of them stand in every part of a file. */
const MOST_CODES = 1000;

/** SQL of the text that an integer stands for, as an enum type that this creates. */
async function enumSql(
  engine: DuckDbEngine,
  type: string,
  code: string,
  texts: readonly (readonly [code: number, text: string])[],
): Promise<string> {
  if (texts.length === 0) return "CAST(NULL AS VARCHAR)";
  const { literal } = engine.dialect;
  await engine.run(`CREATE TYPE ${type} AS ENUM (${[...new Set(texts.map(([, text]) => text))].map(literal)})`);
  return `CASE ${code} ${texts.map(([value, text]) => `WHEN ${value} THEN CAST(${literal(text)} AS ${type})`).join(" ")} END`;
}

/**
 * Makes the decision a table beside `gc_objects`, the view `gc_planned` of both, whose rows come in the order of ids, and
 * `gc_rules` with the names of rules. `goes` tells candidates quicker than `action`. `gc_coded` is the same with texts that
 * repeat as enums, which Parquet files take, as text, in a fraction of the time.
 */
export async function createPlanTables(decided: Decided, signal?: AbortSignal): Promise<void> {
  const { engine } = decided.table;
  await createDecision(decided, signal);
  const { rules } = decided.decision;
  await engine.run("CREATE TABLE gc_rules (k INTEGER, name VARCHAR)");
  await engine.append("gc_rules", (appender) =>
    appendColumns(
      appender,
      [
        { type: "INTEGER", at: (i) => i },
        { type: "VARCHAR", at: (i) => rules[i] },
      ],
      rules.length,
      signal,
    ),
  );
  const { names } = decided.objects;
  const optional = (name: string, type: string): string =>
    names.has(name) ? `CAST("${name}" AS ${type}) AS "${name}"` : `CAST(NULL AS ${type}) AS "${name}"`;
  const action = `code >> ${REASON_BITS}`;
  const reason = `code & ${2 ** REASON_BITS - 1}`;
  const goes = `code >= ${2 ** REASON_BITS}`;
  const age = `(CAST('${decided.asOfMs}' AS DOUBLE) - CAST(created_us AS DOUBLE) / 1000) / ${DAY_MS}`;
  const costs = ["monthly_usd", "early_deletion_usd", "break_even_months"];
  const { kinds, classes, storageClasses } = decided.columns;
  const coded = (name: string, texts: readonly string[]): string =>
    texts.length > 0 && texts.length <= MOST_CODES ? name : `CAST(${name} AS VARCHAR) AS ${name}`;
  const named = (names: readonly string[]) => names.map((name, code) => [code, name] as const);
  const targets = classes.flatMap((name, code) => {
    const target = Object.hasOwn(decided.policy.classes, name) ? decided.policy.classes[name].transition_to : undefined;
    return target === undefined ? [] : [[code, target] as const];
  });
  const phase = `CASE WHEN ${reason} = ${REASON.erasure} THEN 0 ELSE 3 - (${action}) END`;
  await engine.run(`CREATE VIEW gc_coded AS SELECT
    CAST(gc_objects.rowid AS INTEGER) AS idx, id, ${coded("kind", kinds)}, ${coded("class", classes)},
    CAST(size_bytes AS BIGINT) AS size_bytes, ${coded("storage_class", storageClasses)},
    make_timestamp(created_us) AS created_at, make_timestamp(accessed_us) AS last_access_at, ${optional("group", "VARCHAR")},
    ${optional("metric", "DOUBLE")}, ${["is_latest", "is_delete_marker", "is_multipart_upload"].map((name) => optional(name, "BOOLEAN")).join(", ")},
    ${await enumSql(engine, "gc_reason", reason, named(REASONS))} AS reason,
    ${await enumSql(engine, "gc_action", action, named(ACTIONS))} AS action,
    ${await enumSql(engine, "gc_phase", phase, named(["purge", "quarantine", "transition"]))} AS phase,
    CASE WHEN ${action} = ${ACTION.transition} THEN ${await enumSql(engine, "gc_target", "enum_code(class)", targets)} END AS target_storage_class,
    ${goes} AS goes, rule, root, parent, depth, CASE WHEN ${goes} THEN ${age} END AS age_days,
    ${costs.map((name) => `CASE WHEN NOT isnan(${name}) THEN ${name} END AS ${name}`).join(", ")}
    FROM gc_objects POSITIONAL JOIN gc_decision`);
  const texts = ["kind", "class", "storage_class", "reason", "action", "phase", "target_storage_class"];
  await engine.run(`CREATE VIEW gc_planned AS
    SELECT * REPLACE (${texts.map((name) => `CAST(${name} AS VARCHAR) AS ${name}`).join(", ")}) FROM gc_coded`);
}
