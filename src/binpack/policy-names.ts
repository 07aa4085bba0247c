/** Policies that place one pod after another without knowing the next. */
export const ONLINE_POLICIES = Object.freeze([
  "random",
  "dotprod",
  "clustering",
  "packing",
  "bestfit",
  "fgd",
  "auto",
] as const);
export type OnlinePolicy = (typeof ONLINE_POLICIES)[number];

/** The on-line policies, and `offline`, which knows the whole list and chooses which pods to admit. */
export const POLICIES = Object.freeze([...ONLINE_POLICIES, "offline"] as const);
export type Policy = (typeof POLICIES)[number];
