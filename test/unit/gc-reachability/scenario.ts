// Random cases at the edges of every rule, and how a loader would hand them to the decision.
import type { Random } from "../../../src/core/random.js";
import {
  buildCsr,
  type Csr,
  type GcColumns,
  type GcDecision,
  parseRetentionPolicy,
  REASONS,
  type RetentionPolicy,
  type SelectorRanges,
} from "../../../src/gc-reachability/index.js";
import {
  byBytes,
  type Policy,
  type Scenario,
  type Selector,
  selects,
  strongEdges,
  type Thing,
  type Verdict,
} from "./oracle.js";

const [HOUR, DAY] = [3_600_000, 86_400_000];
const AS_OF = Date.UTC(2026, 5, 1, 12);

const pick = <T>(rng: Random, values: readonly T[]): T => values[rng.int(values.length)];
const some = <T>(rng: Random, most: number, make: () => T): T[] => Array.from({ length: rng.int(most + 1) }, make);

const PREFIXES = [
  "s3://b/",
  "s3://b/tmp/",
  "s3://b/tmp-keep/",
  "s3://b/%C3%A9/",
  "s3://b/é",
  "s3://b/\u{ffee}",
  "s3://b/\u{1f680}",
];

/** Just before, at and just after a limit. */
const around = (rng: Random, limit: number): number => limit + pick(rng, [-1, 0, 0, 1, DAY, -DAY]);

function makePolicy(rng: Random): Policy {
  const onExpire = (): Policy["classes"][string] => {
    const days = { horizon_days: pick(rng, [0, 1, 30, 0.5]), access_days: pick(rng, [0, 0, 14, 45]) };
    const expire = pick(rng, ["delete", "delete", "delete", "transition", "transition", "keep"] as const);
    if (expire !== "transition") return { ...days, on_expire: expire };
    return { ...days, on_expire: expire, transition_to: pick(rng, ["GLACIER", "STANDARD_IA"]) };
  };
  return {
    schema_version: 1,
    grace_hours: pick(rng, [0, 24, 24, 1.5]),
    erasure_vs_hold: pick(rng, ["erase", "hold"]),
    weak_relations: pick(rng, [[], ["doc_link"], ["doc_link", "see"]]),
    max_break_even_months: pick(rng, [0, 3, 12, 1e9]),
    classes: { Bronze: onExpire(), Silver: onExpire(), Gold: onExpire() },
    minimal_keep: some(rng, 2, () => ({
      kind: pick(rng, ["run", "model"]),
      class: pick(rng, [null, null, "Bronze"]),
      direction: pick(rng, ["max", "min"]),
      n: 1 + rng.int(3),
    })),
    exceptions: [],
    storage_classes: {
      STANDARD: { usd_per_gb_month: 0.023 },
      STANDARD_IA: { usd_per_gb_month: 0.0125, min_days: 30, min_bytes: 131_072 },
      GLACIER: {
        usd_per_gb_month: 0.0036,
        min_days: 90,
        overhead_bytes: 32_768,
        overhead_standard_bytes: 8192,
        transition_usd_per_1000: 0.03,
      },
    },
  };
}

function makeThing(rng: Random, id: string, policy: Policy, snapshotAt: number): Thing {
  const { horizon_days: horizon, access_days: access } = policy.classes[pick(rng, ["Bronze", "Silver", "Gold"])];
  const created = (): number | null =>
    pick(rng, [
      () => null,
      () => around(rng, AS_OF - horizon * DAY),
      () => around(rng, AS_OF - horizon * DAY),
      () => around(rng, snapshotAt - policy.grace_hours * HOUR),
      () => AS_OF + pick(rng, [0, 1, 40 * DAY]),
      () => AS_OF - 400 * DAY,
      () => AS_OF - 400 * DAY,
      () => AS_OF - 400 * DAY,
      () => AS_OF - 60 * DAY,
    ])();
  const accessed = (): number | null =>
    pick(rng, [
      () => null,
      () => null,
      () => around(rng, AS_OF - access * DAY),
      () => AS_OF + DAY,
      () => AS_OF - 500 * DAY,
    ])();
  return {
    id,
    kind: pick(rng, ["run", "run", "model", "file"]),
    class: pick(rng, ["Bronze", "Bronze", "Silver", "Gold", "Bronze", "Silver", "Gold", null, "Unlisted"]),
    size: pick(rng, [0, 1, 40_000, 131_072, 2 ** 30, 2 ** 40, rng.int(1_000_000)]),
    storage: pick(rng, ["STANDARD", "STANDARD", "STANDARD_IA", "GLACIER", "ODD"]),
    created: created(),
    accessed: accessed(),
    since: pick(rng, [null, null, AS_OF - 10 * DAY, AS_OF - 30 * DAY, AS_OF - 29.5 * DAY]),
    group: pick(rng, [null, "sweep-1", "sweep-2"]),
    metric: pick(rng, [null, Number.NaN, 1, 1, 2, -0, 0, Number.POSITIVE_INFINITY]),
  };
}

