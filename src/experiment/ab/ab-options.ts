import type { AbDesign } from "./ab-designs.js";

export interface AbOptions {
  /** Default obf. */
  design?: AbDesign;
  /** Two-sided level of each experiment, shared evenly by its primary metrics; default 0.05. */
  alpha?: number;
  /** Rows of both arms at which always-valid intervals are narrowest, default 5,000. */
  tunedRows?: number;
}

export const DEFAULT_AB_OPTIONS = Object.freeze({ design: "obf" as AbDesign, alpha: 0.05, tunedRows: 5000 });
