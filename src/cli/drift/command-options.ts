import type { SectionOptions } from "../../drift/drift-sections.js";
import type { Correction } from "../../drift/index.js";
import type { ShardOption } from "../shard-option.js";

/** Options of `fleetlens drift` as commander gives them. */
export interface DriftCommandOptions extends SectionOptions, ShardOption {
  reference: string;
  current: string;
  out: string;
  features?: string[];
  slices?: string[];
  time?: string;
  window?: string;
  stats: "default" | "all";
  alpha: number;
  correction: Correction;
  minN: number;
  threshold: { all?: number; features: Map<string, number> };
  psi: "deciles" | "evidently";
  exactLimit: number;
  engine?: string;
  saveProfile?: string;
  latencies?: string[];
  seed: number;
  failOn?: "drift";
}
