import type { Cluster } from "../cluster.js";
import type { Eligibility } from "../constraints/eligibility.js";

/**
 * A gang as kinds of like pods. A part of it is a *state*: how many pods of each kind, written as one number to the
 * mixed base `counts + 1`, so that state 0 is nobody and `states - 1` the whole gang. Like pods are never told apart,
 * which is what keeps complete search small: 8 like pods have 9 states, 8 that all differ 256.
 */
export interface GangShape {
  /** Pods of each kind. */
  readonly pods: readonly (readonly number[])[];
  /** Place value of each kind in a state. */
  readonly strides: readonly number[];
  readonly states: number;
  /** Pods of each kind in each state, `[state * kinds + kind]`; empty when the states are too many to list. */
  readonly digits: Uint16Array;
  /** GPU thousandths that the whole gang asks for. */
  readonly milli: number;
  /** Pods in the gang. */
  readonly size: number;
}

/** Most states that a complete search goes through. 8 pods never have more than 256. */
export const MOST_STATES = 2048;

/** Sorts the pods of a gang into kinds: same size, same allowed nodes. */
export function gangShape(cluster: Cluster, eligibility: Eligibility, gang: readonly number[]): GangShape {
  const table = cluster.pods;
  const kinds = new Map<string, number[]>();
  let milli = 0;
  for (const pod of gang) {
    const sizes = [table.cpu[pod], table.memory[pod], table.gpus[pod], table.milli[pod], table.nics?.[pod]];
    const key = `${sizes.join()},${eligibility.classOf[pod]}`;
    const kind = kinds.get(key);
    if (kind) kind.push(pod);
    else kinds.set(key, [pod]);
    milli += table.gpus[pod] * table.milli[pod];
  }
  const pods = [...kinds.values()];
  const strides: number[] = [];
  let states = 1;
  for (const { length } of pods) {
    strides.push(states);
    states *= length + 1;
  }
  return { pods, strides, states, digits: listDigits(pods, strides, states), milli, size: gang.length };
}

function listDigits(pods: number[][], strides: number[], states: number): Uint16Array {
  if (states > MOST_STATES) return new Uint16Array(0);
  const digits = new Uint16Array(states * pods.length);
  for (let state = 0; state < states; state++) {
    for (let kind = 0; kind < pods.length; kind++) {
      digits[state * pods.length + kind] = Math.floor(state / strides[kind]) % (pods[kind].length + 1);
    }
  }
  return digits;
}

/** Pods of each kind in a state. */
export function countsOf(shape: GangShape, state: number): number[] {
  return shape.pods.map(({ length }, kind) => Math.floor(state / shape.strides[kind]) % (length + 1));
}

/** Whether two parts together are a part of the gang: no kind counted more often than there are pods of it. */
export function disjoint(shape: GangShape, a: number, b: number): boolean {
  const { pods, digits } = shape;
  for (let kind = 0; kind < pods.length; kind++) {
    if (digits[a * pods.length + kind] + digits[b * pods.length + kind] > pods[kind].length) return false;
  }
  return true;
}
