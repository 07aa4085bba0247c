import type { GcReport } from "../src/gc-reachability/index.js";
import type { Report } from "../src/report/index.js";
import { beforeSection } from "./gc/before.js";
import { instantOf } from "./gc/instant.js";
import { mapSection } from "./gc/map.js";
import { methodSection } from "./gc/method.js";
import { nextSection } from "./gc/next.js";
import { rootsSection } from "./gc/roots.js";
import { sharesSection } from "./gc/shares.js";
import { verdictSection } from "./gc/verdict.js";
import { whySection } from "./gc/why.js";

/** Sections from the first glance to the fine print. */
const SECTIONS = Object.freeze([
  verdictSection,
  beforeSection,
  whySection,
  mapSection,
  sharesSection,
  rootsSection,
  nextSection,
  methodSection,
]);

/**
 * A plan of `fleetlens gc` as a report that a data steward approves: what may go, what must be settled first, which rule
 * decided and why, where the bytes and the money are, what holds most back, and how to carry the plan out; or that
 * nothing may be deleted, because a limit of the policy stopped it. It is dated with `as_of`.
 *
 * @example const html = await renderHtml(gcReport(JSON.parse(await readFile("plan/report.json", "utf8"))));
 */
export function gcReport(result: GcReport): Report {
  const { as_of, snapshot_at, status, version, inputs } = result;
  const tables = inputs.filter(({ rows }) => rows !== null);
  const settings = inputs.filter(({ rows }) => rows === null);
  return {
    schemaVersion: "1.0",
    id: "gc",
    title: "Garbage collection plan",
    generatedAt: instantOf(as_of),
    parameters: [
      { name: "Status", value: status === "fused" ? "stopped by a limit" : "ok" },
      { name: "As of", value: as_of },
      { name: "Inventory of", value: snapshot_at },
      { name: "Approvals needed", value: result.approvals_needed },
      ...settings.map(({ path, sha256 }) => ({ name: `SHA-256 of ${path}`, value: sha256 })),
    ],
    provenance: {
      tool: "fleetlens",
      version,
      inputs: tables.map(({ path, sha256, rows }) => ({ name: path, sha256, rows: rows ?? 0 })),
    },
    cells: SECTIONS.flatMap((section) => section(result)),
  };
}
