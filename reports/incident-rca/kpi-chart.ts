import type { RcaFile } from "../../src/incident/index.js";
import { axisTitle, chartNumber, chartSpec } from "../../src/report/charts/chart-input.js";
import { commonStep, hoverLayer } from "../../src/report/charts/hover-layer.js";
import { legendColour } from "../../src/report/charts/legend.js";
import { TIME_LABEL, timeChannel } from "../../src/report/charts/time-axis.js";
import type { Cell, VegaLiteSpec } from "../../src/report/index.js";
import { LIGHT } from "../../src/report/palette.js";
import { counted } from "../capacity-plan/words.js";
import { utcRange, utcWords } from "../utc-words.js";
import { kpiWords } from "./kpi-words.js";

const HEIGHT = 280;
/** Events marked: the likely ones; more would run into each other. */
const MOST_EVENTS = 4;
const LIKELY = 0.01;
const [OBSERVED, EXPECTED] = [LIGHT.ink, LIGHT.category[0]];

/** Events that are drawn: the likeliest within the chart. */
function drawnEvents({ events, kpi: { excerpt } }: RcaFile): RcaFile["events"] {
  const [from, to] = [excerpt.times[0], excerpt.times[excerpt.times.length - 1]];
  return events
    .filter(({ time, posterior }) => posterior >= LIKELY && time >= from && time <= to)
    .slice(0, MOST_EVENTS);
}

function rows({ kpi: { ratio, excerpt } }: RcaFile): VegaLiteSpec[] {
  const unit = ratio ? 100 : 1;
  const scaled = (value: number | null | undefined) => chartNumber(value == null ? null : unit * value);
  return excerpt.times.map((time, i) => ({
    t: Date.parse(time),
    value: scaled(excerpt.value[i]),
    expected: scaled(excerpt.expected[i]),
  }));
}

/** The interval of the first bad time as a band, and the time itself as a line. */
function changeLayers(rca: RcaFile, x: VegaLiteSpec): VegaLiteSpec[] {
  const { firstBad, recovered } = rca;
  if (firstBad === null) return [];
  const data = { values: [{ t: Date.parse(firstBad.timeLow), until: Date.parse(firstBad.timeHigh) }] };
  const moments = [firstBad.time, ...(recovered ? [recovered.time] : [])].map((time) => ({ t: Date.parse(time) }));
  return [
    {
      data,
      mark: { type: "rect", color: LIGHT.error, opacity: 0.25 },
      encoding: { x, x2: { field: "until" } },
    },
    { data: { values: moments }, mark: { type: "rule", color: LIGHT.error, strokeWidth: 2 }, encoding: { x } },
  ];
}

/** Dashed lines at the events, each with its id above the plot; ids of neighbours stand on lines of their own. */
function eventLayers(rca: RcaFile, x: VegaLiteSpec): VegaLiteSpec[] {
  const times = rca.kpi.excerpt.times;
  const middle = (Date.parse(times[0]) + Date.parse(times[times.length - 1])) / 2;
  const marks = drawnEvents(rca)
    .map(({ time, eventId }) => ({ t: Date.parse(time), label: eventId }))
    .sort((a, b) => a.t - b.t);
  if (marks.length === 0) return [];
  return [
    {
      data: { values: marks },
      mark: { type: "rule", color: LIGHT.category[1], strokeWidth: 1.5, strokeDash: [4, 3] },
      encoding: { x },
    },
    ...marks.map((mark, i) => ({
      data: { values: [mark] },
      mark: {
        type: "text",
        baseline: "top",
        dy: 2 + 13 * i,
        limit: 90,
        color: LIGHT.ink,
        ...(mark.t > middle ? { align: "right", dx: -4 } : { align: "left", dx: 4 }),
      },
      encoding: { x, y: { value: 0 }, text: { field: "label", type: "nominal" } },
    })),
  ];
}

function spec(rca: RcaFile): VegaLiteSpec {
  const x = timeChannel({});
  const values = rows(rca);
  const title = axisTitle("KPI", rca.kpi.ratio ? "%" : undefined);
  const y = (field: string) => ({ field, type: "quantitative", title, axis: { title }, scale: { zero: false } });
  const entries = [
    ["observed", OBSERVED],
    ["expected", EXPECTED],
  ] as const;
  const quiet = rca.firstBad === null;
  const colour = (name: string, plain: string) => (quiet ? { value: plain } : legendColour(name, entries, "line"));
  return chartSpec(
    { title: "The KPI", height: HEIGHT },
    {
      data: { values },
      layer: [
        ...changeLayers(rca, x),
        {
          mark: { type: "line", strokeWidth: 1.5 },
          encoding: { x, y: y("value"), color: colour("observed", OBSERVED) },
        },
        ...(quiet
          ? []
          : [
              {
                mark: { type: "line", strokeWidth: 2 },
                encoding: { x, y: y("expected"), color: colour("expected", EXPECTED) },
              },
            ]),
        ...(quiet ? [] : eventLayers(rca, x)),
        hoverLayer(x, commonStep(values.map((row) => row["t"] as number)), { title: "Time", expression: TIME_LABEL }, [
          { field: "value", title: "Observed" },
          ...(quiet ? [] : [{ field: "expected", title: "Expected" }]),
        ]),
      ],
    },
  );
}

function alt(rca: RcaFile): string {
  const { kpi, firstBad } = rca;
  if (firstBad === null) return `The KPI from ${utcWords(kpi.from)} to ${utcWords(kpi.to)}: no incident.`;
  const { observed, expected } = kpi.whileBad;
  const level =
    observed === null || expected === null
      ? ""
      : ` While bad it was ${kpiWords(rca, observed)} on average, against ${kpiWords(rca, expected)} expected.`;
  return `The KPI: first bad at ${utcWords(firstBad.time)}, interval ${utcRange(firstBad.timeLow, firstBad.timeHigh)}.${level}`;
}

/** The KPI around the incident, with the interval of the change and the likeliest events. */
export function kpiCells(rca: RcaFile): Cell[] {
  const { excerpt } = rca.kpi;
  if (excerpt.times.length === 0) return [];
  const events = drawnEvents(rca).length;
  const parts = [
    rca.firstBad === null
      ? ""
      : "Expected: without the incident. Red: first bad time with its interval, and the recovery.",
    events > 0 ? `Dashed: the likely ${events === 1 ? "event" : "events"}.` : "",
    excerpt.rowsPerPoint > 1 ? `Each point is the mean of ${counted(excerpt.rowsPerPoint, "row")}.` : "",
  ].filter((part) => part !== "");
  return [
    {
      kind: "chart",
      id: "kpi",
      alt: alt(rca),
      ...(parts.length > 0 ? { caption: parts.join(" ") } : {}),
      spec: spec(rca),
    },
  ];
}
