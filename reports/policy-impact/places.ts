import type { BacktestFile } from "../../src/backtest/index.js";
import { type Cell, type GeoCell, geoHexMap } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { capital, counted, figure } from "../capacity-plan/words.js";
import { brief, cell, estimateWords } from "../estimate-words.js";
import { leftOutWords, MOST_ROWS } from "../row-limit.js";
import type { Impact } from "./impact.js";

type Regions = NonNullable<BacktestFile["regions"]>;

function conclusion({ rows, min_km, cells, without_position, outside }: Regions): string {
  const known = rows.filter(({ below_min_km, alerts_per_1000km }) => !below_min_km && alerts_per_1000km !== null);
  const [most] = known.toSorted((a, b) => (b.alerts_per_1000km as number) - (a.alerts_per_1000km as number));
  const thin = cells.filter(({ below_min_km }) => below_min_km).length;
  const apart = without_position.events + outside.events;
  const lost = apart === 0 ? "" : ` ${counted(apart, "alert")} ${apart === 1 ? "lies" : "lie"} in no region.`;
  const few =
    thin === 0
      ? ""
      : ` In ${figure(thin)} of ${counted(cells.length, "region")} less than ${brief(min_km)} km were driven: their rates say little.`;
  if (!most) return `No region has both alerts and enough driving.${few}${lost}`;
  const rate = estimateWords({
    value: most.alerts_per_1000km,
    lower: most.alerts_per_1000km_low,
    upper: most.alerts_per_1000km_high,
  });
  return `Most per 1000 km: ${most.trigger} in ${most.cell}, ${rate}.${few}${lost}`;
}

function maps({ map, result: { regions } }: Impact): Cell[] {
  if (!map || !regions) return [];
  const details = ["km driven", "Alerts", ...(regions.changes ? ["Alerts before"] : [])];
  const land = map.land ? { land: map.land } : {};
  const source = map.land ? ` Land: ${map.land.source}.` : "";
  const thin = `less than ${brief(regions.min_km)} km`;
  const counts = map.measure === "count";
  const about = counts
    ? `${map.grid}. Numbers and not rates, since ${thin} were driven in each; take larger cells (--h3) or a smaller --min-km for rates.${source}`
    : `${map.grid}; hatched: ${thin} driven.${source}`;
  const measure = counts ? "alerts" : "alerts per 1000 km";
  const unit = counts ? {} : { unit: "per 1000 km" };
  const mapOf = (id: string, title: string, cells: GeoCell[], what: string, diverging = false): Cell => ({
    kind: "chart",
    id,
    alt: `Map of ${counted(cells.length, "cell")} coloured by ${what}.`,
    caption: `${capital(what)}, by where they began: ${about}`,
    spec: geoHexMap({
      title,
      cells,
      valueTitle: diverging ? "Change" : "Alerts",
      ...unit,
      diverging,
      details,
      ...land,
    }),
  });
  return [
    mapOf("map-rate", "Alerts by place", map.cells, measure),
    ...(map.before && map.changes
      ? [
          mapOf("map-before", "Alerts before, by place", map.before, `${measure} of the policy before`),
          mapOf("map-change", "Alerts against before, by place", map.changes, `the change of ${measure}`, true),
        ]
      : []),
  ];
}

/** Where the alerts are. */
export function placesSection(impact: Impact): Cell[] {
  const { regions } = impact.result;
  if (!regions) return [];
  const rows = regions.rows.toSorted((a, b) => b.events - a.events || b.km - a.km);
  const scored = rows.some(({ labels }) => labels !== null);
  return [
    heading("places", "Where are the alerts?", conclusion(regions)),
    ...maps(impact),
    {
      kind: "table",
      id: "places-table",
      caption: `Regions (${regions.by}) and triggers with most alerts first; from and to: exact intervals of ${brief(100 * regions.level)} %.${leftOutWords(rows.length)}`,
      columns: [
        { name: "cell", label: "Region", format: "text" },
        { name: "trigger", label: "Trigger", format: "text" },
        { name: "km", label: "Driven", unit: "km" },
        { name: "thin", label: "Enough driven", format: "text" },
        { name: "events", label: "Alerts", format: "integer" },
        { name: "rate", label: "Per 1000 km" },
        { name: "low", label: "From" },
        { name: "high", label: "To" },
        ...(scored
          ? [
              { name: "labels", label: "Labels", format: "integer" },
              { name: "precision", label: "Precision", format: "percent" },
              { name: "recall", label: "Recall", format: "percent" },
            ]
          : []),
      ],
      rows: rows.slice(0, MOST_ROWS).map((row) => ({
        ...{ cell: row.cell, trigger: row.trigger, events: row.events, labels: row.labels },
        km: cell(row.km),
        thin: row.below_min_km ? "no" : "yes",
        rate: cell(row.alerts_per_1000km),
        low: cell(row.alerts_per_1000km_low),
        high: cell(row.alerts_per_1000km_high),
        precision: cell(row.precision),
        recall: cell(row.recall),
      })),
    },
  ];
}
