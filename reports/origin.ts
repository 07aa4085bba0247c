import type { Report } from "../src/report/index.js";

/** Head of a result: what made it, and from what. Settings files have no rows, and a result without chance no seed. */
interface ResultHead {
  version: string;
  createdFrom: {
    inputs: readonly { name: string; sha256: string; rows: number | null }[];
    seed: number | null;
  };
}

/** Where a report comes from; files without rows become the last of its parameters. */
export function originOf(
  { version, createdFrom: { inputs, seed } }: ResultHead,
  parameters: NonNullable<Report["parameters"]>,
): Required<Pick<Report, "parameters" | "provenance">> {
  const tables = inputs.flatMap(({ name, sha256, rows }) => (rows === null ? [] : [{ name, sha256, rows }]));
  const settings = inputs.filter(({ rows }) => rows === null);
  return {
    parameters: [...parameters, ...settings.map(({ name, sha256 }) => ({ name: `SHA-256 of ${name}`, value: sha256 }))],
    provenance: { tool: "fleetlens", version, inputs: tables, ...(seed === null ? {} : { seed }) },
  };
}
