import { z } from "zod";

const Base = { schema: z.literal("fleetlens.cli/1"), command: z.string().describe("e.g. `plan` or `report render`") };

/** What every command prints on stdout under `--json`: one object on one line. */
export const CliResultSchema = z
  .discriminatedUnion("ok", [
    z.strictObject({
      ...Base,
      ok: z.literal(true),
      outputs: z.array(z.string()).describe("files written, as the user named them"),
      warnings: z.array(z.string()),
      summary: z.record(z.string(), z.unknown()).describe("facts of this command"),
    }),
    z.strictObject({
      ...Base,
      ok: z.literal(false),
      exitCode: z
        .int()
        .min(1)
        .max(4)
        .describe("2 bad input or usage, 3 an optional part missing, 4 engine, 1 unexpected"),
      error: z.strictObject({
        code: z.string().regex(/^E_[A-Z_]+$/),
        message: z.string(),
        details: z.record(z.string(), z.unknown()),
      }),
    }),
  ])
  .describe("What a fleetlens command prints under --json");
