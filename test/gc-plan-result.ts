import { createRandom } from "../src/core/index.js";
import { type Action, type GcReport, GcReportSchema, type Reason } from "../src/gc-reachability/index.js";

/** Objects of one kind, class and storage class that one rule decided on. */
export interface GcGroup {
  kind: string | null;
  class: string | null;
  storageClass: string | null;
  reason: Reason;
  action: Action;
  objects: number;
  bytes: bigint;
}

/** Months' prices of a GiB; a storage class that is not here has none. */
const USD: Readonly<Record<string, number>> = { STANDARD: 0.023, STANDARD_IA: 0.0125, GLACIER: 0.0036 };
const GIB = 2 ** 30;

/** Kinds of an ML platform: objects in thousands, mean size in MiB, where they lie, and their classes. */
const KINDS = [
  { kind: "dataset", thousands: 240, mib: 2100, at: "STANDARD", classes: ["Silver", "Gold", "Bronze"] },
  { kind: "checkpoint", thousands: 190, mib: 6200, at: "STANDARD", classes: ["Bronze", "Silver"] },
  { kind: "model", thousands: 22, mib: 9400, at: "STANDARD", classes: ["Gold", "Silver"] },
  { kind: "wandb_run", thousands: 410, mib: 34, at: "STANDARD", classes: ["Bronze", "Silver"] },
  { kind: "oci_manifest", thousands: 60, mib: 0.01, at: "STANDARD", classes: ["Silver"] },
  { kind: "oci_layer", thousands: 250, mib: 190, at: "STANDARD", classes: ["Silver"] },
  { kind: "log_partition", thousands: 510, mib: 420, at: "STANDARD_IA", classes: ["Bronze"] },
  { kind: "s3_noncurrent", thousands: 290, mib: 980, at: "STANDARD", classes: ["Bronze", null] },
  { kind: "s3_multipart", thousands: 28, mib: 64, at: "FSX_LUSTRE", classes: [null] },
] as const;

/** Rules by their weight in a class: what is due there, and what happens to it. */
const RULES: Readonly<Record<string, readonly (readonly [Reason, Action, number])[]>> = {
  Bronze: [
    ["unreached", "delete", 46],
    ["young", "keep", 14],
    ["recent_access", "keep", 9],
    ["referenced", "keep", 16],
    ["reachable", "keep", 11],
    ["minimal_keep", "keep", 1],
    ["grace", "keep", 2],
    ["erasure", "delete", 0.3],
  ],
  Silver: [
    ["unreached", "transition", 28],
    ["young", "keep", 24],
    ["recent_access", "keep", 16],
    ["referenced", "keep", 11],
    ["reachable", "keep", 15],
    ["uneconomic", "keep", 4],
    ["exception", "keep", 1.5],
    ["legal_hold", "keep", 0.5],
  ],
  Gold: [
    ["class_keep", "keep", 52],
    ["protected", "keep", 9],
    ["reachable", "keep", 28],
    ["young", "keep", 11],
  ],
  none: [["unknown", "keep", 1]],
};

/** Two million objects of an ML platform, by kind, class and rule. */
export function gcFleet(seed = 11): GcGroup[] {
  const random = createRandom(seed);
  return KINDS.flatMap(({ kind, thousands, mib, at, classes }) =>
    classes.flatMap((name, c) => {
      const rules = RULES[name ?? "none"];
      const all = rules.reduce((sum, [, , weight]) => sum + weight, 0);
      return rules.map(([reason, action, weight]): GcGroup => {
        const share = (weight / all) * (0.7 + 0.6 * random.uniform());
        const objects = Math.round((1000 * thousands * share * (c === 0 ? 1.2 : 0.8)) / classes.length);
        const bytes = BigInt(Math.round(objects * mib * 2 ** 20 * (0.6 + 0.8 * random.uniform())));
        return { kind, class: name, storageClass: at, reason, action, objects, bytes };
      });
    }),
  );
}

