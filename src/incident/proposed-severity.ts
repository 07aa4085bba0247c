/** How severe an incident is by what it did; a proposal that people confirm. */
export interface ProposedSeverity {
  level: "SEV1" | "SEV2" | "SEV3" | "SEV4";
  /** Share of the requests that went bad beyond what was expected, or how far the KPI moved relative to its level. */
  share: number;
  basis: "requests" | "level";
  /** Share from which on the level is proposed. */
  from: number;
}

/** Shares from which on a severity is proposed. */
export const SEVERITY_SHARES = Object.freeze([
  { level: "SEV1", from: 0.25 },
  { level: "SEV2", from: 0.05 },
  { level: "SEV3", from: 0.01 },
  { level: "SEV4", from: 0 },
] as const);

/** The severity that a share of harmed requests (or a relative move of a KPI) asks for. */
export function proposedSeverity(share: number, basis: ProposedSeverity["basis"]): ProposedSeverity {
  const found = SEVERITY_SHARES.find(({ from }) => share >= from) ?? SEVERITY_SHARES[3];
  return { ...found, share, basis };
}
