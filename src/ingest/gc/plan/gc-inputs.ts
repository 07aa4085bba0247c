import { InputError } from "../../../core/errors.js";

/** The files and settings that a decision is made from. */
export interface GcInputs {
  /** Paths, folders or globs, as all tables here. */
  objects: string | readonly string[];
  /** May be left out with `allowNoEdges` only. */
  edges?: string | readonly string[];
  /** `retention_policy.yaml`. */
  policy: string;
  protections?: string;
  holds?: string;
  erasures?: string;
  /** Epoch ms. */
  asOfMs: number;
  /** Epoch ms at which the lists were made; default `asOfMs`. */
  snapshotAtMs?: number;
  /** Accepts that there is no edge at all. */
  allowNoEdges?: boolean;
  /** Accepts protections of which none matches an object. */
  allowUnmatched?: boolean;
  /** Memory of the whole run; default {@link DEFAULT_MAX_MEMORY}. A larger graph is walked on disk. */
  maxMemory?: string;
  /** Threads of the SQL engine; results do not depend on it. */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number, label: string) => void;
}

export const DEFAULT_MAX_MEMORY = "4GB";

const UNITS: Readonly<Record<string, number>> = { K: 1, M: 2, G: 3, T: 4 };

/** Bytes of a size such as `4GB` (powers of 1000) or `4GiB` (of 1024). */
export function memoryBytes(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B\s*$/i.exec(text);
  if (!match) throw new InputError(`max memory must look like 512MB or 4GB, got "${text}"`, { value: text });
  return Number(match[1]) * (match[3] ? 1024 : 1000) ** UNITS[match[2].toUpperCase()];
}

/** Share of the memory that each of the two SQL engines may take, sorts and joins beyond it spill; and the least for it. */
const [ENGINE_SHARE, LEAST_ENGINE_BYTES] = [1 / 8, 256e6];

const engineBytes = (maxMemory: string): number => Math.max(LEAST_ENGINE_BYTES, memoryBytes(maxMemory) * ENGINE_SHARE);

/** Memory limit of an SQL engine. */
export function engineMemory(maxMemory: string): string {
  return `${Math.round(engineBytes(maxMemory) / 1e6)}MB`;
}

/** Bytes that an edge and an object take while the graph is built in typed arrays, and all else takes at least. */
const [EDGE_BYTES, OBJECT_BYTES, BASE_BYTES] = [8, 110, 150e6];
/** Edges that 32-bit offsets reach. */
const MOST_EDGES = 2 ** 31 - 1;

/** Whether a graph can be walked in typed arrays within the memory of a run. */
export function fitsMemory(objects: number, edges: number, maxMemory: string): boolean {
  const arrays = EDGE_BYTES * edges + OBJECT_BYTES * objects + BASE_BYTES;
  return edges <= MOST_EDGES && arrays <= memoryBytes(maxMemory) - 2 * engineBytes(maxMemory);
}
