import type { Eligibility } from "./constraints/eligibility.js";
import type { PodTable } from "./types.js";

/** Pods that ask for the same are one shape: policies score a shape, not a pod. */
export interface PodShapes {
  /** Number of shapes. */
  n: number;
  /** Shape of each pod. */
  of: Int32Array;
  /** A pod of each shape. */
  pod: number[];
}

/** Groups pods by CPU, memory, thousandths of a GPU and the nodes that they may use, in the order of their first pod. */
export function podShapes(pods: PodTable, eligibility: Eligibility): PodShapes {
  const shapes = new Map<string, number>();
  const pod: number[] = [];
  const of = new Int32Array(pods.n);
  for (let p = 0; p < pods.n; p++) {
    // A class of pods has the same GPUs, NICs and models.
    const key = `${pods.cpu[p]},${pods.memory[p]},${pods.milli[p]},${eligibility.classOf[p]}`;
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = pod.push(p) - 1;
      shapes.set(key, shape);
    }
    of[p] = shape;
  }
  return { n: pod.length, of, pod };
}