/** A small lineage graph with everything that a rule can turn on. */
export function makeScenario(rng: Random, most = 12): Scenario {
  const policy = makePolicy(rng);
  const snapshotAt = AS_OF + pick(rng, [0, 0, -HOUR, -3 * DAY, 2 * DAY]);
  const n = 1 + rng.int(most);
  const ids = Array.from({ length: n }, (_, i) => `${pick(rng, PREFIXES)}${i}`);
  const selector = (): Selector => {
    const kind = rng.int(8);
    if (kind === 0) return { prefix: pick(rng, PREFIXES) };
    return kind === 1 ? { id: "s3://b/absent" } : kind === 2 ? { prefix: pick(rng, ids) } : { id: pick(rng, ids) };
  };
  const expires = () => pick(rng, [null, null, AS_OF, AS_OF + 1, AS_OF - DAY]);
  policy.exceptions = some(rng, 1, () => {
    const at = expires();
    return { ...selector(), expires_at: at === null ? null : new Date(at).toISOString() };
  });
  const rows = pick(rng, [0, 1, 3]);
  const end = () => pick(rng, [...ids, "s3://b/unlisted"]);
  return {
    things: ids.map((id) => makeThing(rng, id, policy, snapshotAt)),
    edges: some(rng, 2 * n, () => ({ src: end(), dst: end(), rel: pick(rng, [null, "input", "doc_link", "see"]) })),
    protections: some(rng, rows, () => ({
      ...selector(),
      name: `golden-${rng.int(4)}`,
      type: "golden_dataset",
      expires: expires(),
    })),
    holds: some(rng, rows, () => ({
      ...selector(),
      hold: `H-${rng.int(4)}`,
      issued: pick(rng, [null, AS_OF, AS_OF + 1, AS_OF - DAY]),
      released: expires(),
    })),
    erasures: some(rng, rows, () => ({
      ...selector(),
      request: `DSR-${rng.int(4)}`,
      completed: pick(rng, [null, null, null, AS_OF - DAY]),
    })),
    policy,
    asOf: AS_OF,
    snapshotAt,
  };
}

/** Runs of ids that rows match, at times in overlapping pieces and out of order, as they may come. */
function rangesOf(selectors: readonly Selector[], ids: readonly string[], rng?: Random): SelectorRanges {
  const pieces = selectors.flatMap((selector, row) => {
    const found = new Set(ids.flatMap((id, i) => (selects(selector, id) ? [i] : [])));
    const runs = [...found]
      .filter((i) => !found.has(i - 1))
      .map((from) => {
        let to = from;
        while (found.has(to)) to++;
        return { row, from, to };
      });
    return rng && rng.int(2) === 0 ? runs.flatMap((run) => [{ ...run, from: run.to - 1 }, run]) : runs;
  });
  if (rng) pieces.sort(() => rng.int(3) - 1);
  const column = (of: (piece: { row: number; from: number; to: number }) => number) => Int32Array.from(pieces, of);
  return { row: column((p) => p.row), from: column((p) => p.from), to: column((p) => p.to) };
}

export interface Loaded {
  input: GcColumns & { csr: Csr };
  policy: RetentionPolicy;
  ids: string[];
}

/** Typed columns in the order of ids, with strong edges between listed objects. */
export function load(s: Scenario, rng?: Random): Loaded {
  const things = [...s.things].sort((a, b) => byBytes(a.id, b.id));
  const ids = things.map((t) => t.id);
  const ms = (of: (t: Thing) => number | null) => Float64Array.from(things, (t) => of(t) ?? Number.NaN);
  const coded = (of: (t: Thing) => string | null) => {
    const names = [...new Set(things.map(of))].filter((name) => name !== null);
    return { names, codes: Int32Array.from(things, (t) => names.indexOf(of(t) as string)) };
  };
  const [kinds, classes, storages] = [coded((t) => t.kind), coded((t) => t.class), coded((t) => t.storage)];
  const place = new Map(ids.map((id, i) => [id, i]));
  // Erased sources too: leaving their edges out is for the decision to do.
  const strong = strongEdges({ ...s, erasures: [] });
  const ends = (of: "src" | "dst") => Int32Array.from(strong, (edge) => place.get(edge[of]) as number);
  return {
    ids,
    policy: parseRetentionPolicy(structuredClone(s.policy)),
    input: {
      n: things.length,
      kinds: kinds.names,
      kind: kinds.codes,
      classes: classes.names,
      class: classes.codes,
      storageClasses: storages.names,
      storageClass: storages.codes,
      sizeBytes: Float64Array.from(things, (t) => t.size),
      createdAtMs: ms((t) => t.created),
      lastAccessAtMs: ms((t) => t.accessed),
      storageClassSinceMs: ms((t) => t.since),
      group: coded((t) => t.group).codes,
      metric: ms((t) => t.metric),
      protections: s.protections.map(({ name, type, expires }) => ({ name, type, expiresAtMs: expires })),
      protectionRanges: rangesOf(s.protections, ids, rng),
      holds: s.holds.map(({ hold, issued, released }) => ({
        holdId: hold,
        issuedAtMs: issued,
        releasedAtMs: released,
      })),
      holdRanges: rangesOf(s.holds, ids, rng),
      erasures: s.erasures.map(({ request, completed }) => ({ requestId: request, completedAtMs: completed })),
      erasureRanges: rangesOf(s.erasures, ids, rng),
      exceptionRanges: rangesOf(s.policy.exceptions, ids, rng),
      csr: buildCsr(things.length, ends("src"), ends("dst")),
    },
  };
}

/** A decision in the oracle's words. */
export function verdictsOf(decision: GcDecision, ids: readonly string[]): Map<string, Verdict> {
  const actions = ["keep", "transition", "delete"] as const;
  return new Map(
    ids.map((id, i): [string, Verdict] => [
      id,
      {
        action: actions[decision.action[i]],
        reason: REASONS[decision.reason[i]],
        rule: decision.rules[decision.rule[i]] ?? null,
        depth: decision.depth[i],
        root: ids[decision.root[i]] ?? null,
        parent: ids[decision.parent[i]] ?? null,
      },
    ]),
  );
}
