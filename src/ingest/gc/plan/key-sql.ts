/** SQL that spells S3 ids one way: `s3a://` and `s3n://` become `s3://`. */
export function canonicalSql(id: string): string {
  return `CASE WHEN ${isRespelledSql(id)} THEN 's3' || substr(${id}, 4) ELSE ${id} END`;
}

/** SQL condition of an id that {@link canonicalSql} changes; the comparison of first letters saves most of its time. */
export function isRespelledSql(id: string): string {
  return `(${id} >= 's3a' AND ${id} < 's3o' AND (starts_with(${id}, 's3a://') OR starts_with(${id}, 's3n://')))`;
}

/** {@link canonicalSql} for one id. */
export function canonicalId(id: string): string {
  return /^s3[an]:\/\//.test(id) ? `s3${id.slice(3)}` : id;
}

/**
 * Keys of ids in 63 bits, as SQL of type BIGINT: the first is fast, the other is tried when two objects share one.
 */
export const KEYS: readonly ((id: string) => string)[] = [
  (id) => `CAST(hash(${id}) >> 1 AS BIGINT)`,
  (id) => `CAST(md5_number_lower(${id}) >> 1 AS BIGINT)`,
];
