import type { PodTable } from "../types.js";

/** The pods of the gang that this pod belongs to, ascending; the pod alone when it is in none. */
export function gangOf(pods: PodTable, pod: number): number[] {
  const name = pods.group?.[pod] ?? "";
  if (name === "") return [pod];
  let [first, end] = [pod, pod + 1];
  while (first > 0 && pods.group?.[first - 1] === name) first--;
  while (end < pods.n && pods.group?.[end] === name) end++;
  return Array.from({ length: end - first }, (_, k) => first + k);
}
