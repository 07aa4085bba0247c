import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { policyAuditReport } from "../../../reports/policy-audit.js";
import { auditPolicy } from "../../backtest/audit/audit-policy.js";
import type { AuditFile } from "../../backtest/audit/audit-schema.js";
import { createSpanRows } from "../../backtest/audit/span-rows.js";
import type { EdgeEvents } from "../../backtest/audit/types.js";
import { createMapSignals } from "../../backtest/map/map-signals.js";
import { createReplayer } from "../../backtest/replay/create-replayer.js";
import type { Policy } from "../../backtest/types.js";
import { isoUtc } from "../../core/utc.js";
import { VERSION } from "../../core/version.js";
import { matcherOf } from "../../ingest/backtest/map-source.js";
import { readEdgeEvents } from "../../ingest/backtest/read-edge-events.js";
import { withLogs } from "../../ingest/backtest/read-logs.js";
import { readPolicy } from "../../ingest/backtest/read-policy.js";
import { writeDifferences } from "../../ingest/backtest/write-differences.js";
import { folderPlace, writeFolder } from "../../ingest/write-folder.js";
import { renderHtml } from "../../report/index.js";
import { type MapOptions, type MapRead, readMap } from "../backtest/read-map.js";
import type { CommandContext, CommandResult } from "../frame.js";

/** Options of `fleetlens policy audit`. */
export interface AuditRun extends Omit<MapOptions, "logs"> {
  policy: string;
  logs: string;
  edgeEvents: string;
  toleranceMs: number;
  seed: number;
  out: string;
}

const FILES = Object.freeze(["audit.json", "differences.parquet", "report.html"]);

/** Replays the logs once, and looks at what rows there are where the vehicles had events. */
async function replayLogs(
  logs: string,
  { policy, map: { signals, map } }: { policy: Policy; map: MapRead },
  edge: EdgeEvents,
  { signal, onProgress }: CommandContext,
) {
  const withMap = map && createMapSignals([map.policy], matcherOf(map.source));
  const options = {
    signals,
    signal,
    onProgress: (rows: number, all: number) => onProgress(rows, all, "replaying logs"),
  };
  return withLogs(logs, options, async ({ inputs, counts, chunks }) => {
    const replayer = createReplayer(policy);
    const rows = createSpanRows({ ...edge, from: edge.onsetTs, to: edge.endTs });
    for await (const chunk of chunks()) {
      replayer.push(withMap ? (await withMap(chunk)).logs[0] : chunk);
      rows.push(chunk);
    }
    return { inputs, counts, cloud: replayer.finish(), rows: rows.finish() };
  });
}

/** `fleetlens policy audit`. */
export async function runAudit(o: AuditRun, context: CommandContext): Promise<CommandResult> {
  await folderPlace(o.out, FILES);
  const { policy, input: policyFile } = await readPolicy(o.policy);
  const { edge, inputs: edgeFiles } = await readEdgeEvents(o.edgeEvents, { signal: context.signal });
  const map = await readMap({ ...o, logs: [o.logs] }, policy, null, { signal: context.signal });
  const { inputs, counts, cloud, rows } = await replayLogs(o.logs, { policy, map }, edge, context);
  const { toleranceMs, seed, roadGraph = null, matchUrl = null, sigmaM = null, betaM = null, radiusM = null } = o;
  const { differences, ...audit } = auditPolicy({ policy, edge, cloud, rows }, { toleranceMs, seed });
  const result: AuditFile = {
    schema: "fleetlens.audit/1",
    version: VERSION,
    createdFrom: {
      inputs: [policyFile, ...inputs, ...edgeFiles, ...map.inputs],
      options: {
        ...{ tolerance_ms: toleranceMs, road_graph: roadGraph, match_url: matchUrl },
        ...{ sigma_m: sigmaM, beta_m: betaM, radius_m: radiusM },
      },
      seed,
    },
    policy: { version: policy.version, digest: policyFile.sha256 },
    input: {
      rows: counts.rows,
      duplicates: counts.duplicates,
      dropped: counts.dropped,
      edge_events: edge.trigger.length,
      ...(Number.isFinite(counts.lastTs) ? { to: isoUtc(counts.lastTs) } : {}),
    },
    tolerance_ms: toleranceMs,
    ...audit,
    differences: differences.length,
  };
  await writeFolder(o.out, FILES, async (folder) => {
    await writeFile(join(folder, "audit.json"), `${JSON.stringify(result, null, 2)}\n`);
    await writeDifferences(join(folder, "differences.parquet"), differences, { signal: context.signal });
    await writeFile(join(folder, "report.html"), await renderHtml(policyAuditReport(result)));
  });
  const { edge: reported, cloud: replayed, matched, agreement } = result.total;
  return {
    outputs: FILES.map((file) => join(o.out, file)),
    warnings: map.warnings,
    summary: { ...result.total },
    text: [
      `${reported} events of vehicles, ${replayed} of the replay, ${matched} of both`,
      agreement === null ? "no events to agree on" : `agreement ${(100 * agreement).toFixed(1)} %`,
      `-> ${o.out}`,
    ].join("\n"),
  };
}