const exact = (bytes: bigint): number | string => (bytes <= 2n ** 53n - 1n ? Number(bytes) : bytes.toString());
const sum = (groups: readonly GcGroup[], of: (group: GcGroup) => bigint) => groups.reduce((a, g) => a + of(g), 0n);

function tally(groups: readonly GcGroup[]) {
  const priced = groups.filter(({ storageClass }) => storageClass !== null && Object.hasOwn(USD, storageClass));
  const usd = priced.map(({ bytes, storageClass }) => (Number(bytes) / GIB) * USD[storageClass ?? ""]);
  return {
    objects: groups.reduce((a, { objects }) => a + objects, 0),
    bytes: exact(sum(groups, ({ bytes }) => bytes)),
    monthly_usd: priced.length > 0 ? usd.reduce((a, b) => a + b, 0) : null,
  };
}

function grouped<K extends keyof GcGroup>(groups: readonly GcGroup[], keys: readonly K[]): GcGroup[][] {
  const found = new Map<string, GcGroup[]>();
  for (const group of groups) {
    const key = JSON.stringify(
      keys.map((name) => group[name]),
      (_, v) => (typeof v === "bigint" ? `${v}` : v),
    );
    found.set(key, [...(found.get(key) ?? []), group]);
  }
  return [...found.values()].sort((a, b) => Number(sum(b, ({ bytes }) => bytes) - sum(a, ({ bytes }) => bytes)));
}

function byAction(groups: readonly GcGroup[]) {
  const of = (wanted: Action) => tally(groups.filter(({ action }) => action === wanted));
  return { delete: of("delete"), transition: of("transition"), keep: of("keep") };
}

const ROOTS: GcReport["top_roots"] = [
  ["prod/llama-finetune", "registry_channel", 3, 41_210, 301, 9_804, 74],
  ["golden/lidar-2025", "golden_dataset", 1, 18_400, 212, 18_112, 58],
  ["case-2026-114", "legal_hold", 812, 9_920, 40, 4_001, 11],
  ["soc2-2025-q4", "compliance_snapshot", 2_204, 30_011, 120, 310, 2],
  ["card/vision-v7", "signed_card", 1, 640, 9, 0, 0],
].map(([name, type, objects, reachable_objects, reachable, exclusive_objects, exclusive]) => ({
  name: String(name),
  type: String(type),
  objects: Number(objects),
  reachable_objects: Number(reachable_objects),
  reachable_bytes: Number(reachable) * 2 ** 40 + 12_345,
  exclusive_objects: Number(exclusive_objects),
  exclusive_bytes: Number(exclusive) * 2 ** 40,
}));

/**
 * `report.json` of `fleetlens gc plan`, for tests of its report: of {@link gcFleet} unless told otherwise.
 *
 * @param change keys to be set otherwise
 */
