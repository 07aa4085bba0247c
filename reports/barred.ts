/** What keeps a pod from a node, as headings. */
export const BARRED = Object.freeze([
  { key: "gpu", label: "Too few GPUs" },
  { key: "fragmentation", label: "GPUs in pieces" },
  { key: "cpu", label: "Too little CPU" },
  { key: "memory", label: "Too little memory" },
  { key: "model", label: "Other model" },
  { key: "taint", label: "Taint" },
  { key: "selector", label: "Labels" },
  { key: "topology", label: "Topology" },
  { key: "nics", label: "Too few NICs" },
] as const);
