// Section by section what the decision means, in plain objects and sets: slow, and sharing no code with src.

export interface Thing {
  id: string;
  kind: string;
  class: string | null;
  size: number;
  storage: string;
  created: number | null;
  accessed: number | null;
  since: number | null;
  group: string | null;
  metric: number | null;
}
export interface Edge {
  src: string;
  dst: string;
  rel: string | null;
}
/** `id` or `prefix`. */
export interface Selector {
  id?: string;
  prefix?: string;
}
export interface Protection extends Selector {
  name: string;
  type: string;
  expires: number | null;
}
export interface Hold extends Selector {
  hold: string;
  issued: number | null;
  released: number | null;
}
export interface Erasure extends Selector {
  request: string;
  completed: number | null;
}
export interface Price {
  usd_per_gb_month: number;
  min_days?: number;
  min_bytes?: number;
  overhead_bytes?: number;
  overhead_standard_bytes?: number;
  transition_usd_per_1000?: number;
}
export interface Policy {
  schema_version: 1;
  grace_hours: number;
  erasure_vs_hold: "erase" | "hold";
  weak_relations: string[];
  max_break_even_months: number;
  classes: Record<
    string,
    { horizon_days: number; access_days: number; on_expire: "delete" | "transition" | "keep"; transition_to?: string }
  >;
  minimal_keep: { kind: string; class: string | null; direction: "max" | "min"; n: number }[];
  exceptions: (Selector & { expires_at: string | null })[];
  storage_classes: Record<string, Price>;
}
export interface Scenario {
  things: Thing[];
  edges: Edge[];
  protections: Protection[];
  holds: Hold[];
  erasures: Erasure[];
  policy: Policy;
  asOf: number;
  snapshotAt: number;
}
export interface Verdict {
  action: "keep" | "transition" | "delete";
  reason: string;
  rule: string | null;
  depth: number;
  root: string | null;
  parent: string | null;
}

const DAY = 86_400_000;
const bytes = (text: string) => Buffer.from(text, "utf8");
export const byBytes = (a: string, b: string): number => Buffer.compare(bytes(a), bytes(b));

export function selects({ id, prefix }: Selector, thing: string): boolean {
  if (prefix === undefined) return id === thing;
  return bytes(thing).subarray(0, bytes(prefix).length).equals(bytes(prefix));
}

const protects = (p: { expires: number | null }, asOf: number) => p.expires === null || p.expires > asOf;
const holds = (h: Hold, asOf: number) =>
  (h.issued === null || h.issued <= asOf) && (h.released === null || h.released > asOf);

export function activeHolds(s: Scenario, id: string): Hold[] {
  return s.holds.filter((h) => selects(h, id) && holds(h, s.asOf));
}
export function activeErasures(s: Scenario, id: string): Erasure[] {
  return s.erasures.filter((e) => selects(e, id) && e.completed === null);
}
export function activeProtections(s: Scenario, id: string): Protection[] {
  return s.protections.filter((p) => selects(p, id) && protects(p, s.asOf));
}
export function isErased(s: Scenario, id: string): boolean {
  if (activeErasures(s, id).length === 0) return false;
  return s.policy.erasure_vs_hold === "erase" || activeHolds(s, id).length === 0;
}

/** Strong edges between listed things, those of erased ones left out. */
export function strongEdges(s: Scenario): Edge[] {
  const ids = new Set(s.things.map((t) => t.id));
  return s.edges.filter(
    ({ src, dst, rel }) =>
      ids.has(src) && ids.has(dst) && !(rel !== null && s.policy.weak_relations.includes(rel)) && !isErased(s, src),
  );
}

/** Shortest distances from one start over the places allowed, by relaxing every edge again and again. */
export function distances(
  start: string,
  edges: readonly Edge[],
  allowed: (id: string) => boolean,
): Map<string, number> {
  const distance = new Map([[start, 0]]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { src, dst } of edges) {
      const through = distance.get(src);
      if (through === undefined || !allowed(dst)) continue;
      if (through + 1 < (distance.get(dst) ?? Number.POSITIVE_INFINITY)) {
        distance.set(dst, through + 1);
        changed = true;
      }
    }
  }
  return distance;
}

/** Nearest tip, smallest id first, and the smallest thing before on such a path. */
export function nearest(tips: readonly string[], edges: readonly Edge[], allowed: (id: string) => boolean) {
  const found = new Map<string, { depth: number; root: string; parent: string | null }>();
  const isTip = new Set(tips);
  for (const tip of [...tips].sort(byBytes)) {
    const distance = distances(tip, edges, (id) => allowed(id) && !isTip.has(id));
    for (const [id, depth] of distance) {
      if ((found.get(id)?.depth ?? Number.POSITIVE_INFINITY) <= depth) continue;
      const before = edges.filter((e) => e.dst === id && distance.get(e.src) === depth - 1).map((e) => e.src);
      found.set(id, { depth, root: tip, parent: before.sort(byBytes)[0] ?? null });
    }
  }
  return found;
}

