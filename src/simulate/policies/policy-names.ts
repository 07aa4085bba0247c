/** Queue policies by name, simple ones first. */
export const POLICIES = Object.freeze([
  "fifo",
  "sjf",
  "easy",
  "conservative",
  "multifactor",
  "drf",
  "kueue",
  "gavel",
] as const);
export type PolicyName = (typeof POLICIES)[number];
