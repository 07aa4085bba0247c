import type { CapacityPlan } from "../../src/capacity/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { memberWords } from "../member-words.js";
import { shareValue } from "./estimates.js";
import { heading } from "./section.js";
import { counted, listed, perCent, percent } from "./words.js";

function conclusion(plan: CapacityPlan): string {
  const { method } = plan;
  const used = method.backtest?.rows.filter((row) => row.used) ?? [];
  const scored = used.flatMap((row) => (row.coverage80 === null ? [] : [row.coverage80]));
  const mean = scored.reduce((sum, value) => sum + value, 0) / scored.length;
  const naive = method.models.filter((model) => model.fallback !== null).map((model) => model.queue);
  const parts = [
    `Every figure comes from ${counted(method.paths, "sample path")} drawn with seed ${method.seed}`,
    scored.length ? `; on past data the ${perCent(80)} intervals held ${percent(mean)} of the hours` : "",
    naive.length ? `; seasonal naive stands in for the model in ${listed(naive)}` : "",
  ];
  return `${parts.join("")}.`;
}

function modelTable(plan: CapacityPlan): Cell {
  return {
    kind: "table",
    id: "method-models",
    caption: "Model of each queue. The total has none: it is the sum of the queues' paths.",
    columns: [
      { name: "queue", label: "Queue", format: "text" },
      { name: "model", label: "Model", format: "text" },
      { name: "members", label: "Weights", format: "text" },
      { name: "note", label: "Note", format: "text" },
    ],
    rows: plan.method.models.map((model) => ({
      queue: model.queue,
      model: model.model,
      members: memberWords(model.weights),
      note: [...(model.fallback === null ? [] : [model.fallback]), ...model.warnings].join("; ") || null,
    })),
  };
}

function backtestCells(plan: CapacityPlan): Cell[] {
  const { backtest } = plan.method;
  if (!backtest) {
    const reason = plan.absent.find((entry) => entry.section === "backtest")?.reason ?? "the history is too short.";
    return [{ kind: "warning", id: "method-backtest", severity: "warning", message: `No backtest: ${reason}` }];
  }
  const { origins, horizonHours, stepHours, note } = backtest;
  return [
    {
      kind: "table",
      id: "method-backtest",
      caption:
        `Rolling-origin backtest: ${counted(origins, "origin")} ${stepHours} hours apart, ${horizonHours} hours ahead. ` +
        "wQL: weighted quantile loss; MASE: error against seasonal naive in the fit; lower is better for both." +
        (note ? ` ${note}` : ""),
      columns: [
        { name: "queue", label: "Queue", format: "text" },
        { name: "model", label: "Model", format: "text" },
        { name: "used", label: "Used" },
        { name: "wql", label: "wQL" },
        { name: "mase", label: "MASE" },
        { name: "coverage80", label: `Held by ${perCent(80)}`, format: "percent" },
        { name: "coverage95", label: `Held by ${perCent(95)}`, format: "percent" },
      ],
      rows: backtest.rows.map(({ queue, model, used, wql, mase, coverage80, coverage95 }) => ({
        queue,
        model,
        used,
        wql,
        mase,
        coverage80: shareValue(coverage80),
        coverage95: shareValue(coverage95),
      })),
    },
  ];
}

function inputTable(plan: CapacityPlan): Cell[] {
  const { inputs } = plan.createdFrom;
  if (inputs.length === 0) return [];
  return [
    {
      kind: "table",
      id: "method-inputs",
      caption: `Inputs. Made by fleetlens ${plan.version}; the same inputs and seed give the same bytes.`,
      columns: [
        { name: "name", label: "File", format: "text" },
        { name: "rows", label: "Rows", format: "integer" },
        { name: "sha256", label: "SHA-256", format: "text" },
      ],
      rows: inputs.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })),
    },
  ];
}

/** How the figures were made, and how that did on past data. */
export function methodSection(plan: CapacityPlan): Cell[] {
  return [
    heading("method", "Method", conclusion(plan)),
    ...backtestCells(plan),
    modelTable(plan),
    ...bullets("method-notes", plan.method.notes),
    ...inputTable(plan),
  ];
}
