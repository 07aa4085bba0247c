import type { EventKind, RankedEvents, Slice } from "./types.js";

/**
 * Where the cause of an incident lies: code, model, configuration or flag, data or feature drift, infrastructure or
 * capacity, map or trigger policy; or unknown.
 */
export type RootCauseClass = "code" | "model" | "config" | "data" | "infra" | "map" | "unknown";

/** A class and how it was come by. */
export interface RootCause {
  rootCauseClass: RootCauseClass;
  why: string;
}

const CLASS_OF: Readonly<Record<EventKind, RootCauseClass>> = Object.freeze({
  code: "code",
  config: "config",
  flag: "config",
  model: "model",
  data: "data",
  map: "map",
  infra: "infra",
  other: "unknown",
});

const NAMES: Readonly<Record<RootCauseClass, string>> = Object.freeze({
  code: "code",
  model: "model",
  config: "configuration or flag",
  data: "data or feature drift",
  infra: "infrastructure or capacity",
  map: "map or trigger policy",
  unknown: "unknown",
});

/** Names of dimensions that belong to one class; a slice cut along them speaks for it. */
const DIMENSION_CLASS: readonly { name: RegExp; rootCauseClass: RootCauseClass }[] = [
  { name: /(^|_)(model|checkpoint|weights)/i, rootCauseClass: "model" },
  { name: /(^|_)(build|release|version|commit|binary|firmware)/i, rootCauseClass: "code" },
  { name: /(^|_)(config|flag|experiment|variant|treatment)/i, rootCauseClass: "config" },
  { name: /(^|_)(map|tile|road|geofence|trigger|policy)/i, rootCauseClass: "map" },
  { name: /(^|_)(feature|dataset|source|feed|schema|sensor)/i, rootCauseClass: "data" },
  { name: /(^|_)(host|node|pod|zone|rack|cluster|instance|gpu|datacenter|dc)(_|$|s$)/i, rootCauseClass: "infra" },
];

/** Posterior that the events of one class must hold together. */
const LIKELY = 0.5;
/** Share of the movement that a slice must explain before its dimensions speak. */
const EXPLAINS = 0.8;

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function byEvents({ events, noListedEventPosterior }: RankedEvents): RootCause | null {
  const sums = new Map<RootCauseClass, number>();
  for (const { kind, posterior } of events) {
    sums.set(CLASS_OF[kind], (sums.get(CLASS_OF[kind]) ?? 0) + posterior);
  }
  const [best, sum] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a), ["unknown", 0] as [RootCauseClass, number]);
  if (best === "unknown" || sum < LIKELY || sum <= noListedEventPosterior) return null;
  const top = events.find(({ kind }) => CLASS_OF[kind] === best)!;
  const why = `listed events of this class are ${percent(sum)} likely to be the cause, first of them ${top.eventId}`;
  return { rootCauseClass: best, why };
}

function bySlices(slices: readonly Slice[]): RootCause | null {
  const top = slices[0];
  if (!top || !(top.explainedShare >= EXPLAINS)) return null;
  const where = Object.entries(top.where)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
  if (top.kind === "mix") {
    const why = `no listed event is likely; traffic moved to ${where}, which explains ${percent(top.explainedShare)}`;
    return { rootCauseClass: "data", why };
  }
  const classes = new Set(
    Object.keys(top.where).flatMap((name) => DIMENSION_CLASS.find((d) => d.name.test(name))?.rootCauseClass ?? []),
  );
  if (classes.size !== 1) return null;
  const [rootCauseClass] = classes;
  const why = `no listed event is likely; ${where} explains ${percent(top.explainedShare)} and is cut by ${NAMES[rootCauseClass]}`;
  return { rootCauseClass, why };
}

/**
 * The class of the root cause: that of the listed events when together they are at least as likely as not, else that of
 * the dimensions the failing slice is cut along, else unknown. Traffic that moved to a worse slice is drift of the data.
 *
 * @param events as ranked; none for a quiet KPI
 * @param slices as found, the best first
 */
export function rootCauseClass(events: RankedEvents, slices: readonly Slice[] = []): RootCause {
  const none = { rootCauseClass: "unknown", why: "neither the listed events nor the slices tell" } as const;
  return byEvents(events) ?? bySlices(slices) ?? none;
}
