import type { ErasureRow, HoldRow, ProtectionRow } from "./types.js";

/** Whether a protection or an exception counts at a time. */
export const isProtecting = ({ expiresAtMs }: Pick<ProtectionRow, "expiresAtMs">, asOfMs: number): boolean =>
  expiresAtMs === null || expiresAtMs > asOfMs;

/** Whether a hold has been issued and not yet released. */
export const isHolding = ({ issuedAtMs, releasedAtMs }: HoldRow, asOfMs: number): boolean =>
  (issuedAtMs === null || issuedAtMs <= asOfMs) && (releasedAtMs === null || releasedAtMs > asOfMs);

/** Whether an erasure has still to be done. */
export const isErasing = ({ completedAtMs }: ErasureRow): boolean => completedAtMs === null;
