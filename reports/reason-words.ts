const REASONS: Readonly<Record<string, string>> = Object.freeze({
  no_fit: "found no node with room",
  gpu_spec: "are kept off by the GPU model that they ask for",
  topology: "cannot keep their required topology level",
  gang: "belong to a gang that does not fit as a whole",
  taint: "are kept off by taints",
  selector: "find no node with the labels that they ask for",
});

/** What a reason means, as the end of a sentence about pods. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason;
}
