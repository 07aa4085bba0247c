import { z } from "zod";

/** What a gate found, as a file: the gate's own keys behind the three that every result carries. */
export function gateFileSchema<K extends string, T extends z.ZodRawShape>(kind: K, gate: z.ZodObject<T>) {
  return z
    .object({
      schema: z.literal(`fleetlens.${kind}/1`),
      version: z.string().describe("of fleetlens"),
      createdFrom: z.object({
        inputs: z.array(z.object({ name: z.string(), sha256: z.string(), rows: z.int().nullable() })),
        options: z.record(z.string(), z.json()),
        seed: z.int().nullable(),
      }),
    })
    .extend(gate.shape);
}
