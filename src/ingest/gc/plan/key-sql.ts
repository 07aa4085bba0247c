/** SQL that spells S3 ids one way: `s3a://` and `s3n://`, and all of them in capitals, become `s3://`. */
export function canonicalSql(id: string): string {
  return `CASE WHEN ${isRespelledSql(id)} THEN 's3' || substr(${id}, strpos(${id}, ':')) ELSE ${id} END`;
}

/** SQL condition of an id that {@link canonicalSql} changes; what is told by the first letters saves most of its time. */
export function isRespelledSql(id: string): string {
  const mayBe = `(${id} >= 'S3' AND ${id} < 'S4' OR ${id} >= 's3A' AND ${id} < 's3o')`;
  return `(NOT starts_with(${id}, 's3://') AND ${mayBe} AND regexp_matches(${id}, '^([sS]3[aAnN]|S3)://'))`;
}

/** {@link canonicalSql} for one id. */
export function canonicalId(id: string): string {
  return /^s3[an]?:\/\//i.test(id) ? `s3${id.slice(id.indexOf(":"))}` : id;
}

/** All bits but the first and the last two. */
const KEY_BITS = "9223372036854775804";

/**
 * Keys of ids as SQL of type BIGINT, not negative and with two bits at the end left free: the first is fast, the other is
 * tried when two objects share one.
 */
export const KEYS: readonly ((id: string) => string)[] = [
  (id) => `CAST(hash(${id}) & ${KEY_BITS} AS BIGINT)`,
  (id) => `CAST(md5_number_lower(${id}) & ${KEY_BITS} AS BIGINT)`,
];
