import type { DefragGoal, Policy } from "../../binpack/index.js";

/** Options of `fleetlens binpack`, parsed. */
export interface BinpackCommandOptions {
  nodes: string;
  pods: string;
  policy: Policy;
  order: "file" | "shuffle";
  inflate?: number;
  seed: number;
  typical?: string;
  typicalShare: number;
  balanced: boolean;
  out: string;
  metrics?: string;
  compare: Policy[];
  asOf?: string;
  pending?: string;
  migrations?: number;
  goal?: DefragGoal;
  catalog?: string;
  replaceNode?: string;
}
