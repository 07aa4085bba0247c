import type { RcaFile } from "../../src/incident/index.js";
import type { Cell } from "../../src/report/index.js";
import { bullets } from "../bullets.js";
import { heading } from "../capacity-plan/section.js";
import { percent } from "../capacity-plan/words.js";
import { durationWords } from "../queues/duration.js";
import { eventWords } from "./causes.js";
import { kpiWords, whereWords } from "./kpi-words.js";

/** A gap in how the incident could be seen, and the action that closes it. */
export interface DetectionGap {
  gap: string;
  action: string;
}

function monitorGap({ detection }: RcaFile): DetectionGap[] {
  const alert = detection.monitorAlert;
  if (alert === null) {
    return [
      {
        gap: "A monitor of this KPI as a whole would not have alerted at all.",
        action: "Watch the KPI by slice rather than as a whole, and check the alert by replaying this incident.",
      },
    ];
  }
  return [
    {
      gap: `A monitor of this KPI as a whole alerts ${durationWords(alert.delaySeconds)} after the first bad time.`,
      action: "Compare the real time to detect with the monitor's, and adopt it where it is faster.",
    },
  ];
}

function dilutionGap(rca: RcaFile): DetectionGap[] {
  const [slice] = rca.slices;
  const { observed, expected } = rca.kpi.whileBad;
  if (slice?.kind !== "rate" || observed === null || expected === null) return [];
  return [
    {
      gap: `The total hides it: ${whereWords(slice.where)} went from ${kpiWords(rca, slice.before)} to ${kpiWords(rca, slice.after)}, while the KPI as a whole went from ${kpiWords(rca, expected)} to ${kpiWords(rca, observed)}.`,
      action: `Alert on the KPI by ${Object.keys(slice.where).join(" and ")}.`,
    },
  ];
}

function rolloutGap({ events, noListedEventPosterior }: RcaFile): DetectionGap[] {
  const [event] = events;
  if (!event || noListedEventPosterior >= event.posterior || event.lagSeconds <= 0) return [];
  return [
    {
      gap: `The ${eventWords(event)} was out for ${durationWords(event.lagSeconds)} before the first bad time: a gate on the KPI sees it only if it holds the change for longer.`,
      action:
        "Hold such changes at a small share of the traffic for longer than that, with the KPI of the failing slice as the gate.",
    },
  ];
}

function logGap({ events, noListedEventPosterior: none }: RcaFile): DetectionGap[] {
  const best = events[0]?.posterior ?? 0;
  if (events.length > 0 && none < best) return [];
  return [
    {
      gap:
        events.length === 0
          ? "No event of the change log lies before the first bad time."
          : `The change log most likely lacks the cause: the probability that no listed event did it is ${percent(none)}.`,
      action: "Find which kind of change is not logged, and log it.",
    },
  ];
}

function missingInputs({ probes, replay, sliceVerdict }: RcaFile): DetectionGap[] {
  return [
    ...(sliceVerdict === null
      ? [
          {
            gap: "No slices were given: where it hit is unknown.",
            action: "Log requests with their dimensions, and give them by --slices.",
          },
        ]
      : []),
    ...(probes === null
      ? [
          {
            gap: "No labelled samples were given: the model's answers were not compared.",
            action: "Keep a stream of labelled samples, and give it by --samples.",
          },
        ]
      : []),
    ...(replay === null
      ? [
          {
            gap: "No replay was given: whether the fix holds is not shown.",
            action: "Replay the failing requests against the fix, and give the outcome by --replay.",
          },
        ]
      : []),
  ];
}

/** What kept the incident from being seen earlier or better. */
export function detectionGaps(rca: RcaFile): DetectionGap[] {
  if (rca.firstBad === null) return [];
  return [...monitorGap(rca), ...dilutionGap(rca), ...rolloutGap(rca), ...logGap(rca), ...missingInputs(rca)];
}

export function gapsSection(rca: RcaFile): Cell[] {
  const gaps = detectionGaps(rca);
  if (gaps.length === 0) return [];
  return [
    heading("gaps", "Detection gaps", "What would have shown it earlier or more clearly:"),
    ...bullets(
      "gaps-words",
      gaps.map(({ gap }) => gap),
    ),
  ];
}
