import { z } from "zod";

/** The schema behind optional and default wrappers. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  return inner;
}

/** The object of a discriminated union that the value names itself by. */
function chosen(union: z.ZodDiscriminatedUnion, value: unknown): z.core.$ZodType | undefined {
  const key = union.def.discriminator;
  const tag = (value as Record<string, unknown>)?.[key];
  return union.options.find((o) => o instanceof z.ZodObject && (o.shape[key] as z.ZodType).safeParse(tag).success);
}

/** Keys that a schema knows at a path of a value, e.g. of `["pools", 0]`; empty where it holds no object. */
export function knownKeys(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = unwrap(schema);
  let here = value;
  for (const part of path) {
    if (at instanceof z.ZodDiscriminatedUnion) at = chosen(at, here);
    if (at instanceof z.ZodObject) at = at.shape[String(part)];
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return [];
    if (!at) return [];
    at = unwrap(at);
    here = (here as Record<PropertyKey, unknown>)?.[part];
  }
  if (at instanceof z.ZodDiscriminatedUnion) at = chosen(at, here);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}
