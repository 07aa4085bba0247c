import type { DuckDbEngine } from "../../../engine/duckdb.js";
import { createCostModel } from "../../../gc-reachability/cost.js";
import { DAY_MS } from "../../../gc-reachability/days.js";
import { ACTION, REASON, REASONS } from "../../../gc-reachability/reasons.js";
import { type AppendColumn, appendColumns } from "../../append-columns.js";
import type { Decided } from "./with-decision.js";

/** Room for the reasons in the code of a row; the action stands above. */
const REASON_BITS = 4;

const list = (engine: DuckDbEngine, names: readonly string[]): string =>
  `[${names.map(engine.dialect.literal).join(", ")}]`;

/** `gc_decision`: one row an object, in the order of `gc_objects`; -1 and NaN stand for null, which costs more. */
async function createDecision(
  { table, columns, decision, policy, asOfMs }: Decided,
  signal?: AbortSignal,
): Promise<void> {
  const { reason, action, root, parent, depth, rule } = decision;
  const cost = createCostModel(columns, policy, asOfMs);
  const integer = (at: (i: number) => number | null): AppendColumn => ({ type: "INTEGER", at });
  const index = (values: Int32Array): AppendColumn => integer((i) => values[i]);
  const ofCandidate = (value: (i: number) => number): AppendColumn => ({
    type: "DOUBLE",
    at: (i) => (action[i] === ACTION.keep ? Number.NaN : value(i)),
  });
  const fields: Record<string, AppendColumn> = {
    idx: integer((i) => i),
    code: integer((i) => reason[i] + (action[i] << REASON_BITS)),
    root: index(root),
    parent: index(parent),
    depth: index(depth),
    rule: index(rule),
    age_days: ofCandidate((i) => (asOfMs - columns.createdAtMs[i]) / DAY_MS),
    monthly_usd: ofCandidate(cost.monthly),
    early_deletion_usd: ofCandidate(cost.early),
    break_even_months: ofCandidate((i) => (action[i] === ACTION.transition ? cost.breakEven(i) : Number.NaN)),
  };
  const definitions = Object.entries(fields).map(([name, { type }]) => `${name} ${type}`);
  await table.engine.run(`CREATE TABLE gc_decision (${definitions.join(", ")})`);
  await table.engine.append("gc_decision", (appender) =>
    appendColumns(appender, Object.values(fields), columns.n, signal),
  );
}

/** SQL of the storage class that a transition leads to, by the object's class. */
function targetSql(engine: DuckDbEngine, { policy, columns }: Decided): string {
  if (columns.classes.length === 0) return "CAST(NULL AS VARCHAR)";
  const targets = columns.classes.map((name) =>
    Object.hasOwn(policy.classes, name) ? (policy.classes[name].transition_to ?? "") : "",
  );
  const target = `list_extract(${list(engine, targets)}, enum_code(class) + 1)`;
  return `CASE WHEN code >> ${REASON_BITS} = ${ACTION.transition} THEN ${target} END`;
}

/**
 * Makes the decision a table beside `gc_objects`, the view `gc_planned` of both, whose rows come in the order of ids, and
 * `gc_rules` with the names of rules. `goes` tells candidates quicker than `action`.
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
  const action = `code >> ${REASON_BITS}`;
  await engine.run(`CREATE VIEW gc_planned AS SELECT
    idx, id, CAST(kind AS VARCHAR) AS kind, CAST(class AS VARCHAR) AS class, CAST(size_bytes AS BIGINT) AS size_bytes,
    CAST(storage_class AS VARCHAR) AS storage_class, make_timestamp(created_us) AS created_at,
    make_timestamp(accessed_us) AS last_access_at, CAST("group" AS VARCHAR) AS "group", metric,
    is_latest, is_delete_marker, is_multipart_upload,
    list_extract(${list(engine, REASONS)}, (code & ${2 ** REASON_BITS - 1}) + 1) AS reason,
    list_extract(['keep', 'transition', 'delete'], (${action}) + 1) AS action,
    CASE WHEN code & ${2 ** REASON_BITS - 1} = ${REASON.erasure} THEN 'purge' WHEN ${action} = ${ACTION.delete} THEN 'quarantine'
      WHEN ${action} = ${ACTION.transition} THEN 'transition' END AS phase,
    ${targetSql(engine, decided)} AS target_storage_class, code >= ${2 ** REASON_BITS} AS goes, rule, root, parent, depth,
    ${["age_days", "monthly_usd", "early_deletion_usd", "break_even_months"].map((name) => `CASE WHEN NOT isnan(${name}) THEN ${name} END AS ${name}`).join(", ")}
    FROM gc_objects POSITIONAL JOIN gc_decision`);
}
