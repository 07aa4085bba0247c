import { z } from "zod";
import { InputError } from "../../core/errors.js";
import { problemText, schemaProblems } from "../../core/schema-problems.js";

const amount = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** One type of node that can be bought. */
export const CatalogueTypeSchema = z.strictObject({
  /** Name of the type, unique in the catalogue. */
  type: z.string().min(1),
  gpus: z.int().min(0).max(64),
  /** GPU model; left out or `""` for a node without GPU. */
  model: z.string().default(""),
  cpu_milli: amount,
  memory_mib: amount,
  /** On demand, in currency an hour. */
  price_hour: z.number().positive(),
  /** As a spot node; null or left out where there is none. */
  spot_price_hour: z.number().positive().nullable().default(null),
  /** How many can be had at most; left out for any number. */
  max: z.int().min(0).optional(),
});

/** Types of nodes that can be bought. */
export const CatalogueSchema = z.array(CatalogueTypeSchema).min(1);
export type CatalogueType = z.infer<typeof CatalogueTypeSchema>;
export type Catalogue = CatalogueType[];

/**
 * The catalogue from parsed JSON, defaults filled in.
 *
 * @param name what to call the file in errors
 * @throws InputError with the first problems, each with its path (`[0].price_hour: …`)
 */
export function parseCatalogue(value: unknown, name = "catalogue"): Catalogue {
  const parsed = CatalogueSchema.safeParse(value);
  const problems = parsed.success ? check(parsed.data) : schemaProblems(CatalogueSchema, value, parsed.error);
  if (problems.length > 0 || !parsed.success) {
    throw new InputError(`${name}: ${problemText(problems)}`, { file: name, problems });
  }
  return parsed.data;
}

function check(catalogue: Catalogue): string[] {
  return catalogue.flatMap(({ type, gpus, model }, i) => {
    const problems: string[] = [];
    if (catalogue.findIndex((other) => other.type === type) < i) problems.push(`[${i}].type: "${type}" appears twice`);
    if (gpus > 0 && model === "") problems.push(`[${i}].model: name the model of its ${gpus} GPUs`);
    return problems;
  });
}
