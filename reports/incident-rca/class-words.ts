import type { RcaFile } from "../../src/incident/index.js";

/** What a class of root causes means for the follow-up. Actions are worded for a system, never for a person. */
export interface ClassWords {
  name: string;
  /** What the class says. */
  meaning: string;
  /** First question of the review. */
  question: string;
  /** Proposed actions: what mends it, and what keeps it from coming back. */
  corrective: string;
  preventive: string;
}

export const CLASS_WORDS: Readonly<Record<RcaFile["rootCauseClass"], ClassWords>> = Object.freeze({
  code: {
    name: "Code",
    meaning: "a release of code changed how requests are served",
    question: "Which path of the release do the failing requests take that the tests did not?",
    corrective: "Roll the release back or fix it forward, and replay the failing requests against the fix.",
    preventive:
      "Add the failing requests to the release's tests, and hold its canary for at least the time this one took to show.",
  },
  model: {
    name: "Model",
    meaning: "a model gives other answers than the one before",
    question: "Which inputs does the model judge differently, and were they in its evaluation set?",
    corrective: "Return to the model before, and replay the failing requests against it.",
    preventive: "Add the failing slice to the evaluation that gates a model's release, with a limit of its own.",
  },
  config: {
    name: "Configuration or flag",
    meaning: "a setting or a flag changed what the platform does",
    question: "What does the setting reach, and how was its value checked before it took effect?",
    corrective: "Set it back, and check that the failing slice recovers.",
    preventive: "Validate the value against its allowed range, and roll such changes out in stages as code is.",
  },
  data: {
    name: "Data or feature drift",
    meaning: "the data that go in are not what they were",
    question: "Which feature moved first, and where does it come from?",
    corrective: "Restore or backfill the feed, and recompute what was made of it.",
    preventive: "Watch the feature's distribution and freshness where it enters, with an alert before the KPI.",
  },
  infra: {
    name: "Infrastructure or capacity",
    meaning: "machines, network or capacity limited what could be served",
    question: "Which resource ran short, and what moved its use?",
    corrective: "Add or restore capacity, or shed load, and check that the failing slice recovers.",
    preventive: "Put the resource's headroom into the capacity plan, with an alert before it runs short.",
  },
  map: {
    name: "Map or trigger policy",
    meaning: "the map or the policy that triggers an action changed",
    question: "Which places or triggers changed, and were they replayed before the release?",
    corrective: "Return to the map or policy before, and replay the failing triggers against it.",
    preventive: "Replay recorded drives against every new map or policy before it goes out.",
  },
  unknown: {
    name: "Open",
    meaning: "nothing that was given tells which part of the platform it began in",
    question: "What changed at the first bad time that no log lists, also outside of the platform?",
    corrective: "Find what changed at the first bad time, and undo it or adapt to it.",
    preventive: "Write the missing kind of change to the change log, so that the next analysis can rank it.",
  },
});
