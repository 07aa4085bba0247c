import { fnv1a32 } from "../../core/random.js";

/** Which part of a run is done: shard `index`, from 0, of `count`. */
export interface ShardPlace {
  index: number;
  count: number;
}

/** Whether a shard has the series, feature, vehicle or queue of that name: FNV-1a of its UTF-8 bytes, modulo the shards. */
export function isInShard(key: string, { index, count }: ShardPlace): boolean {
  return fnv1a32(key) % count === index;
}

/** Name of a shard's file. */
export function shardFileName({ index, count }: ShardPlace): string {
  return `shard-${index}-of-${count}.jsonl`;
}
