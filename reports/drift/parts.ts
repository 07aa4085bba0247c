import type { DriftEntry, DriftFile } from "../../src/drift/index.js";
import { type Cell, heatmap } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, figure } from "../capacity-plan/words.js";
import { cell } from "../estimate-words.js";
import { distinctNames } from "../gc/distinct-names.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import { utcCell } from "../utc-words.js";
import { largestFirst, weight } from "./entries.js";
import { sliceWords } from "./words.js";

/** Rows and columns of a grid; more cannot be read. */
const MOST_LINES = 40;
/** Features with a grid of their own. */
const MOST_GRIDS = 2;
const ALL_ROWS = "all rows";

/** A row or a column of a grid. */
interface Line {
  key: string;
  name: string;
}

interface Grid {
  title: string;
  rows: Line[];
  columns: Line[];
  rowTitle: string;
  columnTitle: string;
  rowOf: (entry: DriftEntry) => string;
  columnOf: (entry: DriftEntry) => string;
  entries: DriftEntry[];
}

const sliceKey = ({ slice }: DriftEntry): string => JSON.stringify(slice);
const windowKey = ({ window }: DriftEntry): string => window?.start ?? "";
const featureKey = ({ feature }: DriftEntry): string => feature;

/** Lines of a grid in the order of the entries. */
function linesOf(
  entries: readonly DriftEntry[],
  key: (entry: DriftEntry) => string,
  name: (entry: DriftEntry) => string,
) {
  const found = new Map<string, string>();
  for (const entry of entries) if (!found.has(key(entry))) found.set(key(entry), name(entry));
  const keys = [...found.keys()].slice(0, MOST_LINES);
  const names = distinctNames(keys.map((one) => found.get(one)!));
  return keys.map((one, i): Line => ({ key: one, name: names[i] }));
}

const sliceLines = (entries: readonly DriftEntry[]) =>
  linesOf(entries, sliceKey, ({ slice }) => sliceWords(slice) || ALL_ROWS);
const windowLines = (entries: readonly DriftEntry[]) =>
  linesOf(entries, windowKey, ({ window }) => utcCell(window?.start ?? ""));

/** Grids of a result: slice by window for the features that moved most, or all features by slice or by window. */
function gridsOf(result: DriftFile): Grid[] {
  const windowed = result.features.filter(({ window }) => window !== null);
  const sliced = result.features.filter(({ slice }) => slice !== null);
  if (windowed.length > 0 && sliced.length > 0) {
    return mostMoved(windowed).map((feature) => {
      const entries = windowed.filter((entry) => entry.feature === feature);
      return {
        title: `Effect on ${feature}`,
        entries,
        rows: sliceLines(entries),
        columns: windowLines(entries),
        rowTitle: "Rows",
        columnTitle: "Window from (UTC)",
        rowOf: sliceKey,
        columnOf: windowKey,
      };
    });
  }
  const entries = windowed.length > 0 ? windowed : sliced;
  if (entries.length === 0) return [];
  const byWindow = windowed.length > 0;
  return [
    {
      title: byWindow ? "Effect by feature and window" : "Effect by feature and slice",
      entries,
      rows: linesOf(largestFirst(entries), featureKey, featureKey),
      columns: byWindow ? windowLines(entries) : sliceLines(entries),
      rowTitle: "Feature",
      columnTitle: byWindow ? "Window from (UTC)" : "Slice",
      rowOf: featureKey,
      columnOf: byWindow ? windowKey : sliceKey,
    },
  ];
}

/** Features with the largest effect in a part that drifted. */
function mostMoved(entries: readonly DriftEntry[]): string[] {
  const drifted = entries.filter(({ verdict }) => verdict === "drift");
  return [...new Set(largestFirst(drifted.length > 0 ? drifted : entries).map(featureKey))].slice(0, MOST_GRIDS);
}

function gridCell(grid: Grid, i: number): Cell {
  const values = grid.rows.map(() => grid.columns.map(() => null as number | null));
  const rowAt = new Map(grid.rows.map(({ key }, r) => [key, r]));
  const columnAt = new Map(grid.columns.map(({ key }, c) => [key, c]));
  for (const entry of grid.entries) {
    const [r, c] = [rowAt.get(grid.rowOf(entry)), columnAt.get(grid.columnOf(entry))];
    if (r === undefined || c === undefined || entry.effect.value === null) continue;
    values[r][c] = weight(entry);
  }
  const drifted = grid.entries.filter(({ verdict }) => verdict === "drift").length;
  return {
    kind: "chart",
    id: `parts-grid-${i + 1}`,
    alt: `${grid.title}: ${figure(drifted)} of ${counted(grid.entries.length, "cell")} drifted.`,
    caption: "How many times the threshold the effect is; at or above 1 it counts as drift where it is significant.",
    spec: heatmap({
      title: grid.title,
      rows: grid.rows.map(({ name }) => name),
      columns: grid.columns.map(({ name }) => name),
      values,
      valueTitle: "Effect / threshold",
      xTitle: grid.columnTitle,
      yTitle: grid.rowTitle,
    }),
  };
}

/** Slices and windows: where and when it drifted. */
export function partsSection(result: DriftFile): Cell[] {
  const parts = result.features.filter(({ slice, window }) => slice !== null || window !== null);
  if (parts.length === 0) return [];
  const drifted = largestFirst(parts.filter(({ verdict }) => verdict === "drift"));
  const head = `${figure(drifted.length)} of ${counted(parts.length, "cell")} of a slice or a window drifted.`;
  return [
    heading("parts", "Where and when?", head),
    ...gridsOf(result).map(gridCell),
    ...(drifted.length === 0 ? [] : [partsTable(drifted)]),
  ];
}

function partsTable(drifted: readonly DriftEntry[]): Cell {
  return {
    kind: "table",
    id: "parts-table",
    caption: `Parts that drifted, the largest effect first.${leftOutWords(drifted.length)}`,
    columns: [
      { name: "feature", label: "Feature", format: "text" },
      { name: "slice", label: "Slice", format: "text" },
      { name: "from", label: "Window from (UTC)", format: "text" },
      { name: "effect", label: "Effect" },
      { name: "lower", label: "From" },
      { name: "upper", label: "To" },
      { name: "p", label: "Adjusted p" },
      { name: "rows", label: "Current rows", format: "integer" },
    ],
    rows: drifted.slice(0, MOST_ROWS).map(({ feature, slice, window, effect, test, n_current }) => ({
      feature,
      slice: sliceWords(slice) || ALL_ROWS,
      from: window === null ? "all" : utcCell(window.start),
      effect: cell(effect.value),
      lower: cell(effect.lower),
      upper: cell(effect.upper),
      p: cell(test.p_adjusted),
      rows: n_current,
    })),
  };
}
