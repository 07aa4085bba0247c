/**
 * How a policy values a place for a pod. It is asked only about nodes that the pod fits, and judges the cluster as it
 * stands.
 */
export interface Policy {
  /** Value of the node for the pod: a 32-bit integer, higher is better. Pods of one shape are alike. */
  score(pod: number, node: number): number;
  /** GPU of the node, counted from 0, for a pod that asks for a share of one. */
  shareGpu(pod: number, node: number): number;
  /** Picks among the feasible nodes, which stand by rank, in place of the best score. */
  pick?(feasible: readonly number[]): number;
  /** Told after a pod has come to a node (1) or left it (-1). */
  moved?(pod: number, node: number, sign: 1 | -1): void;
}

/** CPU and GPU of the largest node in the published experiments, by which their scores are scaled. */
export const LARGEST_CPU = 128_000;
export const LARGEST_GPU = 8000;
