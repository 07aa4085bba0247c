import type { GpuRange } from "./whole-gpus.js";

/** A domain that a gang may try. */
export interface FreeDomain {
  nodes: Int32Array;
  /** Only these GPUs of the (single) node: an NVLink island. */
  within?: GpuRange;
  /** GPU thousandths left in it. */
  freeMilli: number;
  /** What the order goes by: GPU thousandths left, CPU for a gang without GPU. */
  free: number;
  /** Pods of the gang whose data lie in its zone. */
  near: number;
}
