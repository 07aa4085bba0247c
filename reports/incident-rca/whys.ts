import type { RcaFile } from "../../src/incident/index.js";
import { type Cell, escapeMarkdown } from "../../src/report/index.js";
import { heading } from "../capacity-plan/section.js";
import { counted, percent } from "../capacity-plan/words.js";
import { utcWords } from "../utc-words.js";
import { eventWords } from "./causes.js";
import { CLASS_WORDS } from "./class-words.js";
import { detectionGaps } from "./gaps.js";
import type { EVENT_KINDS } from "./kpi-words.js";
import { sliceWords } from "./slices.js";

const OPEN = "To be answered by the team.";

interface Why {
  question: string;
  answer: string;
}

function fiveWhys(rca: RcaFile): Why[] {
  const { firstBad, events, noListedEventPosterior: none, rootCauseClass, sliceVerdict } = rca;
  if (firstBad === null) return [];
  const moved = firstBad.direction === "up" ? "rise" : "fall";
  const [event] = events;
  const trigger =
    event && event.posterior > none
      ? `Most probably because of the ${eventWords(event)} (${percent(event.posterior)}).`
      : `No listed event explains it (${percent(none)}). ${OPEN}`;
  const [gap] = detectionGaps(rca);
  return [
    {
      question: `Why did the KPI ${moved} at ${utcWords(firstBad.time)}?`,
      answer: sliceVerdict === null ? `No slices were given. ${OPEN}` : sliceWords(rca),
    },
    { question: "Why did it begin then?", answer: trigger },
    { question: CLASS_WORDS[rootCauseClass].question, answer: OPEN },
    { question: "Why did nothing stop it before it reached traffic?", answer: gap ? `${gap.gap} ${OPEN}` : OPEN },
    { question: "Why does the process let such a change through?", answer: OPEN },
  ];
}

/** The five whys as far as the data answer them. */
export function whysSection(rca: RcaFile): Cell[] {
  const whys = fiveWhys(rca);
  if (whys.length === 0) return [];
  const items = whys.map(
    ({ question, answer }, i) => `${i + 1}. **${escapeMarkdown(question)}** ${escapeMarkdown(answer)}`,
  );
  return [
    heading("whys", "Five whys", "A start for the review: what the data answer stands here, the rest is open."),
    { kind: "prose", id: "whys-list", markdown: items.join("\n") },
  ];
}

/** Kinds of events on each branch of the fishbone. */
const BRANCHES = Object.freeze({
  code: ["code"],
  model: ["model"],
  config: ["config", "flag"],
  data: ["data"],
  infra: ["infra"],
  map: ["map"],
} satisfies Partial<Record<RcaFile["rootCauseClass"], (keyof typeof EVENT_KINDS)[]>>);

/** Causes by branch with the evidence for each. */
export function fishboneSection(rca: RcaFile): Cell[] {
  if (rca.firstBad === null) return [];
  const rows = (Object.keys(BRANCHES) as (keyof typeof BRANCHES)[]).map((branch) => {
    const kinds: readonly string[] = BRANCHES[branch];
    const events = rca.events.filter(({ kind }) => kinds.includes(kind));
    const [best] = events;
    return {
      branch: CLASS_WORDS[branch].name,
      evidence: best
        ? `${counted(events.length, "listed event")}; best ${best.eventId} (${percent(best.posterior)})`
        : "no listed event",
      to_check: CLASS_WORDS[branch].question,
    };
  });
  return [
    heading("fishbone", "Fishbone", "Each branch with what the change log holds for it, and what to check."),
    {
      kind: "table",
      id: "fishbone-table",
      columns: [
        { name: "branch", label: "Branch", format: "text" },
        { name: "evidence", label: "Evidence", format: "text" },
        { name: "to_check", label: "To check", format: "text" },
      ],
      rows,
    },
  ];
}
