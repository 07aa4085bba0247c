/**
 * Levels of the topology from wide to narrow. A rack's name is unique only inside its block, a block's only inside its
 * zone: a domain is the whole path of names. `nvlink` is an island of GPUs inside one node.
 */
export const LEVELS = ["zone", "block", "rack", "node", "nvlink"] as const;
export type Level = (typeof LEVELS)[number];

/** `key=value:NoSchedule`; the value may be empty. */
export interface Taint {
  key: string;
  value: string;
}

/** Nodes by column, one entry a node. Columns that may be left out are undefined when no node has them. */
export interface NodeTable {
  /** Number of nodes. */
  n: number;
  name: string[];
  /** CPU in thousandths of a core. */
  cpu: Int32Array;
  /** Memory in MiB. */
  memory: Int32Array;
  /** GPUs; 0 for a CPU node. */
  gpus: Uint16Array;
  /** GPU model; `""` for a CPU node. */
  model: string[];
  zone?: string[];
  block?: string[];
  rack?: string[];
  /** GPUs of one NVLink island (0..k-1, k..2k-1, …); 0: the whole node is one island. */
  nvlink?: Uint16Array;
  /** GPUs of one NUMA node; 0: the whole node is one. */
  numa?: Uint16Array;
  nics?: Uint16Array;
  labels?: Readonly<Record<string, string>>[];
  taints?: readonly Taint[][];
  pool?: string[];
  /** Price of the node, in currency an hour; NaN when unknown. */
  priceHour?: Float64Array;
  spot?: boolean[];
}

/** Pods by column, one entry a pod, in the order of the file. */
export interface PodTable {
  /** Number of pods. */
  n: number;
  name: string[];
  /** CPU in thousandths of a core. */
  cpu: Int32Array;
  /** Memory in MiB. */
  memory: Int32Array;
  /** GPUs asked for. 1 with `milli < 1000` is a share of one GPU; 2 and more are whole GPUs of one node. */
  gpus: Uint16Array;
  /** Thousandths of each GPU, 0 without a GPU, at most 1000; 1000 whenever `gpus >= 2`. */
  milli: Int32Array;
  /** GPU models that will do, `A|B`; `""` for any. */
  spec: string[];
  /** Rows of the same name, which are contiguous, are one gang: all are placed or none; `""` for a pod of its own. */
  group?: string[];
  /** All pods of the gang in one domain of this level; `""` for none. */
  requiredLevel?: (Level | "")[];
  preferredLevel?: (Level | "")[];
  /** Labels that a node must have. */
  nodeSelector?: Readonly<Record<string, string>>[];
  /** Taints that the pod bears: `key`, or `key=value`. */
  tolerations?: readonly string[][];
  nics?: Uint16Array;
  /** Zone where the pod's data lie: preferred; `""` for none. */
  dataZone?: string[];
  priority?: Float64Array;
  team?: string[];
}

/** Why a pod was not placed. */
export type Reason = "no_fit" | "gpu_spec" | "topology" | "gang" | "taint" | "selector";

/**
 * Chooses and takes places for single pods: a policy upon a cluster. The gang search asks it for one pod after another
 * and takes back what led nowhere.
 */
export interface Placer {
  /** The best of these nodes for the pod as the cluster stands now, or -1 when it fits none of them. */
  choose(pod: number, candidates: Int32Array): number;
  /** Puts the pod on the node, on the GPUs that the policy prefers there, or on those named; the pod must fit. */
  place(pod: number, node: number, gpus?: readonly number[]): void;
  /** Takes the pod back off its node. */
  remove(pod: number): void;
}