export function monthly(s: Scenario, { size }: Thing, storage: string): number | null {
  const price = s.policy.storage_classes[storage];
  if (price === undefined) return null;
  const charged = Math.max(size, price.min_bytes ?? 0) + (price.overhead_bytes ?? 0);
  const besides = price.overhead_standard_bytes ?? 0;
  const standard = s.policy.storage_classes["STANDARD"]?.usd_per_gb_month ?? 0;
  return (charged / 2 ** 30) * price.usd_per_gb_month + (besides / 2 ** 30) * standard;
}
export function early(s: Scenario, thing: Thing): number | null {
  const month = monthly(s, thing, thing.storage);
  if (month === null) return null;
  const since = thing.since ?? thing.created;
  if (since === null) return 0;
  const missing = (s.policy.storage_classes[thing.storage].min_days ?? 0) - (s.asOf - since) / DAY;
  return (missing > 0 ? missing / 30 : 0) * month;
}
export function breakEven(s: Scenario, thing: Thing): number | null {
  const target = s.policy.classes[thing.class ?? ""]?.transition_to;
  if (target === undefined) return null;
  const [now, after, once] = [monthly(s, thing, thing.storage), monthly(s, thing, target), early(s, thing)];
  if (now === null || after === null || once === null || now - after <= 0) return null;
  return ((s.policy.storage_classes[target].transition_usd_per_1000 ?? 0) / 1000 + once) / (now - after);
}

/** Names of the minimal-keep rules that keep each thing. */
export function bestOfGroups(s: Scenario): Map<string, string[]> {
  const kept = new Map<string, string[]>();
  s.policy.minimal_keep.forEach((rule, i) => {
    const counted = s.things.filter(
      (t) => t.kind === rule.kind && (rule.class === null || t.class === rule.class) && !isErased(s, t.id),
    );
    for (const group of new Set(counted.map((t) => t.group))) {
      const members = counted.filter((t) => t.group === group);
      members.sort((a, b) => {
        const [x, y] = [a.metric, b.metric].map((m) => (m === null || Number.isNaN(m) ? null : m));
        if (x !== y) {
          if (x === null) return 1;
          if (y === null) return -1;
          return rule.direction === "max" ? y - x : x - y;
        }
        if (a.created !== b.created) {
          if (a.created === null) return 1;
          if (b.created === null) return -1;
          return b.created - a.created;
        }
        return byBytes(a.id, b.id);
      });
      for (const { id } of members.slice(0, rule.n)) kept.set(id, [...(kept.get(id) ?? []), `minimal_keep[${i}]`]);
    }
  });
  return kept;
}

/** Rules 5 to 11 on one thing. */
function keptByPolicy(
  s: Scenario,
  thing: Thing,
  best: Map<string, string[]>,
): { reason: string; rule: string | null } | null {
  const exception = s.policy.exceptions.find(
    (e) =>
      selects(e, thing.id) && protects({ expires: e.expires_at === null ? null : Date.parse(e.expires_at) }, s.asOf),
  );
  if (exception) {
    const rule = exception.id === undefined ? `prefix:${exception.prefix}` : `id:${exception.id}`;
    return { reason: "exception", rule };
  }
  const kept = best.get(thing.id);
  if (kept) return { reason: "minimal_keep", rule: kept[0] };
  const of = (reason: string) => ({ reason, rule: null });
  if (thing.class === null || !(thing.class in s.policy.classes) || thing.created === null) return of("unknown");
  const { horizon_days, access_days, on_expire } = s.policy.classes[thing.class];
  if (thing.created > s.snapshotAt - s.policy.grace_hours * 3_600_000) return of("grace");
  if ((s.asOf - thing.created) / DAY < horizon_days) return of("young");
  const used = thing.accessed !== null && thing.accessed > thing.created ? thing.accessed : thing.created;
  if ((s.asOf - used) / DAY < access_days) return of("recent_access");
  return on_expire === "keep" ? of("class_keep") : null;
}

/** The table, row by row. */
export function judge(s: Scenario): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  const open = (id: string) => !verdicts.has(id);
  const edges = strongEdges(s);
  const best = bestOfGroups(s);
  const keepTip = (id: string, reason: string, rule: string | null) =>
    verdicts.set(id, { action: "keep", reason, rule, depth: 0, root: id, parent: null });
  const spread = (tips: string[], reason: string) => {
    for (const [id, found] of nearest(tips, edges, open)) {
      if (found.depth === 0) continue;
      verdicts.set(id, { action: "keep", reason, rule: verdicts.get(found.root)?.rule ?? null, ...found });
    }
  };

  for (const { id } of s.things) {
    if (!isErased(s, id)) continue;
    verdicts.set(id, { action: "delete", reason: "erasure", rule: null, depth: -1, root: null, parent: null });
  }
  let tips: string[] = [];
  for (const { id } of s.things.filter((t) => open(t.id))) {
    const [hold, protection] = [activeHolds(s, id)[0], activeProtections(s, id)[0]];
    if (hold) keepTip(id, "legal_hold", hold.hold);
    else if (protection) keepTip(id, "protected", protection.name);
    if (hold ?? protection) tips.push(id);
  }
  spread(tips, "reachable");

  tips = [];
  for (const thing of s.things.filter((t) => open(t.id))) {
    const kept = keptByPolicy(s, thing, best);
    if (!kept) continue;
    keepTip(thing.id, kept.reason, kept.rule);
    tips.push(thing.id);
  }
  spread(tips, "referenced");

  const cold = s.things.filter((t) => open(t.id) && s.policy.classes[t.class ?? ""]?.on_expire === "transition");
  for (const thing of cold) keepTip(thing.id, "uneconomic", null);
  spread(
    cold.map((t) => t.id),
    "referenced",
  );
  for (const thing of cold) {
    const months = breakEven(s, thing);
    if (months === null || months > s.policy.max_break_even_months) continue;
    const none = { rule: null, depth: -1, root: null, parent: null };
    verdicts.set(thing.id, { action: "transition", reason: "unreached", ...none });
  }
  for (const { id } of s.things.filter((t) => open(t.id))) {
    verdicts.set(id, { action: "delete", reason: "unreached", rule: null, depth: -1, root: null, parent: null });
  }
  return verdicts;
}