export function gcPlanResult(groups: readonly GcGroup[] = gcFleet(), change: Partial<GcReport> = {}): GcReport {
  const all = tally(groups);
  const goes = groups.filter(({ action }) => action !== "keep");
  const kept = tally(groups.filter(({ action }) => action === "keep"));
  const candidates = tally(goes);
  const unpriced = groups.filter(({ storageClass }) => storageClass === null || !Object.hasOwn(USD, storageClass));
  const moves = tally(groups.filter(({ action }) => action === "transition"));
  const inputs = [
    { path: "inventory/objects-*.parquet", rows: all.objects + 214, sha256: "1".repeat(64) },
    { path: "inventory/edges-*.parquet", rows: 9_812_406, sha256: "2".repeat(64) },
    { path: "retention_policy.yaml", rows: null, sha256: "3".repeat(64) },
    { path: "protections.csv", rows: 214, sha256: "4".repeat(64) },
  ];
  return GcReportSchema.parse({
    schema: "fleetlens.gc-plan/1",
    version: "0.5.0",
    createdFrom: {
      inputs: inputs.map(({ path, ...rest }) => ({ name: path, ...rest })),
      options: {
        ...{
          objects: "inventory/objects-*.parquet",
          edges: ["inventory/edges-*.parquet"],
          policy: "retention_policy.yaml",
        },
        ...{
          protections: "protections.csv",
          holds: null,
          erasures: null,
          allow_no_edges: false,
          allow_unmatched: true,
        },
      },
      seed: null,
    },
    schema_version: 1,
    status: "ok",
    fuse: [],
    as_of: "2026-06-01T00:00:00Z",
    snapshot_at: "2026-05-31T18:00:00Z",
    inputs,
    method: "memory",
    objects: { rows: all.objects + 214, duplicates: 214, distinct: all.objects, normalised_ids: 38, bytes: all.bytes },
    edges: { rows: 9_812_406, strong: 9_700_001, weak: 112_405 },
    candidates: {
      ...candidates,
      early_deletion_usd: candidates.monthly_usd === null ? null : candidates.monthly_usd / 7,
    },
    saved_monthly_usd:
      candidates.monthly_usd === null ? null : candidates.monthly_usd - (moves.monthly_usd ?? 0) * 0.16,
    kept: { objects: kept.objects, bytes: kept.bytes },
    by_reason: grouped(groups, ["reason", "action"]).map((rows) => ({
      reason: rows[0].reason,
      action: rows[0].action,
      ...tally(rows),
    })),
    by_class: grouped(groups, ["class"]).map((rows) => ({ class: rows[0].class, ...byAction(rows) })),
    by_kind: grouped(groups, ["kind"]).map((rows) => ({ kind: rows[0].kind, ...byAction(rows) })),
    by_storage_class: grouped(groups, ["storageClass"]).map((rows) => ({
      storage_class: rows[0].storageClass,
      ...byAction(rows),
    })),
    breakdown: grouped(groups, ["kind", "class", "reason", "action"]).map((rows) => ({
      kind: rows[0].kind,
      class: rows[0].class,
      reason: rows[0].reason,
      action: rows[0].action,
      ...tally(rows),
    })),
    unpriced: {
      objects: tally(unpriced).objects,
      storage_classes: [...new Set(unpriced.map(({ storageClass }) => storageClass))],
    },
    top_roots: ROOTS,
    conflicts: [
      { id: "s3://lake/users/8123/voice.parquet", hold: "case-2026-114", request: "DSR-20411" },
      { id: "s3://lake/users/8123/faces.parquet", hold: "case-2026-114", request: "DSR-20411" },
    ],
    conflict_count: 2,
    approvals_needed: 2,
    unmatched_selectors: [
      { table: "protections", name: "golden/radar-2023", id: null, prefix: "s3://lake/golden/radar-23/" },
    ],
    unmatched_count: 1,
    integrity: { dangling: 1_204, unlisted_src: 7, tainted: 3, kept_to_deleted: 0 },
    restore_drill_objects: 1_312,
    plan_digest: "ab".repeat(32),
    files: [
      "actions/logs_purge.csv",
      "actions/restore_drill.csv",
      "actions/s3_batch_delete.csv",
      "candidates.parquet",
    ].map((path) => ({ path, sha256: "7".repeat(64) })),
    ...change,
  });
}

/** The same plan, stopped by both limits of its policy. */
export function fusedGcResult(): GcReport {
  const whole = gcPlanResult();
  const planned = whole.by_reason.filter(({ action }) => action === "delete");
  const bytes = planned.reduce((total, row) => total + BigInt(row.bytes), 0n);
  return gcPlanResult(undefined, {
    status: "fused",
    fuse: [
      { limit: "max_delete_bytes", allowed: 500 * 2 ** 40, planned: exact(bytes) },
      { limit: "max_delete_fraction", allowed: 0.2, planned: Number(bytes) / Number(whole.objects.bytes) },
    ],
    candidates: { objects: 0, bytes: 0, monthly_usd: null, early_deletion_usd: null },
    saved_monthly_usd: null,
    files: [],
    restore_drill_objects: 0,
  });
}
