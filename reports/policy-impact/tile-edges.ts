import type { BacktestFile } from "../../src/backtest/index.js";
import type { Cell } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { brief, cell, estimateWords } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { Impact } from "./impact.js";

type Tiles = NonNullable<BacktestFile["tile_boundaries"]>;

const WORDS = Object.freeze({ clear: "clear", suspect: "suspect", too_few_events: "too few alerts" });

function conclusion({ verdict, all, zoom, distance_m }: Tiles): string {
  const where = `within ${brief(distance_m)} m of an edge of a tile (zoom ${zoom})`;
  const ratio = estimateWords({ value: all.rate_ratio, lower: all.low, upper: all.high });
  if (verdict === "clear") return `No: per km ${where} there are ${ratio} times the alerts of elsewhere.`;
  if (verdict === "suspect")
    return `Perhaps, and someone should look: per km ${where} there are ${ratio} times the alerts of elsewhere, or a row below stands out.`;
  return `That cannot be told with so few alerts: ${all.near} ${where}, ${all.away} elsewhere.`;
}

/** Whether alerts gather or go missing where map tiles meet. */
export function tileEdgesSection({ result: { tile_boundaries: tiles } }: Impact): Cell[] {
  if (!tiles) return [];
  const rows = [
    { name: "All alerts", row: tiles.all },
    ...tiles.triggers.map(({ trigger, ...row }) => ({ name: trigger, row })),
    ...(tiles.added ? [{ name: "Added against the baseline", row: tiles.added }] : []),
    ...(tiles.removed ? [{ name: "Removed against the baseline", row: tiles.removed }] : []),
  ];
  return [
    heading("tile-edges", "Do alerts depend on the edges of map tiles?", conclusion(tiles)),
    {
      kind: "table",
      id: "tile-edges-table",
      caption: `${brief(tiles.km_near)} km were driven near edges, ${brief(tiles.km_away)} km elsewhere. Expected: by the share of the driving.${leftOutWords(rows.length)}`,
      columns: [
        { name: "name", label: "Alerts", format: "text" },
        { name: "near", label: "Near an edge", format: "integer" },
        { name: "expected", label: "Expected" },
        { name: "away", label: "Elsewhere", format: "integer" },
        { name: "ratio", label: "Ratio of rates" },
        { name: "low", label: "From" },
        { name: "high", label: "To" },
        { name: "verdict", label: "Verdict", format: "text" },
      ],
      rows: rows.slice(0, MOST_ROWS).map(({ name, row }) => ({
        name,
        ...{ near: row.near, away: row.away },
        expected: cell(row.expected_near),
        ratio: cell(row.rate_ratio),
        low: cell(row.low),
        high: cell(row.high),
        verdict: WORDS[row.verdict],
      })),
    },
  ];
}
