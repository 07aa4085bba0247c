import type { AuditFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { cell } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";

/** What versions the vehicles had, as far as they report them. */
export function versionsSection({ versions, policy }: AuditFile): Cell[] {
  if (versions.every(({ version }) => version === null)) return [];
  const all = versions.reduce((sum, { events }) => sum + events, 0);
  const same = versions.find(({ version }) => version === policy.version)?.events ?? 0;
  return [
    heading(
      "versions",
      "Which versions did the vehicles have?",
      `${same} of ${all} reported events came from policy ${policy.version}, which the replay has.`,
    ),
    {
      kind: "table",
      id: "versions-table",
      caption: `Events that vehicles reported.${leftOutWords(versions.length)}`,
      columns: [
        { name: "version", label: "Version", format: "text" },
        { name: "events", label: "Events", format: "integer" },
        { name: "matched", label: "In the replay, too", format: "integer" },
        { name: "share", label: "Share", format: "percent" },
      ],
      rows: versions.slice(0, MOST_ROWS).map(({ version, events, matched }) => ({
        version: version ?? "not reported",
        ...{ events, matched },
        share: cell(matched / events),
      })),
    },
  ];
}
