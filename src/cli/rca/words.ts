import type { RcaFile } from "../../incident/index.js";

const perCent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Events that are told: the first that can have done it, and others as likely as this. */
const SHOWN = 3;
const SHOWN_FROM = 0.001;

/** The findings in some lines. */
export function rcaText({ firstBad, recovered, events, noListedEventPosterior, ...rca }: RcaFile, out: string): string {
  if (firstBad === null) return `no incident -> ${out}`;
  const until = recovered ? `, recovered ${recovered.time}` : ", not recovered";
  const where = Object.entries(rca.slices[0]?.where ?? {}).map(([dimension, value]) => `${dimension}=${value}`);
  return [
    `first bad ${firstBad.time} (${firstBad.timeLow} to ${firstBad.timeHigh})${until} -> ${out}`,
    ...events
      .filter(({ rank, posterior }) => posterior >= SHOWN_FROM || (rank === 1 && posterior > 0))
      .slice(0, SHOWN)
      .map(
        ({ rank, eventId, kind, target, posterior }) =>
          `  ${rank}. ${eventId} ${kind} ${target}: ${perCent(posterior)}`,
      ),
    `  no listed event: ${perCent(noListedEventPosterior)}`,
    ...(where.length > 0
      ? [`  slice: ${where.join(", ")} (${perCent(rca.slices[0].explainedShare)} of the change)`]
      : []),
    `  excess bad: ${Number(rca.blastRadius.excessBad.toPrecision(4))}, severity ${rca.severity?.level ?? "?"}`,
  ].join("\n");
}
