import type { CanaryRequests } from "../../../src/experiment/index.js";

/** Rows of an arm and class, of which so many are right. */
export interface ArmRows {
  arm: 0 | 1;
  label: string;
  hits: number;
  n: number;
  slice?: string;
}

/** Requests with these counts; what is wrong is predicted to be `other`. */
export function armsOf(groups: readonly ArmRows[]): CanaryRequests {
  const classes = [...new Set([...groups.map(({ label }) => label), "other"])];
  const values = [...new Set(groups.map(({ slice }) => slice ?? ""))];
  const rows = groups.flatMap((group) =>
    Array.from({ length: group.n }, (_, i) => ({ ...group, hit: i < group.hits })),
  );
  const code = (name: string) => classes.indexOf(name);
  return {
    arm: Uint8Array.from(rows, ({ arm }) => arm),
    label: Int32Array.from(rows, ({ label }) => code(label)),
    prediction: Int32Array.from(rows, ({ label, hit }) => code(hit ? label : "other")),
    classes,
    latencyMs: Float64Array.from(rows, (_, i) => 10 + (i % 50)),
    ...(groups.some(({ slice }) => slice)
      ? { slice: { codes: Int32Array.from(rows, ({ slice }) => values.indexOf(slice ?? "")), values } }
      : {}),
  };
}
